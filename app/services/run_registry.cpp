// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/run_registry.h"

#include "app/services/remote_target.h"
#include "core/base/files.h"
#include "core/base/json.h"

#include <QDir>
#include <QFileInfo>
#include <QFileSystemWatcher>
#include <QTimer>

#include <algorithm>
#include <optional>

namespace msrl::services {

namespace {

constexpr int kStateFileVersion = 1;
constexpr int kSettleMs = 200; // a new run makes several files at once
constexpr int kMaxNumber = 100000;

QString canonical(const QString& path)
{
    const QString real = QFileInfo(path).canonicalFilePath();
    return real.isEmpty() ? QDir::cleanPath(QFileInfo(path).absoluteFilePath()) : real;
}

} // namespace

class RunRegistry::Private
{
public:
    void load();
    void save() const;
    std::optional<KnownRun> read(const QString& path, bool inRunsFolder) const;

    QString runsFolder;
    QString stateFile;
    QStringList remembered;
    std::vector<KnownRun> runs;
    QFileSystemWatcher watcher;
    QTimer settle;
};

// A missing or damaged list only costs the runs outside of the runs folder; they can be opened again.
void RunRegistry::Private::load()
{
    const auto json = base::readJsonFile(stateFile.toStdString(), { .maxBytes = 1 << 20 });
    if (!json || !json->is_object())
        return;
    base::ObjectReader in(*json, stateFile.toStdString());
    for (const base::Json& path : in.array("runs")) {
        if (path.is_string())
            remembered << QString::fromStdString(path.get<std::string>());
    }
}

void RunRegistry::Private::save() const
{
    base::Json json = base::Json::object();
    json["version"] = kStateFileVersion;
    json["runs"] = base::Json::array();
    for (const QString& path : remembered)
        json["runs"].push_back(path.toStdString());
    QDir().mkpath(QFileInfo(stateFile).absolutePath());
    const base::Status ignored = base::writeFileAtomically(stateFile.toStdString(), json.dump(2) + "\n");
    static_cast<void>(ignored); // as in load()
}

std::optional<KnownRun> RunRegistry::Private::read(const QString& path, bool inRunsFolder) const
{
    auto info = store::RunFolder(path.toStdString()).readInfo();
    if (!info)
        return std::nullopt;
    store::RunState state = stateOfRun(path, observeRun(path, *info));
    return KnownRun { path, *std::move(info), std::move(state), inRunsFolder };
}

RunRegistry::RunRegistry(QString runsFolder, QString stateFile, QObject* parent)
    : QObject(parent)
    , d(std::make_unique<Private>())
{
    d->runsFolder = std::move(runsFolder);
    d->stateFile = std::move(stateFile);
    d->load();
    d->settle.setSingleShot(true);
    d->settle.setInterval(kSettleMs);
    connect(&d->settle, &QTimer::timeout, this, &RunRegistry::scan);
    connect(&d->watcher, &QFileSystemWatcher::directoryChanged, &d->settle, qOverload<>(&QTimer::start));
    scan();
}

RunRegistry::~RunRegistry() = default;

QString RunRegistry::runsFolder() const
{
    return d->runsFolder;
}

void RunRegistry::setRunsFolder(const QString& folder)
{
    if (folder == d->runsFolder)
        return;
    d->runsFolder = folder;
    scan();
}

const std::vector<KnownRun>& RunRegistry::runs() const
{
    return d->runs;
}

const KnownRun* RunRegistry::find(const QString& path) const
{
    const QString wanted = canonical(path);
    const auto found = std::find_if(
        d->runs.begin(), d->runs.end(), [&](const KnownRun& run) { return run.path == wanted; });
    return found == d->runs.end() ? nullptr : &*found;
}

QString RunRegistry::freshRunFolder(
    const QString& name, const QString& runsFolder, const QStringList& taken) const
{
    QString stem;
    for (const QChar c : name.simplified())
        stem += c.isLetterOrNumber() || c == QLatin1Char('-') || c == QLatin1Char('_')
            ? c
            : QChar(QLatin1Char('-'));
    if (stem.isEmpty())
        stem = QStringLiteral("run");
    const QDir folder(runsFolder.isEmpty() ? d->runsFolder : runsFolder);
    for (int number = 1; number < kMaxNumber; ++number) {
        const QString path
            = folder.filePath(QStringLiteral("%1-%2").arg(stem).arg(number, 3, 10, QLatin1Char('0')));
        if (!QFileInfo::exists(path) && !taken.contains(path))
            return path;
    }
    return folder.filePath(stem);
}

QString RunRegistry::add(const QString& runFolder)
{
    const auto info = store::RunFolder(runFolder.toStdString()).readInfo();
    if (!info)
        return QString::fromStdString(info.error().message());
    const QString path = canonical(runFolder);
    if (!find(path) && !d->remembered.contains(path)) {
        d->remembered << path;
        d->save();
    }
    scan();
    return {};
}

void RunRegistry::forget(const QString& runFolder)
{
    if (d->remembered.removeAll(canonical(runFolder)) > 0)
        d->save();
    scan();
}

void RunRegistry::scan()
{
    std::vector<KnownRun> found;
    QStringList folders { d->runsFolder };
    const QDir folder(d->runsFolder);
    if (folder.exists()) {
        for (const QString& name : folder.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            const QString path = canonical(folder.filePath(name));
            folders << path;
            if (auto run = d->read(path, true))
                found.push_back(*std::move(run));
        }
    }
    for (const QString& path : d->remembered) {
        const bool known
            = std::any_of(found.begin(), found.end(), [&](const KnownRun& run) { return run.path == path; });
        folders << path;
        if (auto run = known ? std::nullopt : d->read(path, false))
            found.push_back(*std::move(run));
    }
    std::stable_sort(found.begin(), found.end(),
        [](const KnownRun& a, const KnownRun& b) { return a.info.createdMs > b.info.createdMs; });
    for (const QString& path : folders) {
        if (QFileInfo::exists(path) && !d->watcher.directories().contains(path))
            d->watcher.addPath(path);
    }
    const auto same = [](const KnownRun& a, const KnownRun& b) {
        return a.path == b.path && a.info == b.info && a.state == b.state && a.inRunsFolder == b.inRunsFolder;
    };
    if (std::equal(found.begin(), found.end(), d->runs.begin(), d->runs.end(), same))
        return;
    d->runs = std::move(found);
    Q_EMIT runsChanged();
}

} // namespace msrl::services
