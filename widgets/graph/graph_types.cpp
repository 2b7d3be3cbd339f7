// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/graph_types.h"

#include "widgets/theme/tokens.h"

#include <QCoreApplication>

namespace msrl::widgets {

namespace {

struct StateTexts
{
    Q_DECLARE_TR_FUNCTIONS(NodeState)
};

} // namespace

QString nodeStateWord(NodeState state)
{
    switch (state) {
    case NodeState::NotConfigured:
        return StateTexts::tr("not configured");
    case NodeState::Ready:
        return StateTexts::tr("ready");
    case NodeState::Queued:
        return StateTexts::tr("queued");
    case NodeState::Running:
        return StateTexts::tr("running");
    case NodeState::AwaitingAudit:
        return StateTexts::tr("awaiting audit");
    case NodeState::Done:
        return StateTexts::tr("done");
    case NodeState::Reused:
        return StateTexts::tr("reused");
    case NodeState::Stale:
        return StateTexts::tr("changed since the run");
    case NodeState::Stopped:
        return StateTexts::tr("stopped");
    case NodeState::Failed:
        return StateTexts::tr("failed");
    case NodeState::Bypassed:
        return StateTexts::tr("bypassed");
    }
    return {};
}

QString nodeStateIcon(NodeState state)
{
    switch (state) {
    case NodeState::NotConfigured:
        return QStringLiteral("state-unset");
    case NodeState::Ready:
        return QStringLiteral("state-ready");
    case NodeState::Queued:
        return QStringLiteral("state-queued");
    case NodeState::Running:
        return QStringLiteral("state-running");
    case NodeState::AwaitingAudit:
        return QStringLiteral("state-waiting");
    case NodeState::Done:
    case NodeState::Reused:
        return QStringLiteral("state-done");
    case NodeState::Stale:
        return QStringLiteral("state-stale");
    case NodeState::Stopped:
        return QStringLiteral("state-stopped");
    case NodeState::Failed:
        return QStringLiteral("state-failed");
    case NodeState::Bypassed:
        return QStringLiteral("state-bypassed");
    }
    return {};
}

QColor nodeStateColour(const Tokens& tokens, NodeState state)
{
    switch (state) {
    case NodeState::NotConfigured:
    case NodeState::Stale:
        return tokens.warning;
    case NodeState::Running:
        return tokens.accent;
    case NodeState::AwaitingAudit:
        return tokens.waiting;
    case NodeState::Done:
    case NodeState::Reused:
        return tokens.good;
    case NodeState::Failed:
        return tokens.bad;
    case NodeState::Ready:
    case NodeState::Queued:
    case NodeState::Stopped:
    case NodeState::Bypassed:
        break;
    }
    return tokens.secondary;
}

QColor portColour(const Tokens& tokens, int type)
{
    return type < 0 ? tokens.disabled : seriesColour(tokens, type);
}

QColor frameColour(const Tokens& tokens, int colour)
{
    return colour <= 0 ? tokens.secondary : seriesColour(tokens, colour - 1);
}

} // namespace msrl::widgets
