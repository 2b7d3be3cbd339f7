// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/remote_dialog.h"

#include "app/pages/launch_form.h"
#include "app/services/settings.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/tokens.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProcess>
#include <QPushButton>
#include <QVBoxLayout>

namespace msrl::pages {

namespace {

constexpr const char* kTargets = "remote_targets"; // among Settings::pages
constexpr const char* kLaunch = "launch"; // of a target
constexpr int kRemoteWidth = 720;
constexpr int kEnvironmentHeight = 64;

} // namespace

// As the settings keep them; what cannot be read is left out.
void RemoteDialog::read()
{
    const base::Json& pages = m_settings.data().pages;
    const auto kept = pages.find(kTargets);
    if (kept == pages.end() || !kept->is_array())
        return;
    for (const base::Json& one : *kept) {
        auto target = services::targetFromJson(one, "settings, remote_targets");
        if (!target)
            continue;
        m_targets.push_back(*std::move(target));
        m_launches.push_back(models::launchFromJson(one.value(kLaunch, base::Json())));
    }
}

RemoteDialog::RemoteDialog(services::Settings& settings, const curriculum::Project& project,
    models::LaunchPlace place, QWidget* parent)
    : QDialog(parent)
    , m_settings(settings)
    , m_place(std::move(place))
{
    read();
    const bool study = models::isStudy(m_place.kind);
    setWindowTitle(study ? tr("Study on another machine") : tr("Run on another machine"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 20, 20, widgets::kWideGap);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(widgets::makeLabel(windowTitle(), QStringLiteral("title"), this));
    QLabel* note = widgets::makeLabel(study
            ? tr("The project's folder is copied there, msrl-engine is started over ssh, and Compare shows "
                 "the study and its runs like any other. ssh must get in without a password.")
            : tr("The project's folder is copied there, msrl-engine is started over ssh, and the run appears "
                 "here like any other. ssh must get in without a password."),
        QStringLiteral("secondary"), this);
    note->setWordWrap(true);
    layout->addWidget(note);
    layout->addSpacing(widgets::kGap);
    layout->addWidget(makeForm());
    layout->addWidget(widgets::makeLabel(tr("How to run it"), QStringLiteral("heading"), this));
    m_launch = new LaunchForm({}, m_place, project, this);
    layout->addWidget(m_launch);
    m_problem = widgets::makeLabel({}, QStringLiteral("bad"), this);
    m_problem->setWordWrap(true);
    layout->addWidget(m_problem);
    layout->addStretch();
    layout->addWidget(makeButtons());
    fill(0);
    connect(m_choice, &QComboBox::activated, this, [this](int row) { fill(static_cast<std::size_t>(row)); });
    for (QLineEdit* edit : { m_host, m_engine, m_folder })
        connect(edit, &QLineEdit::textChanged, this, &RemoteDialog::showProblem);
    connect(m_environment, &QPlainTextEdit::textChanged, this, &RemoteDialog::showProblem);
    connect(m_launch, &LaunchForm::changed, this, &RemoteDialog::showProblem);
    resize(kRemoteWidth, sizeHint().height());
}

QWidget* RemoteDialog::makeForm()
{
    auto* box = new QWidget(this);
    auto* form = new QFormLayout(box);
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(widgets::kWideGap);
    form->setVerticalSpacing(widgets::kGap);
    m_choice = new QComboBox(box);
    m_choice->setObjectName(QStringLiteral("remoteTarget"));
    form->addRow(tr("Target"), m_choice);
    const auto line
        = [&](const QString& label, const char* name, const QString& example, const QString& tip) {
              auto* edit = new QLineEdit(box);
              edit->setObjectName(QLatin1String(name));
              edit->setPlaceholderText(example);
              edit->setToolTip(tip);
              form->addRow(label, edit);
              return edit;
          };
    m_name = line(tr("Name"), "remoteName", tr("the host's"), tr("How the target is called here."));
    m_host = line(tr("Host"), "remoteHost", QStringLiteral("user@gpu-node"),
        tr("As ssh takes it: HOST, USER@HOST, or a Host of ~/.ssh/config."));
    m_options = line(tr("ssh options"), "remoteOptions", QStringLiteral("-p 2222 -J gateway"),
        tr("Further options of the ssh program."));
    m_engine = line(tr("Engine"), "remoteEngine", QStringLiteral("msrl-engine"),
        tr("The engine's path there, or its name where it is in PATH."));
    m_folder = line(tr("Work folder"), "remoteFolder", QStringLiteral("~/msrl"),
        tr("Projects and runs are kept in it; made when absent."));
    m_environment = new QPlainTextEdit(box);
    m_environment->setObjectName(QStringLiteral("remoteEnvironment"));
    m_environment->setPlaceholderText(QStringLiteral("CUDA_VISIBLE_DEVICES=1"));
    m_environment->setToolTip(tr("For the engine: one NAME=VALUE in each line."));
    m_environment->setTabChangesFocus(true);
    widgets::setVariant(m_environment, "kind", QStringLiteral("field"));
    m_environment->setFixedHeight(kEnvironmentHeight);
    form->addRow(tr("Environment"), m_environment);
    return box;
}

QWidget* RemoteDialog::makeButtons()
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    m_remove = new QPushButton(tr("Remove target"), box);
    m_remove->setObjectName(QStringLiteral("remoteRemove"));
    auto* close = new QPushButton(tr("Close"), box);
    m_run = new QPushButton(tr("Run there"), box);
    m_run->setObjectName(QStringLiteral("remoteRun"));
    widgets::setVariant(m_run, "kind", QStringLiteral("primary"));
    m_run->setDefault(true);
    row->addWidget(m_remove);
    row->addStretch();
    row->addWidget(close);
    row->addWidget(m_run);
    connect(m_remove, &QPushButton::clicked, this, &RemoteDialog::remove);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_run, &QPushButton::clicked, this, [this] {
        if (!keep())
            return;
        const services::RemoteTarget target = typed();
        const models::LaunchOptions options = m_launch->options();
        accept();
        Q_EMIT runRequested(target, options);
    });
    return box;
}

