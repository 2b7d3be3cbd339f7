// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/remote_mirror.h"

#include "app/services/run_replica.h"
#include "app/services/shell_words.h"
#include "core/base/file_lock.h"
#include "core/groups/group_file.h"
#include "core/store/run_folder.h"

#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace msrl::services {

namespace {

constexpr int kFirstWaitMs = 1000;
constexpr int kLongestWaitMs = 15000;
constexpr int kEndMs = 2000;
constexpr qsizetype kMostErrorBytes = 4096;

// A folder for a socket whose path must be short.
QString socketPlace()
{
    const QString runtime = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
    const QString root
        = !runtime.isEmpty() && QFileInfo(runtime).isWritable() ? runtime : QStringLiteral("/tmp");
    return root + QStringLiteral("/msrl-r-XXXXXX");
}

// A folder that the other machine names is only taken when it is one of a group's own.
bool isPlace(const std::string& place)
{
    constexpr std::string_view kMembers = "members/";
    if (place.empty() || place == "sweep")
        return true;
    const std::string name = place.substr(std::min(place.size(), kMembers.size()));
    return place.starts_with(kMembers) && !name.empty() && !name.starts_with('.')
        && name.find('/') == std::string::npos;
}

void endProcess(QProcess& process)
{
    if (process.state() == QProcess::NotRunning)
        return;
    process.terminate();
    if (!process.waitForFinished(kEndMs))
        process.kill();
    process.waitForFinished(kEndMs);
}

} // namespace

class RemoteMirror::Private
{
public:
    Private(RemoteMirror& owner, RemoteRun wanted, QString folder)
        : q(owner)
        , run(std::move(wanted))
        , replica(std::move(folder))
        , sockets(socketPlace())
    {
    }

    void connectNow();
    bool mayWrite();
    void ended(int code);
    void take();
    base::Status takeLine(const QByteArray& line);
    base::Status takeNews(const base::Json& news);
    base::Result<base::Json> cursor();
    RunReplica& replicaAt(const std::string& place);
    void rollBack();
    void end();
    void forward(const QString& remoteSocket);
    void setContact(bool now);
    void report(const QString& sentence);
    QString localSocket() const { return sockets.filePath(QStringLiteral("s")); }

    RemoteMirror& q;
    RemoteRun run;
    QString replica;
    QTemporaryDir sockets;
    std::optional<base::FileLock> lock; // of several studios one writes the replica, all read it
    std::map<std::string, RunReplica> runs; // by folder within the replica; of a run alone ""
    QProcess mirror;
    QProcess tunnel;
    QString tunnelTo; // socket there
    QByteArray errors; // of the mirror
    QTimer again;
    int waitMs = kFirstWaitMs;
    bool inContact = false;
    bool broken = false; // a line of this connection could not be taken
    bool over = false; // all has ended and is here
    QString lastProblem;
};

RemoteMirror::RemoteMirror(RemoteRun run, QString replica, QObject* parent)
    : QObject(parent)
    , d(std::make_unique<Private>(*this, std::move(run), std::move(replica)))
{
    d->again.setSingleShot(true);
    connect(&d->again, &QTimer::timeout, this, [this] { d->connectNow(); });
    connect(&d->mirror, &QProcess::readyReadStandardOutput, this, [this] { d->take(); });
    connect(&d->mirror, &QProcess::readyReadStandardError, this, [this] {
        d->errors += d->mirror.readAllStandardError();
        d->errors = d->errors.right(kMostErrorBytes);
    });
    connect(&d->mirror, &QProcess::finished, this, [this](int code) { d->ended(code); });
    connect(&d->mirror, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            d->ended(255);
    });
}

RemoteMirror::~RemoteMirror()
{
    for (QProcess* process : { &d->mirror, &d->tunnel }) {
        process->disconnect(this);
        endProcess(*process);
    }
}

bool RemoteMirror::isInContact() const
{
    return d->inContact;
}

void RemoteMirror::start()
{
    d->connectNow();
}

void RemoteMirror::retryNow()
{
    d->waitMs = kFirstWaitMs;
    if (d->mirror.state() == QProcess::NotRunning && !d->over)
        d->connectNow();
}

void RemoteMirror::Private::connectNow()
{
    again.stop();
    if (mirror.state() != QProcess::NotRunning)
        return;
    if (!mayWrite()) {
        again.start(kLongestWaitMs); // until the other one is gone
        return;
    }
    const auto after = cursor();
    if (!after)
        return report(QString::fromStdString(after.error().message()));
    errors.clear();
    broken = false;
    mirror.start(kSsh,
        sshArguments(run.target,
            QStringLiteral("%1 mirror %2 --after %3")
                .arg(engineCommand(run.target), shellPath(run.folder),
                    shellWord(QString::fromStdString(after->dump())))));
    mirror.closeWriteChannel();
}

base::Result<base::Json> RemoteMirror::Private::cursor()
{
    const groups::GroupFolder folder(replica.toStdString());
    if (!folder.isGroup())
        return replicaAt({}).cursor();
    const auto group = folder.read();
    if (!group)
        return group.error();
    std::vector<std::filesystem::path> places { folder.process() };
    for (const groups::Member& member : group->members)
        places.push_back(folder.member(member));
    base::Json all = base::Json::object();
    for (const std::filesystem::path& path : places) {
        const std::string place = path.lexically_relative(folder.root()).generic_string();
        auto one = replicaAt(place).cursor();
        if (!one)
            return one;
        if (!one->empty())
            all[place] = *std::move(one);
    }
    return all;
}

