// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/run_replica.h"

#include "core/base/base64.h"
#include "core/base/clock.h"
#include "core/base/files.h"
#include "core/store/run_folder.h"

#include <QFile>
#include <QFileInfo>

namespace msrl::services {

namespace {

constexpr std::int64_t kSignMs = 3000; // between signs of life that are written down

QString logOf(const QString& folder)
{
    return QString::fromStdString(store::RunFolder(folder.toStdString()).logFile().string());
}

} // namespace

RunReplica::RunReplica(QString folder, QString host, QString socket)
    : m_folder(std::move(folder))
    , m_host(std::move(host))
    , m_socket(std::move(socket))
{
}

base::Status RunReplica::openRows()
{
    if (m_rows)
        return {};
    auto opened = store::MirrorReplica::open(store::RunFolder(m_folder.toStdString()).runDatabase());
    if (!opened)
        return opened.error();
    m_rows.emplace(*std::move(opened));
    return {};
}

base::Result<base::Json> RunReplica::cursor()
{
    store::MirrorCursor known;
    if (std::filesystem::exists(store::RunFolder(m_folder.toStdString()).runDatabase())) {
        if (base::Status opened = openRows(); !opened)
            return opened.error();
        auto rows = m_rows->cursor();
        if (!rows)
            return rows.error();
        known = *std::move(rows);
        m_rows.reset(); // of a group's many members few get more
    }
    const QFileInfo log(logOf(m_folder));
    known["engine.log"] = log.exists() ? log.size() : 0;
    std::erase_if(known, [](const auto& table) { return table.second == 0; });
    return store::cursorToJson(known);
}

base::Status RunReplica::take(const base::Json& line)
{
    if (!m_isMade) {
        if (base::Status made = base::createFolders(m_folder.toStdString()); !made)
            return made;
        m_isMade = true;
    }
    if (line.contains("info"))
        return takeInfo(line);
    if (line.contains("log"))
        return takeLog(line);
    if (line.contains("file"))
        return takeFile(line);
    if (base::Status opened = openRows(); !opened)
        return opened;
    return m_rows->apply(line);
}

void RunReplica::rollBack()
{
    if (m_rows)
        m_rows->rollBack();
}

base::Status RunReplica::takeInfo(const base::Json& line)
{
    auto read = store::runInfoFromJson(line.at("info"), "run.json of " + m_host.toStdString());
    if (!read)
        return read.error();
    const bool alive = line.value("alive", false);
    m_farSocket = alive ? QString::fromStdString(read->socket) : QString();
    read->socket = m_farSocket.isEmpty() ? std::string() : m_socket.toStdString();
    const RemoteSign sign { m_host, alive, base::nowMs() };
    base::Status written;
    // The sign first: run.json without one is a run of this machine.
    if (sign.host != m_sign.host || sign.alive != m_sign.alive || sign.seenMs - m_sign.seenMs >= kSignMs) {
        m_sign = sign;
        written = writeRemoteSign(sign, m_folder);
    }
    if (written && *read != m_info) {
        m_info = *read;
        written = store::RunFolder(m_folder.toStdString()).writeInfo(m_info);
    }
    if (!alive)
        m_rows.reset(); // its last rows have come before
    return written;
}

base::Status RunReplica::takeLog(const base::Json& line) const
{
    QFile log(logOf(m_folder));
    const auto text = base::base64Decode(line.value("log", ""));
    const bool fits
        = text && log.open(QIODevice::ReadWrite) && log.size() == line.value("at", std::int64_t { -1 });
    if (!fits || !log.seek(log.size()) || log.write(text->data(), static_cast<qint64>(text->size())) < 0)
        return base::failed("the log cannot be continued", log.fileName().toStdString());
    return {};
}

base::Status RunReplica::takeFile(const base::Json& line) const
{
    // A name of the other machine is only taken when it is one of a run's or a group's own.
    const std::string name = line.value("file", "");
    for (const char* known : { "project.msrl", "plan.json", "command.txt", "group.json" })
        if (name == known)
            return base::writeFileAtomically(m_folder.toStdString() + "/" + name, line.value("text", ""));
    return {};
}

} // namespace msrl::services
