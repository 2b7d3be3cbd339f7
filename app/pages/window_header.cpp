// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/window_header.h"

#include "app/models/strings.h"
#include "app/models/table_text.h"
#include "app/pages/state_look.h"
#include "app/services/run_registry.h"
#include "app/services/run_session.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QAction>
#include <QComboBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QPushButton>

namespace msrl::pages {

namespace {

constexpr int kRunBoxWidth = 220;

// "3 Multimodal RL  12 / 80  about 3 min left in this stage"
QString progressText(const services::RunSession& session)
{
    const protocol::Progress& progress = session.progress();
    if (progress.stage.empty() || progress.total <= 0 || store::isOver(session.state().kind))
        return {};
    QString title = QString::fromStdString(progress.stage);
    for (const store::StageRow& row : session.stages())
        if (row.stage == progress.stage && !row.title.empty())
            title = QString::fromStdString(row.title);
    QString text = QObject::tr("%1  %2 / %3")
                       .arg(title, models::countText(progress.step), models::countText(progress.total));
    if (progress.etaSeconds >= 0)
        text += QObject::tr("  about %1 left in this stage").arg(widgets::spanText(progress.etaSeconds));
    return text;
}

} // namespace

WindowHeader::WindowHeader(QWidget* parent)
    : QWidget(parent)
    , m_project(widgets::makeLabel({}, QStringLiteral("heading"), this))
    , m_runs(new QComboBox(this))
    , m_state(new widgets::StateLabel(this))
    , m_progress(new widgets::ElidedLabel(this))
    , m_palette(new QPushButton(this))
    , m_run(new QPushButton(this))
{
    m_runs->setAccessibleName(tr("Selected run"));
    m_runs->setToolTip(tr("The run that Run, Audit and Evaluate show."));
    m_runs->setMinimumWidth(kRunBoxWidth);
    m_palette->setObjectName(QStringLiteral("paletteButton"));
    m_run->setObjectName(QStringLiteral("runButton"));
    widgets::setVariant(m_progress, "role", QStringLiteral("secondary"));
    widgets::setVariant(m_palette, "kind", QStringLiteral("quiet"));
    widgets::setVariant(m_run, "kind", QStringLiteral("primary"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(widgets::kWideGap, widgets::kGap, widgets::kWideGap, widgets::kGap);
    layout->setSpacing(widgets::kWideGap);
    layout->addWidget(m_project);
    layout->addWidget(m_runs);
    layout->addWidget(m_state);
    layout->addWidget(m_progress, 1);
    layout->addWidget(m_palette);
    layout->addWidget(m_run);
    connect(m_runs, &QComboBox::activated, this,
        [this](int index) { Q_EMIT runChosen(m_runs->itemData(index).toString()); });
}

void WindowHeader::setActions(QAction& run, QAction& palette)
{
    m_run->setText(tr("Run"));
    m_run->setAccessibleName(run.text().remove(QLatin1Char('&')));
    m_run->setToolTip(run.toolTip());
    m_palette->setText(palette.shortcut().toString(QKeySequence::NativeText));
    m_palette->setIcon(widgets::icon(QStringLiteral("command")));
    m_palette->setAccessibleName(palette.text().remove(QLatin1Char('&')));
    m_palette->setToolTip(palette.toolTip());
    connect(m_run, &QPushButton::clicked, &run, &QAction::trigger);
    connect(m_palette, &QPushButton::clicked, &palette, &QAction::trigger);
    connect(&run, &QAction::changed, m_run, [this, &run] {
        m_run->setEnabled(run.isEnabled());
        m_run->setToolTip(run.toolTip());
    });
    connect(&palette, &QAction::changed, m_palette, [this, &palette] {
        m_palette->setText(palette.shortcut().toString(QKeySequence::NativeText));
        m_palette->setToolTip(palette.toolTip());
    });
}

void WindowHeader::showProject(const QString& title, const QString& path)
{
    m_project->setText(title);
    m_project->setToolTip(path);
}

void WindowHeader::showRuns(const services::RunRegistry& runs, const QString& current)
{
    m_runs->clear();
    for (const services::KnownRun& run : runs.runs())
        m_runs->addItem(QFileInfo(run.path).fileName(), run.path);
    m_runs->setCurrentIndex(m_runs->findData(current));
    m_runs->setPlaceholderText(runs.runs().empty() ? tr("no runs yet") : tr("choose a run"));
    m_runs->setEnabled(!runs.runs().empty());
}

void WindowHeader::showRun(services::RunSession* session)
{
    m_state->setVisible(session != nullptr);
    m_progress->setFullText(session ? progressText(*session) : QString());
    // While the selected run goes on, starting another one is possible but not what comes next.
    const bool next = !session || store::isOver(session->state().kind);
    widgets::setVariant(m_run, "kind", next ? QStringLiteral("primary") : QString());
    if (!session)
        return;
    const StateLook look = stateLook(session->state().kind, widgets::tokensFor(palette()));
    m_state->setState(look.icon, models::runStateText(session->state().kind), look.role);
}

} // namespace msrl::pages
