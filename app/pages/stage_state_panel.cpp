// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/stage_state_panel.h"

#include "app/models/strings.h"
#include "widgets/feedback/labels.h"
#include "widgets/feedback/wrapped_text.h"
#include "widgets/graph/graph_types.h"
#include "widgets/theme/tokens.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace msrl::pages {

using models::NodeCondition;

namespace {

QString roleOf(NodeCondition condition)
{
    switch (condition) {
    case NodeCondition::NotConfigured:
    case NodeCondition::Stale:
        return QStringLiteral("warning");
    case NodeCondition::Running:
        return QStringLiteral("accent");
    case NodeCondition::AwaitingAudit:
        return QStringLiteral("waiting");
    case NodeCondition::Done:
    case NodeCondition::Reused:
        return QStringLiteral("good");
    case NodeCondition::Failed:
        return QStringLiteral("bad");
    case NodeCondition::Ready:
    case NodeCondition::Queued:
    case NodeCondition::Stopped:
    case NodeCondition::Bypassed:
        break;
    }
    return {};
}

QString detailOf(const models::NodeStatus& status)
{
    if (status.condition == NodeCondition::Running && status.total > 0)
        return StageStatePanel::tr("Step %1 of %2.")
            .arg(models::countText(status.step), models::countText(status.total));
    if (status.condition == NodeCondition::Stale)
        return StageStatePanel::tr("The result is kept; the next run makes a new one.");
    return models::toQt(status.message);
}

} // namespace

StageStatePanel::StageStatePanel(QWidget* parent)
    : QWidget(parent)
    , m_state(new widgets::StateLabel(this))
    , m_text(new widgets::WrappedText(this))
    , m_open(new QPushButton(this))
{
    m_state->setObjectName(QStringLiteral("stageState"));
    m_text->setObjectName(QStringLiteral("stageMessage"));
    m_text->setSelectable(true);
    m_open->setObjectName(QStringLiteral("stageOpen"));
    auto* head = new QHBoxLayout;
    head->addWidget(m_state);
    head->addStretch(1);
    head->addWidget(m_open);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(widgets::kGrid);
    layout->addLayout(head);
    layout->addWidget(m_text);
    connect(m_open, &QPushButton::clicked, this, [this] { Q_EMIT pageRequested(m_page); });
    hide();
}

void StageStatePanel::showState(const models::NodeStatus& status, const QStringList& faults)
{
    const auto state = static_cast<widgets::NodeState>(status.condition);
    m_state->setState(widgets::nodeStateIcon(state), widgets::nodeStateWord(state), roleOf(status.condition));
    QStringList lines = faults;
    if (const QString detail = detailOf(status); !detail.isEmpty())
        lines.prepend(detail);
    m_text->setText(lines.join(QLatin1Char('\n')));
    m_text->setVisible(!lines.isEmpty());
    const bool isWaiting = status.condition == NodeCondition::AwaitingAudit;
    const bool isOfRun = status.condition == NodeCondition::Failed
        || status.condition == NodeCondition::Running || status.condition == NodeCondition::Stopped;
    m_page = isWaiting ? QStringLiteral("audit") : isOfRun ? QStringLiteral("run") : QString();
    m_open->setText(isWaiting ? tr("Open Audit") : tr("Open Run"));
    m_open->setVisible(!m_page.isEmpty());
    setVisible(status.condition != NodeCondition::Ready || !lines.isEmpty());
}

} // namespace msrl::pages
