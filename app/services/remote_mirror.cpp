// SPDX-License-Identifier: GPL-3.0-or-later
// The connections: one for the rows, one for the control socket, and when they are tried again.
#include "app/services/remote_mirror.h"

#include "app/services/remote_mirror_private.h"
#include "app/services/shell_words.h"

#include <QFileInfo>
#include <QStandardPaths>

#include <algorithm>

namespace msrl::services {

namespace {

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

RemoteMirror::RemoteMirror(RemoteRun run, QString replica, QObject* parent)
    : QObject(parent)
    , d(std::make_unique<Private>(*this, std::move(run), std::move(replica), socketPlace()))
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
    d->waitMs = kFirstMirrorWaitMs;
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
