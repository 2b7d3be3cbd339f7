// SPDX-License-Identifier: GPL-3.0-or-later
// What `msrl-engine mirror` tells, line by line: rows, state, log and files of the run.
#include "app/services/remote_mirror_private.h"
#include "core/base/base64.h"
#include "core/base/clock.h"
#include "core/base/files.h"

#include <QFile>

namespace msrl::services {

namespace {

constexpr std::int64_t kSignMs = 3000; // between signs of life that are written down

} // namespace

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
    waitMs = kFirstMirrorWaitMs;
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

} // namespace msrl::services