RunReplica& RemoteMirror::Private::replicaAt(const std::string& place)
{
    const QString folder
        = place.empty() ? replica : replica + QLatin1Char('/') + QString::fromStdString(place);
    return runs.try_emplace(place, folder, run.target.host, localSocket()).first->second;
}

bool RemoteMirror::Private::mayWrite()
{
    if (lock)
        return true;
    auto taken = base::FileLock::tryLock((replica + QStringLiteral("/mirror.lock")).toStdString());
    if (!taken)
        report(QString::fromStdString(taken.error().message()));
    else if (*taken)
        lock.emplace(**std::move(taken));
    return lock.has_value();
}

void RemoteMirror::Private::ended(int code)
{
    take();
    rollBack();
    setContact(false);
    if (over)
        return;
    if (!broken) // else it is told
        report(sshFailure(run.target, code, QString::fromUtf8(errors)));
    again.start(waitMs);
    waitMs = std::min(2 * waitMs, kLongestWaitMs);
}

void RemoteMirror::Private::take()
{
    while (!broken && mirror.canReadLine()) {
        if (const base::Status taken = takeLine(mirror.readLine()); !taken) {
            // From the last commit on, with a new connection.
            report(QString::fromStdString(taken.error().message()));
            rollBack();
            broken = true; // what follows does not fit what is here
            mirror.kill();
            return;
        }
    }
}

base::Status RemoteMirror::Private::takeLine(const QByteArray& line)
{
    const auto news = base::parseJson(
        std::string_view(line.constData(), static_cast<std::size_t>(line.size())), "msrl-engine mirror");
    if (!news)
        return news.error();
    if (!news->is_object())
        return base::failed("the other machine does not speak as msrl-engine mirror does",
            run.target.host.toStdString(), "install the same version there");
    waitMs = kFirstWaitMs;
    setContact(true);
    try {
        return takeNews(*news);
    } catch (const base::Json::exception& exception) {
        return base::failed(
            std::string("the other machine sent what means nothing here: ") + exception.what(),
            run.target.host.toStdString(), "install the same version there");
    }
}

base::Status RemoteMirror::Private::takeNews(const base::Json& news)
{
    if (news.contains("mirror"))
        return {};
    const std::string place = news.value("in", "");
    if (!isPlace(place))
        return base::failed("the other machine names a folder that no run group has", place,
            "install the same version there");
    // Of a group as a whole.
    const bool ofRun = news.contains("info");
    if (news.contains("alive") && !ofRun) {
        if (!news.value("alive", false))
            end();
        return {};
    }
    RunReplica& one = replicaAt(place);
    if (base::Status taken = one.take(news); !taken || !ofRun)
        return taken;
    if (!one.farSocket().isEmpty())
        forward(one.farSocket());
    // Said after the rows: what an engine wrote before its end has come before this.
    if (place.empty() && !news.value("alive", false))
        end();
    return {};
}

void RemoteMirror::Private::end()
{
    if (std::exchange(over, true))
        return;
    tunnel.kill();
    mirror.kill();
    Q_EMIT q.runEnded();
}

void RemoteMirror::Private::rollBack()
{
    for (auto& [place, one] : runs)
        one.rollBack();
}

void RemoteMirror::Private::forward(const QString& remoteSocket)
{
    if (tunnel.state() != QProcess::NotRunning && tunnelTo == remoteSocket)
        return;
    endProcess(tunnel);
    tunnelTo = remoteSocket;
    tunnel.start(kSsh, sshForwardArguments(run.target, localSocket(), remoteSocket));
    tunnel.closeWriteChannel();
}

void RemoteMirror::Private::setContact(bool now)
{
    if (now == inContact)
        return;
    inContact = now;
    if (now)
        lastProblem.clear();
    Q_EMIT q.contactChanged(now);
}

void RemoteMirror::Private::report(const QString& sentence)
{
    if (sentence == lastProblem)
        return;
    lastProblem = sentence;
    Q_EMIT q.problem(sentence);
}

void RemoteMirror::sendSignal(const QString& runFolder, int signal)
{
    // From the replica: another studio's mirror may be the one that keeps it.
    const auto info = store::RunFolder(runFolder.toStdString()).readInfo();
    if (!info)
        return d->report(QString::fromStdString(info.error().message()));
    if (info->process.pid <= 1)
        return;
    auto* command = new QProcess(this);
    connect(command, &QProcess::finished, this, [this, command](int code) {
        if (code != 0)
            d->report(sshFailure(d->run.target, code, QString::fromUtf8(command->readAllStandardError())));
        command->deleteLater();
    });
    const QString pid = QString::number(info->process.pid);
    // The engine leads its own process group.
    command->start(kSsh,
        sshArguments(d->run.target, QStringLiteral("kill -%1 -- -%2").arg(QString::number(signal), pid)));
    command->closeWriteChannel();
}

} // namespace msrl::services
