// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/launch_options.h"

#include "app/models/strings.h"
#include "app/models/table_text.h"
#include "core/curriculum/node_types.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStandardPaths>

#include <algorithm>
#include <iterator>
#include <optional>
#include <thread>

namespace msrl::models {

namespace {

const QString kMpirun = QStringLiteral("mpirun");
const QString kSrun = QStringLiteral("srun");
constexpr const char* kFields[] { "device", "threads", "ranks", "launcher", "hosts", "runsFolder", "runName",
    "until" };
constexpr int kMostCount = 1'000'000; // threads or ranks: beyond it is a slip of the finger

struct LaunchTexts
{
    Q_DECLARE_TR_FUNCTIONS(LaunchOptions)
};

std::optional<int> wholeNumber(const QString& text, int least)
{
    bool good = false;
    const int number = text.trimmed().toInt(&good);
    return good && number >= least && number <= kMostCount ? std::optional(number) : std::nullopt;
}

QStringList hostList(const QString& text)
{
    QStringList hosts;
    if (!text.trimmed().isEmpty())
        for (const QString& host : text.split(QLatin1Char(',')))
            hosts << host.trimmed();
    return hosts;
}

bool severalRanks(const LaunchOptions& options)
{
    return wholeNumber(options.ranks, 1).value_or(1) > 1;
}

// mpirun on one machine alone: its processors are all there are.
bool staysOnOne(const LaunchOptions& options)
{
    return !severalRanks(options) || (options.launcher != kSrun && hostList(options.hosts).isEmpty());
}

QString deviceFault(const LaunchOptions& options)
{
    static const QRegularExpression known(QStringLiteral("^(cpu|cuda|cuda:[0-9]{1,3})$"));
    if (!known.match(options.device).hasMatch())
        return LaunchTexts::tr("Write cpu, cuda, or cuda:N with the number of the device, from 0 on.");
    if (options.device.contains(QLatin1Char(':')) && severalRanks(options) && staysOnOne(options))
        return LaunchTexts::tr(
            "Several ranks cannot share one device: write cuda, which gives each its own.");
    return {};
}

QString countFault(const QString& text, int least, const LaunchOptions& options, const LaunchPlace& place)
{
    const std::optional<int> count = wholeNumber(text, least);
    if (!count)
        return LaunchTexts::tr("Write a whole number from %1 on.").arg(least);
    if (place.processors > 0 && *count > place.processors && staysOnOne(options))
        return LaunchTexts::tr("This machine has %1 processors.").arg(place.processors);
    return {};
}

QString ranksFault(const LaunchOptions& options, const LaunchPlace& place)
{
    QString fault = countFault(options.ranks, 1, options, place);
    const auto hosts = hostList(options.hosts).size();
    if (fault.isEmpty() && severalRanks(options) && wholeNumber(options.ranks, 1) < hosts)
        fault = LaunchTexts::tr("There are %1 hosts: take at least one rank for each.").arg(hosts);
    return fault;
}

QString launcherFault(const LaunchOptions& options, const LaunchPlace& place)
{
    if (!severalRanks(options) || place.processors == 0 || place.launchers.contains(options.launcher))
        return {};
    return options.launcher == kSrun
        ? LaunchTexts::tr("srun was not found: install slurm-client, or take mpirun.")
        : LaunchTexts::tr("mpirun was not found: install openmpi-bin, or take one rank.");
}

QString hostsFault(const LaunchOptions& options)
{
    static const QRegularExpression known(QStringLiteral("^[A-Za-z0-9][A-Za-z0-9._-]*$"));
    if (!severalRanks(options))
        return {};
    for (const QString& host : hostList(options.hosts))
        if (!known.match(host).hasMatch())
            return host.isEmpty() ? LaunchTexts::tr("A name is missing between two commas.")
                                  : LaunchTexts::tr("\"%1\" is no name of a machine.").arg(host);
    return {};
}

QString folderFault(const QString& folder)
{
    if (folder.isEmpty())
        return {};
    if (!QDir::isAbsolutePath(folder))
        return LaunchTexts::tr("Write the whole path, from / on.");
    QFileInfo there(QDir::cleanPath(folder));
    while (!there.exists() && !there.isRoot())
        there = QFileInfo(there.path());
    if (!there.isDir())
        return LaunchTexts::tr("%1 is a file.").arg(there.filePath());
    if (!there.isWritable())
        return LaunchTexts::tr("%1 cannot be written: choose another folder.").arg(there.filePath());
    return {};
}

QString nameFault(const LaunchOptions& options, const LaunchPlace& place)
{
    const QString name = options.runName.trimmed();
    if (name.contains(QLatin1Char('/')) || name.startsWith(QLatin1Char('.'))
        || name.startsWith(QLatin1Char('-')))
        return LaunchTexts::tr("A name of a folder, without /, that begins with a letter or a digit.");
    if (!name.isEmpty() && QFileInfo::exists(namedRunFolder(options, place)))
        return LaunchTexts::tr("It is there already: take another name, or continue that run from its page.");
    if (!name.isEmpty() && place.takenFolders.contains(namedRunFolder(options, place)))
        return LaunchTexts::tr("A run in the queue will take it: choose another name.");
    return {};
}

QString untilFault(const LaunchOptions& options, const curriculum::Project& project)
{
    const auto nodes = lastNodes(project);
    const bool known = options.until.isEmpty()
        || std::any_of(
            nodes.begin(), nodes.end(), [&](const auto& node) { return node.first == options.until; });
    return known ? QString() : LaunchTexts::tr("The project has no stage %1 that runs.").arg(options.until);
}

} // namespace

bool isStudy(LaunchKind kind)
{
    return kind == LaunchKind::Study || kind == LaunchKind::RemoteStudy;
}

bool takesOption(LaunchKind kind, const QString& field)
{
    static const QStringList ofStudies { QStringLiteral("device"), QStringLiteral("threads"),
        QStringLiteral("runsFolder"), QStringLiteral("runName") };
    const bool isRemote = kind == LaunchKind::RemoteRun || kind == LaunchKind::RemoteStudy;
    if (isRemote && field == QLatin1String("runsFolder"))
        return false; // the target says where it keeps runs
    return !isStudy(kind) || ofStudies.contains(field); // whose form says where a member ends
}

LaunchOptions fitted(LaunchOptions options, LaunchKind kind)
{
    LaunchOptions standard;
    for (const char* const field : kFields) {
        const QString name = QLatin1String(field);
        if (!takesOption(kind, name))
            *memberOf(options, name) = *memberOf(standard, name);
    }
    return options;
}

LaunchOptions updated(LaunchOptions kept, LaunchOptions used, LaunchKind kind)
{
    for (const char* const field : kFields) {
        const QString name = QLatin1String(field);
        if (takesOption(kind, name))
            *memberOf(kept, name) = *memberOf(used, name);
    }
    return kept;
}

LaunchPlace thisMachine(const QString& runsFolder, LaunchKind kind)
{
    LaunchPlace place;
    place.kind = kind;
    // As the engine counts them.
    place.processors = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    for (const QString& program : { kMpirun, kSrun })
        if (!QStandardPaths::findExecutable(program).isEmpty())
            place.launchers << program;
    place.runsFolder = runsFolder;
    return place;
}

LaunchPlace anotherMachine(const QString& runsFolder, LaunchKind kind)
{
    return { kind, 0, {}, runsFolder, {} };
}

QString namedRunFolder(const LaunchOptions& options, const LaunchPlace& place)
{
    const QString name = options.runName.trimmed();
    const QString folder = options.runsFolder.isEmpty() ? place.runsFolder : options.runsFolder;
    return name.isEmpty() ? QString() : QDir(folder).filePath(name);
}

QMap<QString, QString> launchFaults(
    const LaunchOptions& given, const LaunchPlace& place, const curriculum::Project& project)
{
    const LaunchOptions options = fitted(given, place.kind);
    QMap<QString, QString> faults {
        { QStringLiteral("device"), deviceFault(options) },
        { QStringLiteral("threads"), countFault(options.threads, 0, options, place) },
        { QStringLiteral("ranks"), ranksFault(options, place) },
        { QStringLiteral("launcher"), launcherFault(options, place) },
        { QStringLiteral("hosts"), hostsFault(options) },
        { QStringLiteral("runsFolder"), folderFault(options.runsFolder) },
        { QStringLiteral("runName"), nameFault(options, place) },
        { QStringLiteral("until"), untilFault(options, project) },
    };
    for (const QString& field : faults.keys())
        if (faults.value(field).isEmpty())
            faults.remove(field);
    return faults;
}

QStringList launchWords(const LaunchOptions& options)
{
    QStringList words;
    if (options.device != QLatin1String("cpu"))
        words << QStringLiteral("--device") << options.device;
    if (wholeNumber(options.threads, 0).value_or(0) > 0)
        words << QStringLiteral("--threads") << options.threads.trimmed();
    if (severalRanks(options)) {
        words << QStringLiteral("--ranks") << options.ranks.trimmed() << QStringLiteral("--launcher")
              << options.launcher;
        if (const QStringList hosts = hostList(options.hosts); !hosts.isEmpty())
            words << QStringLiteral("--hosts") << hosts.join(QLatin1Char(','));
    }
    if (!options.until.isEmpty())
        words << QStringLiteral("--until") << options.until;
    return words;
}

std::vector<std::pair<QString, QString>> lastNodes(const curriculum::Project& project)
{
    std::vector<std::pair<QString, QString>> nodes;
    for (const curriculum::Node& node : project.nodes) {
        if (node.bypassed || curriculum::traitsOf(node.type).stored)
            continue;
        const QString id = toQt(node.id);
        const QString title = stageTitle(node);
        const bool taken = std::any_of(
            nodes.begin(), nodes.end(), [&](const auto& other) { return other.second == title; });
        nodes.emplace_back(id, taken ? QStringLiteral("%1 (%2)").arg(title, id) : title);
    }
    return nodes;
}

QString* memberOf(LaunchOptions& options, const QString& field)
{
    QString* const members[] { &options.device, &options.threads, &options.ranks, &options.launcher,
        &options.hosts, &options.runsFolder, &options.runName, &options.until };
    static_assert(std::size(members) == std::size(kFields));
    for (std::size_t i = 0; i < std::size(members); ++i)
        if (field == QLatin1String(kFields[i]))
            return members[i];
    return nullptr;
}

base::Json launchToJson(const LaunchOptions& options)
{
    return { { "device", options.device.toStdString() }, { "threads", options.threads.toStdString() },
        { "ranks", options.ranks.toStdString() }, { "launcher", options.launcher.toStdString() },
        { "hosts", options.hosts.toStdString() }, { "runs_folder", options.runsFolder.toStdString() } };
}

LaunchOptions launchFromJson(const base::Json& json)
{
    LaunchOptions options;
    const auto take = [&json](const char* name, QString& value) {
        if (json.is_object() && json.contains(name) && json.at(name).is_string())
            value = toQt(json.at(name).get<std::string>());
    };
    take("device", options.device);
    take("threads", options.threads);
    take("ranks", options.ranks);
    take("launcher", options.launcher);
    take("hosts", options.hosts);
    take("runs_folder", options.runsFolder);
    return options;
}

} // namespace msrl::models
