// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/remote_mirror.h"

#include "app/services/shell_words.h"
#include "core/base/base64.h"
#include "core/base/clock.h"
#include "core/base/file_lock.h"
#include "core/base/files.h"
#include "core/store/run_folder.h"
#include "core/store/run_mirror.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <optional>

namespace msrl::services {

namespace {

constexpr int kFirstWaitMs = 1000;
constexpr int kLongestWaitMs = 15000;
constexpr int kEndMs = 2000;
constexpr qsizetype kMostErrorBytes = 4096;
constexpr std::int64_t kSignMs = 3000; // between signs of life that are written down

// A folder for a socket whose path must be short.
QString socketPlace()
{
    const QString runtime = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
    const QString root
        = !runtime.isEmpty() && QFileInfo(runtime).isWritable() ? runtime : QStringLiteral("/tmp");
    return root + QStringLiteral("/msrl-r-XXXXXX");
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
    base::Status takeInfo(const base::Json& news);
    base::Status takeLog(const base::Json& news) const;
    base::Status takeFile(const base::Json& news) const;
    void forward(const QString& remoteSocket);
    void setContact(bool now);
    void report(const QString& sentence);
    QString localSocket() const { return sockets.filePath(QStringLiteral("s")); }

    RemoteMirror& q;
    RemoteRun run;
    QString replica;
    QTemporaryDir sockets;
    std::optional<base::FileLock> lock; // of several studios one writes the replica, all read it
    std::optional<store::MirrorReplica> rows;
    QProcess mirror;
    QProcess tunnel;
    QString tunnelTo; // socket there
    QByteArray errors; // of the mirror
    QTimer again;
    int waitMs = kFirstWaitMs;
    bool inContact = false;
    bool over = false; // the run has ended and all of it is here
    store::RunInfo info;
    RemoteSign lastSign;
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
    if (!rows) {
        auto opened = store::MirrorReplica::open(store::RunFolder(replica.toStdString()).runDatabase());
        if (!opened)
            return report(QString::fromStdString(opened.error().message()));
        rows.emplace(*std::move(opened));
    }
    auto cursor = rows->cursor();
    if (!cursor)
        return report(QString::fromStdString(cursor.error().message()));
    const QFileInfo log(QString::fromStdString(store::RunFolder(replica.toStdString()).logFile().string()));
    (*cursor)["engine.log"] = log.exists() ? log.size() : 0;
    errors.clear();
    mirror.start(kSsh,
        sshArguments(run.target,
            QStringLiteral("%1 mirror %2 --after %3")
                .arg(engineCommand(run.target), shellPath(run.folder),
                    shellWord(QString::fromStdString(store::cursorToJson(*cursor).dump())))));
    mirror.closeWriteChannel();
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
    rows->rollBack();
    setContact(false);
    if (over)
        return;
    report(sshFailure(run.target, code, QString::fromUtf8(errors)));
    again.start(waitMs);
    waitMs = std::min(2 * waitMs, kLongestWaitMs);
}

void RemoteMirror::Private::take()
{
    while (mirror.canReadLine()) {
        if (const base::Status taken = takeLine(mirror.readLine()); !taken) {
            // From the last commit on, with a new connection.
            report(QString::fromStdString(taken.error().message()));
            rows->rollBack();
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
    if (news->contains("mirror"))
        return {};
    if (news->contains("info"))
        return takeInfo(*news);
    if (news->contains("log"))
        return takeLog(*news);
    if (news->contains("file"))
        return takeFile(*news);
    return rows->apply(*news);
}

base::Status RemoteMirror::Private::takeInfo(const base::Json& news)
{
    auto read = store::runInfoFromJson(news.at("info"), "run.json of " + run.target.host.toStdString());
    if (!read)
        return read.error();
    const QString socket = QString::fromStdString(read->socket);
    const bool alive = news.value("alive", false);
    const RemoteSign sign { run.target.host, alive, base::nowMs() };
    if (alive && !socket.isEmpty())
        forward(socket);
    read->socket = alive && !socket.isEmpty() ? localSocket().toStdString() : std::string();
    base::Status written;
    // The sign first: run.json without one is a run of this machine.
    if (sign.alive != lastSign.alive || sign.seenMs - lastSign.seenMs >= kSignMs) {
        lastSign = sign;
        written = writeRemoteSign(sign, replica);
    }
    if (written && *read != info) {
        info = *read;
        written = store::RunFolder(replica.toStdString()).writeInfo(info);
    }
    // Said after the rows: what an engine wrote before its end has come before this.
    if (!alive && !over) {
        over = true;
        tunnel.kill();
        mirror.kill();
        Q_EMIT q.runEnded();
    }
    return written;
}

base::Status RemoteMirror::Private::takeLog(const base::Json& news) const
{
    QFile log(QString::fromStdString(store::RunFolder(replica.toStdString()).logFile().string()));
    const auto text = base::base64Decode(news.value("log", ""));
    const bool fits
        = text && log.open(QIODevice::ReadWrite) && log.size() == news.value("at", std::int64_t { -1 });
    if (!fits || !log.seek(log.size()) || log.write(text->data(), static_cast<qint64>(text->size())) < 0)
        return base::failed("the log cannot be continued", log.fileName().toStdString());
    return {};
}

base::Status RemoteMirror::Private::takeFile(const base::Json& news) const
{
    // A name of the other machine is only taken when it is one of a run's own.
    const std::string name = news.value("file", "");
    for (const char* known : { "project.msrl", "plan.json", "command.txt" })
        if (name == known)
            return base::writeFileAtomically(replica.toStdString() + "/" + name, news.value("text", ""));
    return {};
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

void RemoteMirror::sendSignal(int signal)
{
    if (d->info.process.pid <= 1)
        return;
    auto* command = new QProcess(this);
    connect(command, &QProcess::finished, this, [this, command](int code) {
        if (code != 0)
            d->report(sshFailure(d->run.target, code, QString::fromUtf8(command->readAllStandardError())));
        command->deleteLater();
    });
    const QString pid = QString::number(d->info.process.pid);
    // The engine leads its own process group.
    command->start(kSsh,
        sshArguments(d->run.target, QStringLiteral("kill -%1 -- -%2").arg(QString::number(signal), pid)));
    command->closeWriteChannel();
}

} // namespace msrl::services