void RemoteDialog::fill(std::size_t place)
{
    m_choice->clear();
    for (const services::RemoteTarget& target : m_targets)
        m_choice->addItem(target.name);
    m_choice->addItem(tr("New target"));
    m_choice->setCurrentIndex(static_cast<int>(place));
    const bool known = place < m_targets.size();
    const services::RemoteTarget target = known
        ? m_targets[place]
        : services::RemoteTarget { {}, {}, {}, QStringLiteral("msrl-engine"), QStringLiteral("~/msrl"), {} };
    m_name->setText(target.name);
    m_host->setText(target.host);
    m_options->setText(target.sshOptions.join(QLatin1Char(' ')));
    m_engine->setText(target.engine);
    m_folder->setText(target.workFolder);
    m_environment->setPlainText(target.environment.join(QLatin1Char('\n')));
    m_remove->setEnabled(known);
    // Name and last stage are of this launch, whatever the target.
    models::LaunchOptions launch = known ? m_launches[place] : models::LaunchOptions();
    launch.runName = m_launch->options().runName;
    launch.until = m_launch->options().until;
    m_launch->setOptions(launch);
    showProblem();
}

services::RemoteTarget RemoteDialog::typed() const
{
    services::RemoteTarget target;
    target.host = m_host->text().trimmed();
    target.name = m_name->text().trimmed().isEmpty() ? target.host : m_name->text().trimmed();
    target.sshOptions = QProcess::splitCommand(m_options->text());
    target.engine = m_engine->text().trimmed();
    target.workFolder = m_folder->text().trimmed();
    for (const QString& line : m_environment->toPlainText().split(QLatin1Char('\n'), Qt::SkipEmptyParts))
        target.environment << line.trimmed();
    return target;
}

void RemoteDialog::showProblem()
{
    const QString problem = m_host->text().isEmpty() ? QString() : services::problemOf(typed());
    m_problem->setText(problem);
    m_run->setEnabled(problem.isEmpty() && !m_host->text().trimmed().isEmpty() && m_launch->isGood());
}

bool RemoteDialog::keep()
{
    const services::RemoteTarget target = typed();
    if (!services::problemOf(target).isEmpty())
        return false;
    const auto place = static_cast<std::size_t>(m_choice->currentIndex());
    if (place >= m_targets.size()) {
        m_targets.emplace_back();
        m_launches.emplace_back();
    }
    m_targets[place] = target;
    m_launches[place] = models::updated(m_launches[place], m_launch->options(), m_place.kind);
    save();
    return true;
}

void RemoteDialog::remove()
{
    const auto place = static_cast<std::size_t>(m_choice->currentIndex());
    if (place >= m_targets.size())
        return;
    m_targets.erase(m_targets.begin() + static_cast<std::ptrdiff_t>(place));
    m_launches.erase(m_launches.begin() + static_cast<std::ptrdiff_t>(place));
    save();
    fill(0);
}

void RemoteDialog::save()
{
    m_settings.edit([this](services::SettingsData& changed) {
        base::Json all = base::Json::array();
        for (std::size_t i = 0; i < m_targets.size(); ++i) {
            base::Json one = services::targetToJson(m_targets[i]);
            one[kLaunch] = models::launchToJson(m_launches[i]);
            all.push_back(std::move(one));
        }
        changed.pages[kTargets] = std::move(all);
    });
}

} // namespace msrl::pages
