// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/compare_page.h"

#include "app/models/strings.h"
#include "app/models/table_text.h"
#include "app/pages/action_registry.h"
#include "app/pages/run_comparison.h"
#include "app/services/run_registry.h"
#include "app/services/settings.h"
#include "widgets/feedback/message_bar.h"
#include "widgets/feedback/toast.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QTabWidget>
#include <QVBoxLayout>

#include <set>

namespace msrl::pages {

ComparePage::ComparePage(const PageContext& context, QWidget* parent)
    : Page(QStringLiteral("compare"), tr("Compare"), QStringLiteral("compare"), parent)
    , m_context(context)
    , m_tabs(new QTabWidget(this))
    , m_study(new StudyPanel(context, m_tabs))
    , m_comparison(new RunComparison(context.settings.data().smoothing, m_tabs))
    , m_message(new widgets::MessageBar(this))
    , m_toast(new widgets::Toast(this))
{
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_study, tr("Study"));
    m_tabs->addTab(m_comparison, tr("Runs side by side"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_message);
    layout->addWidget(m_tabs, 1);
    connectPanels();
}

void ComparePage::connectPanels()
{
    const auto design = [this] { Q_EMIT pageRequested(QStringLiteral("design")); };
    connect(m_study, &StudyPanel::designRequested, this, design);
    connect(m_study, &StudyPanel::continueRequested, this, &ComparePage::continueRequested);
    connect(m_study, &StudyPanel::runRequested, this, &ComparePage::runRequested);
    connect(m_study, &StudyPanel::groupOpened, this, &ComparePage::groupOpened);
    connect(m_study, &StudyPanel::remoteSignalRequested, this, &ComparePage::remoteSignalRequested);
    connect(m_study, &StudyPanel::membersChanged, this, &ComparePage::listRuns);
    connect(m_study, &StudyPanel::failed, this, &ComparePage::tell);
    connect(m_study, &StudyPanel::eventReported, this, &ComparePage::eventReported);
    const auto say = [this](const QString& what) { m_toast->showText(what); };
    connect(m_study, &StudyPanel::copied, this, say);
    connect(m_comparison, &RunComparison::copied, this, say);
    connect(m_comparison, &RunComparison::designRequested, this, design);
    connect(m_comparison, &RunComparison::runRequested, this, &ComparePage::runRequested);
    connect(m_comparison, &RunComparison::failed, this, &ComparePage::tell);
    connect(m_comparison, &RunComparison::smoothingChanged, this, [this](double weight) {
        m_context.settings.edit([weight](services::SettingsData& changed) { changed.smoothing = weight; });
    });
    connect(&m_context.runs, &services::RunRegistry::runsChanged, this, [this] {
        if (isVisible())
            listRuns();
    });
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] {
        if (isVisible())
            listRuns();
    });
}

void ComparePage::tell(const QString& problem)
{
    m_message->showMessage(widgets::MessageKind::Error, problem);
}

bool ComparePage::openGroup(const QString& folder)
{
    m_message->clearMessage();
    if (!m_study->openGroup(folder))
        return false;
    m_tabs->setCurrentWidget(m_study);
    return true;
}

void ComparePage::reattach()
{
    if (m_study->isAnyAtWork())
        m_study->openSomeGroup();
}

// The open study's runs first: they are what is compared most.
void ComparePage::listRuns()
{
    if (m_tabs->currentWidget() != m_comparison)
        return;
    QList<ListedRun> runs;
    std::set<QString> seen;
    const auto add = [&](const QString& title, const QString& path, const store::RunState& state) {
        if (seen.insert(path).second)
            runs << ListedRun { title, path, models::runStateText(state.kind) };
    };
    if (const services::GroupSession* session = m_study->session()) {
        const groups::GroupFolder folder(session->path().toStdString());
        for (const groups::MemberResult& member : session->members()) {
            if (member.exists)
                add(models::memberTitle(session->group(), member.member),
                    models::toQt(folder.member(member.member).string()), member.state);
        }
    }
    for (const services::KnownRun& run : m_context.runs.runs())
        add(QFileInfo(run.path).fileName(), run.path, run.state);
    m_comparison->setRuns(runs);
}

void ComparePage::chooseFolder()
{
    const QString folder
        = QFileDialog::getExistingDirectory(this, tr("Open run group"), m_context.runs.runsFolder());
    if (folder.isEmpty())
        return;
    Q_EMIT pageRequested(id());
    openGroup(folder);
}

void ComparePage::registerActions(ActionRegistry& actions)
{
    actions.add({ QStringLiteral("compare.open"), QStringLiteral("File"), tr("Open run &group…"),
                    tr("Show the table of a run group that lies elsewhere."), QStringLiteral("folder"), {} },
        this, [this] { chooseFolder(); });
    const auto add = [&](const char* id, const QString& text, TableForm form) {
        actions.add({ QLatin1String(id), QStringLiteral("Compare"), text,
                        tr("Copy the table of the open study."), QStringLiteral("copy"), {} },
            this, [this, form] { m_study->copy(form); });
    };
    add("compare.markdown", tr("Copy study table as &Markdown"), TableForm::Markdown);
    add("compare.latex", tr("Copy study table as &LaTeX"), TableForm::Latex);
    add("compare.csv", tr("Copy study table as &CSV"), TableForm::Csv);
}

void ComparePage::activated()
{
    m_study->openSomeGroup();
    m_study->listGroups();
    // Without a study, what there is to compare is runs.
    if (!m_study->session() && m_context.runs.runs().size() > 1)
        m_tabs->setCurrentWidget(m_comparison);
    listRuns();
    if (m_tabs->currentWidget() == m_study)
        m_study->takeFocus();
    else
        m_comparison->takeFocus();
}

} // namespace msrl::pages
