// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/remote_target.h"

#include "app/services/shell_words.h"
#include "core/base/clock.h"
#include "core/base/files.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>

namespace msrl::services {

namespace {

constexpr int kSshFailed = 255;
constexpr int kNotFound = 127;
constexpr int kNotExecutable = 126;
constexpr std::size_t kMaxWords = 256;
constexpr std::uint64_t kMaxTargetBytes = 1 << 20;

struct TargetTexts
{
    Q_DECLARE_TR_FUNCTIONS(RemoteTarget)
};

// Apart: lupdate takes the namespace of a returned type for the function's own.
QString silenceOf(const QString& host, double seconds)
{
    return TargetTexts::tr("%1 has not answered for %2 s; the run there may go on.")
        .arg(host)
        .arg(qRound(seconds));
}

QString fileOf(const QString& replica)
{
    return replica + QStringLiteral("/remote.json");
}

QString signOf(const QString& replica)
{
    return replica + QStringLiteral("/remote-sign.json");
}

base::Json toJson(const QStringList& words)
{
    base::Json json = base::Json::array();
    for (const QString& word : words)
        json.push_back(word.toStdString());
    return json;
}

QStringList words(base::ObjectReader& in, const char* key)
{
    QStringList all;
    if (in.has(key))
        for (const std::string& word : in.texts(key, kMaxWords))
            all << QString::fromStdString(word);
    return all;
}

// Without a password: nobody could type one. A host that stops answering is noticed within 15 s.
QStringList sshBasics(const RemoteTarget& target)
{
    return QStringList { QStringLiteral("-o"), QStringLiteral("BatchMode=yes"), QStringLiteral("-o"),
        QStringLiteral("ConnectTimeout=10"), QStringLiteral("-o"), QStringLiteral("ServerAliveInterval=5"),
        QStringLiteral("-o"), QStringLiteral("ServerAliveCountMax=3") }
    + target.sshOptions;
}

} // namespace

base::Json targetToJson(const RemoteTarget& target)
{
    return { { "name", target.name.toStdString() }, { "host", target.host.toStdString() },
        { "ssh_options", toJson(target.sshOptions) }, { "engine", target.engine.toStdString() },
        { "work_folder", target.workFolder.toStdString() }, { "environment", toJson(target.environment) } };
}

base::Result<RemoteTarget> targetFromJson(const base::Json& json, const std::string& place)
{
    base::ObjectReader in(json, place);
    RemoteTarget target;
    target.name = QString::fromStdString(in.text("name", ""));
    target.host = QString::fromStdString(in.text("host"));
    target.sshOptions = words(in, "ssh_options");
    target.engine = QString::fromStdString(in.text("engine", "msrl-engine"));
    target.workFolder = QString::fromStdString(in.text("work_folder", "~/msrl"));
    target.environment = words(in, "environment");
    if (base::Status read = in.finish(base::ObjectReader::Unknown::Keep); !read)
        return read.error();
    return target;
}

QString problemOf(const RemoteTarget& target)
{
    static const QRegularExpression variable(QStringLiteral("^[A-Za-z_][A-Za-z0-9_]*="));
    // A host that looks like an option would be one.
    if (target.host.isEmpty() || target.host.startsWith(QLatin1Char('-'))
        || target.host.contains(QLatin1Char(' ')))
        return TargetTexts::tr("The target needs a host: HOST or USER@HOST.");
    if (target.engine.isEmpty())
        return TargetTexts::tr("The target needs the engine's path, or its name where it is in PATH there.");
    if (!target.workFolder.startsWith(QLatin1Char('/')) && !target.workFolder.startsWith(QLatin1String("~/")))
        return TargetTexts::tr("The work folder must begin with / or ~/.");
    for (const QString& one : target.environment)
        if (!variable.match(one).hasMatch())
            return TargetTexts::tr("'%1' is no NAME=VALUE.").arg(one);
    return {};
}

QStringList sshArguments(const RemoteTarget& target, const QString& command)
{
    return sshBasics(target) << target.host << QStringLiteral("--") << command;
}

QStringList sshForwardArguments(
    const RemoteTarget& target, const QString& localSocket, const QString& remoteSocket)
{
    return sshBasics(target) << QStringLiteral("-N") << QStringLiteral("-o")
                             << QStringLiteral("ExitOnForwardFailure=yes") << QStringLiteral("-o")
                             << QStringLiteral("StreamLocalBindUnlink=yes") << QStringLiteral("-L")
                             << localSocket + QLatin1Char(':') + remoteSocket << target.host;
}

QString engineCommand(const RemoteTarget& target)
{
    QStringList all { QStringLiteral("env") };
    for (const QString& one : target.environment)
        all << shellWord(one);
    return (all << shellPath(target.engine)).join(QLatin1Char(' '));
}

QString sshFailure(const RemoteTarget& target, int exitCode, const QString& errorOutput)
{
    const QString last = errorOutput.trimmed().section(QLatin1Char('\n'), -1).trimmed();
    if (exitCode == kNotFound || exitCode == kNotExecutable)
        return TargetTexts::tr(
            "%1 has no program %2: install msrl-engine there, or give its path in the target.")
            .arg(target.host, target.engine);
    if (exitCode != kSshFailed)
        return last.isEmpty()
            ? TargetTexts::tr("%1 ended the command with code %2.").arg(target.host).arg(exitCode)
            : last;
    const auto says = [&](const char* words) { return errorOutput.contains(QLatin1String(words)); };
    if (says("Permission denied"))
        return TargetTexts::tr(
            "%1 did not let ssh in: a key without a passphrase, or one that the ssh agent holds, must be "
            "allowed there.")
            .arg(target.host);
    if (says("Host key verification failed"))
        return TargetTexts::tr(
            "ssh does not know %1 yet, or another machine answers under its name: connect once with "
            "'ssh %1' in a terminal.")
            .arg(target.host);
    if (says("Could not resolve hostname"))
        return TargetTexts::tr("There is no host %1: check its name in the target.").arg(target.host);
    if (says("Connection refused"))
        return TargetTexts::tr("%1 refuses ssh connections: check the port, and that sshd runs there.")
            .arg(target.host);
    if (says("timed out") || says("No route to host") || says("unreachable"))
        return TargetTexts::tr("%1 does not answer: check the network, and that the machine is on.")
            .arg(target.host);
    return TargetTexts::tr("ssh to %1 failed: %2")
        .arg(target.host, last.isEmpty() ? TargetTexts::tr("it gave no reason") : last);
}

base::Status writeRemoteSign(const RemoteSign& sign, const QString& replica)
{
    const base::Json json
        = { { "host", sign.host.toStdString() }, { "alive", sign.alive }, { "seen_ms", sign.seenMs } };
    return base::writeFileAtomically(signOf(replica).toStdString(), json.dump() + "\n");
}

// A damaged sign is one of a machine that does not answer.
std::optional<RemoteSign> readRemoteSign(const QString& replica)
{
    const std::string place = signOf(replica).toStdString();
    if (!QFileInfo::exists(signOf(replica)))
        return std::nullopt;
    const auto json = base::readJsonFile(place, { .maxBytes = kMaxTargetBytes });
    if (!json || !json->is_object())
        return RemoteSign {};
    base::ObjectReader in(*json, place);
    return RemoteSign { QString::fromStdString(in.text("host", "")), in.boolean("alive", false),
        in.integer("seen_ms", 0) };
}

store::RunEvidence observeRun(const QString& runFolder, const store::RunInfo& info)
{
    const std::optional<RemoteSign> sign = readRemoteSign(runFolder);
    if (!sign)
        return store::observe(info);
    store::RunEvidence evidence;
    evidence.info = info;
    evidence.processAlive = sign->alive;
    evidence.silentSeconds = static_cast<double>(base::nowMs() - sign->seenMs) / 1000;
    return evidence;
}

store::RunState stateOfRun(const QString& runFolder, const store::RunEvidence& evidence)
{
    store::RunState state = store::deriveRunState(evidence);
    if (state.kind != store::RunStateKind::LostContact)
        return state;
    if (const std::optional<RemoteSign> sign = readRemoteSign(runFolder))
        state.detail = silenceOf(sign->host, evidence.silentSeconds).toStdString();
    return state;
}

base::Status writeRemoteRun(const RemoteRun& run, const QString& replica)
{
    const base::Json json
        = { { "target", targetToJson(run.target) }, { "folder", run.folder.toStdString() } };
    if (base::Status made = base::createFolders(replica.toStdString()); !made)
        return made;
    return base::writeFileAtomically(fileOf(replica).toStdString(), json.dump(1) + "\n");
}

QString replicaOf(const QString& runFolder)
{
    // GROUP/sweep and GROUP/members/NAME lie one and two folders deep.
    for (const char* above : { "", "/..", "/../.." }) {
        const QString folder = QFileInfo(runFolder + QLatin1String(above)).canonicalFilePath();
        if (!folder.isEmpty() && QFileInfo::exists(fileOf(folder)))
            return folder;
    }
    return {};
}

bool isReplica(const QString& runFolder)
{
    return !replicaOf(runFolder).isEmpty();
}

base::Result<RemoteRun> readRemoteRun(const QString& runFolder)
{
    const QString replica = replicaOf(runFolder);
    const std::string place = fileOf(replica.isEmpty() ? runFolder : replica).toStdString();
    const auto json = base::readJsonFile(place, { .maxBytes = kMaxTargetBytes });
    if (!json)
        return json.error();
    base::ObjectReader in(*json, place);
    auto target = targetFromJson(in.object("target"), place + ", target");
    if (!target)
        return target.error();
    RemoteRun run { *std::move(target), QString::fromStdString(in.text("folder")) };
    if (base::Status read = in.finish(base::ObjectReader::Unknown::Keep); !read)
        return read.error();
    const QString within = QDir(replica).relativeFilePath(QFileInfo(runFolder).canonicalFilePath());
    if (within != QLatin1String("."))
        run.folder += QLatin1Char('/') + within;
    return run;
}

} // namespace msrl::services
