// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/group_session.h"

#include "app/services/remote_target.h"
#include "core/store/run_reader.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <csignal>
#include <utility>

namespace msrl::services {

namespace {

// What a look can change on the screen.
bool sameProgress(const groups::MemberResult& a, const groups::MemberResult& b)
{
    return a.member == b.member && a.exists == b.exists && a.finished == b.finished && a.state == b.state
        && a.info.startedMs == b.info.startedMs;
}

bool sameStage(const std::optional<store::StageRow>& a, const std::optional<store::StageRow>& b)
{
    if (!a || !b)
        return a.has_value() == b.has_value();
    return a->stage == b->stage && a->state == b->state && a->step == b->step && a->total == b->total;
}

// Of a replica, whose processes are not this machine's, too.
store::RunState stateIn(const std::filesystem::path& folder, const store::RunInfo& info)
{
    const QString path = QString::fromStdString(folder.string());
    return stateOfRun(path, observeRun(path, info));
}

bool works(const groups::MemberResult& member)
{
    return member.exists && !store::isOver(member.state.kind);
}

} // namespace

GroupSession::GroupSession(const QString& folder, QObject* parent, int pollMs)
    : QObject(parent)
    , m_folder(folder.toStdString())
{
    if (const auto remote = readRemoteRun(folder))
        m_remoteHost = remote->target.host;
    m_timer.setInterval(pollMs);
    connect(&m_timer, &QTimer::timeout, this, &GroupSession::refresh);
}

QString GroupSession::path() const
{
    return QString::fromStdString(m_folder.root().string());
}

void GroupSession::start()
{
    refresh();
    m_timer.start();
}

bool GroupSession::isWorking() const
{
    return m_engine && !store::isOver(m_engine->kind);
}

int GroupSession::numFinished() const
{
    return static_cast<int>(std::count_if(
        m_members.begin(), m_members.end(), [](const groups::MemberResult& one) { return one.finished; }));
}

int GroupSession::numFailed() const
{
    return static_cast<int>(std::count_if(m_members.begin(), m_members.end(), [](const auto& one) {
        return one.exists
            && (one.state.kind == store::RunStateKind::Failed
                || one.state.kind == store::RunStateKind::Killed);
    }));
}

int GroupSession::numGivenUp() const
{
    return static_cast<int>(
        std::count_if(m_members.begin(), m_members.end(), [](const auto& one) { return one.isGivenUp(); }));
}

bool GroupSession::onlyGivenUpAreLeft() const
{
    return numFinished() + numGivenUp() == static_cast<int>(m_members.size());
}

const groups::MemberResult* GroupSession::running() const
{
    const auto found = std::find_if(m_members.begin(), m_members.end(), works);
    return found == m_members.end() ? nullptr : &*found;
}

void GroupSession::refresh()
{
    const base::Result<groups::RunGroup> group = m_folder.read();
    if (!group) {
        tell(group.error());
        return;
    }
    const bool grown = !(*group == m_group);
    m_group = *group;
    const std::vector<groups::MemberResult> before = m_members;
    const std::optional<store::RunState> engineBefore = m_engine;
    const std::optional<store::StageRow> stageBefore = m_stage;
    lookAtEngine();
    lookAtMembers();
    const bool same = !grown && engineBefore == m_engine && sameStage(stageBefore, m_stage)
        && std::equal(before.begin(), before.end(), m_members.begin(), m_members.end(), sameProgress);
    const bool sameFigures = !grown
        && std::equal(before.begin(), before.end(), m_members.begin(), m_members.end(),
            [](const auto& a, const auto& b) { return a.finished == b.finished; });
    if (!sameFigures)
        Q_EMIT figuresChanged();
    if (!same)
        Q_EMIT changed();
}

void GroupSession::lookAtEngine()
{
    const store::RunFolder process(m_folder.process());
    const std::optional<store::RunInfo> before = std::exchange(m_info, std::nullopt);
    m_engine.reset();
    if (!process.isRunFolder())
        return;
    if (const base::Result<store::RunInfo> info = process.readInfo()) {
        m_info = *info;
        m_engine = stateIn(m_folder.process(), *info);
    }
    if (!isWorking() || !before || before->process != m_info->process)
        m_stopsAsked = 0;
}

void GroupSession::lookAtMembers()
{
    std::vector<groups::MemberResult> members;
    for (const groups::Member& member : m_group.members) {
        const auto known = std::find_if(m_members.begin(), m_members.end(),
            [&](const groups::MemberResult& one) { return one.member == member && one.finished; });
        if (known != m_members.end()) {
            members.push_back(*known);
            continue;
        }
        base::Result<groups::MemberResult> result = groups::readMember(m_folder, member);
        if (!result) {
            tell(result.error());
            groups::MemberResult unread;
            unread.member = member;
            members.push_back(std::move(unread));
            continue;
        }
        if (result->exists)
            result->state = stateIn(m_folder.member(member), result->info);
        members.push_back(*std::move(result));
    }
    m_members = std::move(members);
    m_stage.reset();
    const groups::MemberResult* now = running();
    if (!now)
        return;
    store::RunReader reader(store::RunFolder(m_folder.member(now->member)).runDatabase());
    const base::Result<std::vector<store::StageRow>> stages = reader.stages();
    if (!stages) {
        tell(stages.error());
        return;
    }
    for (const store::StageRow& stage : *stages) {
        if (stage.state == store::StageState::Running || stage.state == store::StageState::AwaitingAudit)
            m_stage = stage;
    }
}

void GroupSession::tell(const base::Error& error)
{
    const QString text = QString::fromStdString(error.message());
    if (text == std::exchange(m_lastProblem, text))
        return;
    Q_EMIT problem(text);
}

StopStep GroupSession::nextStopStep() const
{
    return m_stopsAsked == 0 ? StopStep::StopWithCheckpoint
        : m_stopsAsked == 1  ? StopStep::Terminate
                             : StopStep::Kill;
}

// The first SIGTERM asks the engine for a checkpoint, the second to end at once.
void GroupSession::stop()
{
    if (!isWorking())
        return;
    const int signal = nextStopStep() == StopStep::Kill ? SIGKILL : SIGTERM;
    if (!m_remoteHost.isEmpty()) {
        Q_EMIT remoteSignalRequested(QString::fromStdString(m_folder.process().string()), signal);
    } else if (!base::isAlive(m_info->process)) {
        return;
    } else if (::kill(static_cast<pid_t>(m_info->process.pid), signal) != 0) {
        Q_EMIT problem(tr("Process %1 could not be signalled.").arg(m_info->process.pid));
        return;
    }
    ++m_stopsAsked;
    Q_EMIT changed();
}

QStringList groupsIn(const QString& parent)
{
    QStringList found;
    for (const QFileInfo& folder :
        QDir(parent).entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Time)) {
        if (groups::GroupFolder(folder.absoluteFilePath().toStdString()).isGroup())
            found << folder.absoluteFilePath();
    }
    return found;
}

} // namespace msrl::services
