// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/engine_launcher.h"

#include "app/services/shell_words.h"
#include "core/base/process.h"
#include "core/groups/group_file.h"
#include "core/store/run_folder.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryFile>
#include <QTimer>

#include <optional>

namespace msrl::services {

namespace {

constexpr int kLookMs = 50;
constexpr qint64 kMaxOutput = 64 * 1024;

} // namespace

QStringList launchArguments(const LaunchRequest& request)
{
    QStringList arguments;
    if (request.sweep) {
        arguments << QStringLiteral("sweep");
        if (!request.project.isEmpty())
            arguments << request.project;
        arguments << QStringLiteral("--group") << request.runFolder;
    } else if (request.project.isEmpty())
        arguments << QStringLiteral("resume") << request.runFolder;
    else
        arguments << QStringLiteral("run") << request.project << QStringLiteral("--run") << request.runFolder;
    return arguments << QStringLiteral("--detached") << request.options;
}

QString commandLine(const LaunchRequest& request)
{
    QStringList words { shellWord(request.program) };
    for (const QString& argument : launchArguments(request))
        words << shellWord(argument);
    return words.join(QLatin1Char(' '));
}

class EngineLauncher::Private
{
public:
    explicit Private(EngineLauncher& owner)
        : q(owner)
    {
    }

    store::RunFolder processFolder() const;
    void look();
    void fail(const QString& sentence);
    QString lastWords() const;

    EngineLauncher& q;
    LaunchRequest request;
    qint64 pid = 0; // what was started; it makes the engine and ends when the run has begun
    base::ProcessIdentity before; // who worked in the folder last
    int timeoutMs = 0;
    QString outputFile;
    QTimer timer;
    QElapsedTimer elapsed;
};

EngineLauncher::EngineLauncher(QObject* parent)
    : QObject(parent)
    , d(std::make_unique<Private>(*this))
{
    connect(&d->timer, &QTimer::timeout, this, [this] { d->look(); });
}

EngineLauncher::~EngineLauncher()
{
    if (!d->outputFile.isEmpty())
        QFile::remove(d->outputFile);
}

bool EngineLauncher::isLaunching() const
{
    return d->timer.isActive();
}

void EngineLauncher::launch(const LaunchRequest& request, int timeoutMs)
{
    if (isLaunching()) {
        Q_EMIT failed(tr("Another engine is being started."));
        return;
    }
    d->request = request;
    d->timeoutMs = timeoutMs;
    const auto info = d->processFolder().readInfo();
    d->before = info ? info->process : base::ProcessIdentity {};
    QTemporaryFile output(QDir::temp().filePath(QStringLiteral("msrl-start-XXXXXX.log")));
    output.setAutoRemove(false);
    if (!output.open()) {
        Q_EMIT failed(tr("No file can be written in %1.").arg(QDir::tempPath()));
        return;
    }
    d->outputFile = output.fileName();
    output.close();
    QProcess process;
    process.setProgram(request.program);
    process.setArguments(launchArguments(request));
    process.setStandardInputFile(QProcess::nullDevice());
    process.setStandardOutputFile(d->outputFile);
    process.setStandardErrorFile(d->outputFile, QIODevice::Append);
    if (!process.startDetached(&d->pid)) {
        d->fail(tr("%1 cannot be started: %2").arg(request.program, process.errorString()));
        return;
    }
    d->elapsed.start();
    d->timer.start(kLookMs);
}

store::RunFolder EngineLauncher::Private::processFolder() const
{
    const std::filesystem::path target = request.runFolder.toStdString();
    return store::RunFolder(request.sweep ? groups::GroupFolder(target).process() : target);
}

void EngineLauncher::Private::look()
{
    // Looked at before the file: an engine that ends after its last word is then seen with that word.
    const bool alive = base::identifyProcess(pid).has_value();
    const groups::GroupFolder group(request.runFolder.toStdString());
    const store::RunFolder folder = processFolder();
    // An engine of a group claims its folder first and says then what belongs to the group.
    if (folder.isRunFolder() && (!request.sweep || group.isGroup())) {
        const auto info = folder.readInfo();
        if (info && info->process != before) {
            timer.stop();
            QFile::remove(outputFile);
            if (request.sweep)
                Q_EMIT q.groupStarted(request.runFolder, info->process.pid);
            else
                Q_EMIT q.started(request.runFolder, info->process.pid);
            return;
        }
    }
    if (!alive) {
        const QString said = lastWords();
        fail(said.isEmpty() ? tr("The engine ended before the run began and gave no reason.") : said);
    } else if (elapsed.elapsed() >= timeoutMs) {
        fail(tr("The engine (process %1) has not begun the run within %2 s.").arg(pid).arg(timeoutMs / 1000));
    }
}

// The engine's errors are one line each, the last one is the reason.
QString EngineLauncher::Private::lastWords() const
{
    QFile file(outputFile);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    file.seek(qMax(qint64(0), file.size() - kMaxOutput));
    return QString::fromUtf8(file.readAll()).trimmed().section(QLatin1Char('\n'), -1).trimmed();
}

void EngineLauncher::Private::fail(const QString& sentence)
{
    timer.stop();
    QFile::remove(outputFile);
    Q_EMIT q.failed(sentence);
}

} // namespace msrl::services
