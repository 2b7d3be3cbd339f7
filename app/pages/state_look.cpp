// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/state_look.h"

#include "widgets/theme/tokens.h"

namespace msrl::pages {

namespace {

StateLook look(const char* icon, const char* role, const widgets::Tokens& tokens)
{
    const QString name = QString::fromLatin1(role);
    QColor colour = tokens.secondary;
    if (name == QLatin1String("good"))
        colour = tokens.good;
    else if (name == QLatin1String("warning"))
        colour = tokens.warning;
    else if (name == QLatin1String("bad"))
        colour = tokens.bad;
    else if (name == QLatin1String("waiting"))
        colour = tokens.waiting;
    else if (name == QLatin1String("accent"))
        colour = tokens.accent;
    return { QString::fromLatin1(icon), colour, name };
}

} // namespace

StateLook stateLook(store::StageState state, const widgets::Tokens& tokens)
{
    using store::StageState;
    switch (state) {
    case StageState::Queued:
        return look("state-queued", "", tokens);
    case StageState::Running:
        return look("state-running", "accent", tokens);
    case StageState::AwaitingAudit:
        return look("state-waiting", "waiting", tokens);
    case StageState::Done:
        return look("state-done", "good", tokens);
    case StageState::Reused:
        return look("state-frozen", "good", tokens);
    case StageState::Bypassed:
        return look("state-bypassed", "", tokens);
    case StageState::Stopped:
        return look("state-stopped", "warning", tokens);
    case StageState::Failed:
        return look("state-failed", "bad", tokens);
    }
    return {};
}

StateLook stateLook(store::RunStateKind kind, const widgets::Tokens& tokens)
{
    using store::RunStateKind;
    switch (kind) {
    case RunStateKind::Starting:
        return look("state-ready", "accent", tokens);
    case RunStateKind::Running:
        return look("state-running", "accent", tokens);
    case RunStateKind::Paused:
        return look("pause", "warning", tokens);
    case RunStateKind::AwaitingAudit:
        return look("state-waiting", "waiting", tokens);
    case RunStateKind::Stopping:
        return look("state-stopped", "warning", tokens);
    case RunStateKind::Finished:
        return look("state-done", "good", tokens);
    case RunStateKind::StoppedByYou:
        return look("state-stopped", "warning", tokens);
    case RunStateKind::Failed:
    case RunStateKind::Killed:
        return look("state-failed", "bad", tokens);
    case RunStateKind::LostContact:
        return look("warning", "warning", tokens);
    }
    return {};
}

StateLook stateLook(models::ItemStatus status, const widgets::Tokens& tokens)
{
    using models::ItemStatus;
    switch (status) {
    case ItemStatus::Undecided:
        return look("state-queued", "", tokens);
    case ItemStatus::Accepted:
        return look("check", "good", tokens);
    case ItemStatus::Rejected:
        return look("close", "bad", tokens);
    case ItemStatus::Overridden:
        return look("edit", "accent", tokens);
    case ItemStatus::Flagged:
        return look("flag", "warning", tokens);
    }
    return {};
}

StateLook stateLook(store::EventLevel level, const widgets::Tokens& tokens)
{
    using store::EventLevel;
    switch (level) {
    case EventLevel::Debug:
        return look("terminal", "", tokens);
    case EventLevel::Info:
        return look("info", "", tokens);
    case EventLevel::Warning:
        return look("warning", "warning", tokens);
    case EventLevel::Error:
        return look("error", "bad", tokens);
    }
    return {};
}

} // namespace msrl::pages
