// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/remote_launcher.h"

#include "app/services/project_files.h"
#include "app/services/shell_words.h"
#include "core/base/files.h"
#include "core/base/version.h"
#include "core/groups/group_file.h"

#include <QFileInfo>
#include <QProcess>
#include <QTemporaryFile>

#include <functional>

namespace msrl::services {

namespace {

const QString kTar = QStringLiteral("tar");
const QString kGroupMark = QStringLiteral("the group:"); // on a line of its own, before group.json

// "0.1" of "msrl-engine 0.1.0": what two versions must share to understand each other's files.
QString series(const QString& version)
{
    return version.section(QLatin1Char(' '), -1).section(QLatin1Char('.'), 0, 1);
}

} // namespace

class RemoteLauncher::Private
{
public:
    explicit Private(RemoteLauncher& owner)
        : q(owner)
    {
    }

    using Then = std::function<void(const QByteArray& output)>;
    void command(const QString& shell, Then then);
    void finish(int code, const Then& then);
    void probe(const std::function<void()>& then);
    void takeProbe(const QByteArray& output, const std::function<void()>& then);
    void checkName();
    void compareFiles();
    void checkElsewhere();
    void copy(const QStringList& paths);
    QString engineWords() const;
    void startEngine(const QString& words);
    void begun(const QByteArray& output);
    base::Status keepGroup(const QByteArray& output) const;
    void fail(const QString& sentence);
    QString projectFolder() const { return root + QStringLiteral("/projects/") + projectName(); }
    QString projectName() const { return QFileInfo(files.folder).fileName(); }

    RemoteLauncher& q;
    RemoteLaunch job;
    ProjectFiles files;
    QString root; // the work folder there, absolute
    RemoteRun run;
    std::unique_ptr<QProcess> ssh;
    std::unique_ptr<QProcess> tar;
    std::unique_ptr<QTemporaryFile> list; // of the files that tar packs
};

RemoteLauncher::RemoteLauncher(QObject* parent)
    : QObject(parent)
    , d(std::make_unique<Private>(*this))
{
}

RemoteLauncher::~RemoteLauncher()
{
    for (QProcess* process : { d->tar.get(), d->ssh.get() }) {
        if (!process)
            continue;
        process->disconnect(this);
        process->kill();
        process->waitForFinished();
    }
}

bool RemoteLauncher::isLaunching() const
{
    return d->ssh != nullptr;
}

void RemoteLauncher::launch(const RemoteLaunch& launch)
{
    if (isLaunching()) {
        Q_EMIT failed(tr("Another run is being started."));
        return;
    }
    if (const QString problem = problemOf(launch.target); !problem.isEmpty()) {
        Q_EMIT failed(problem);
        return;
    }
    auto files = filesOfProject(launch.project);
    if (!files) {
        Q_EMIT failed(QString::fromStdString(files.error().message()));
        return;
    }
    d->job = launch;
    d->files = *std::move(files);
    d->run = { launch.target, {} };
    d->probe([this] {
        d->run.folder = d->root + QStringLiteral("/runs/") + d->job.name;
        d->checkName();
    });
}

void RemoteLauncher::resume(const RemoteRun& run, const QString& replica, const QStringList& options)
{
    if (isLaunching()) {
        Q_EMIT failed(tr("Another run is being started."));
        return;
    }
    d->job = {};
    d->job.target = run.target;
    d->job.replica = replica;
    d->job.options = options;
    d->job.sweep = groups::GroupFolder(replica.toStdString()).isGroup();
    d->run = run;
    d->probe([this] {
        QStringList words { d->job.sweep ? QStringLiteral("sweep --group") : QStringLiteral("resume"),
            shellPath(d->run.folder), QStringLiteral("--detached") };
        for (const QString& option : d->job.options)
            words << shellWord(option);
        d->startEngine(engineCommand(d->job.target) + QLatin1Char(' ') + words.join(QLatin1Char(' ')));
    });
}

// One command of the other machine's shell; `then` gets what it printed when it ended well.
void RemoteLauncher::Private::command(const QString& shell, Then then)
{
    ssh = std::make_unique<QProcess>();
    QObject::connect(ssh.get(), &QProcess::finished, &q, [this, then](int code) { finish(code, then); });
    QObject::connect(ssh.get(), &QProcess::errorOccurred, &q, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            fail(RemoteLauncher::tr("There is no program ssh here: install the OpenSSH client."));
    });
    ssh->start(kSsh, sshArguments(job.target, shell));
    ssh->closeWriteChannel();
}

void RemoteLauncher::Private::finish(int code, const Then& then)
{
    const QByteArray output = ssh->readAllStandardOutput();
    const QString errors = QString::fromUtf8(ssh->readAllStandardError());
    ssh.release()->deleteLater(); // it is what calls
    QString packed;
    if (tar) {
        tar->waitForFinished();
        if (tar->exitCode() != 0)
            packed
                = QString::fromUtf8(tar->readAllStandardError()).trimmed().section(QLatin1Char('\n'), 0, 0);
        tar.reset();
    }
    if (!packed.isEmpty())
        fail(RemoteLauncher::tr("The project's folder cannot be copied: %1").arg(packed));
    else if (code != 0)
        fail(sshFailure(job.target, code, errors));
    else
        then(output);
}

void RemoteLauncher::Private::probe(const std::function<void()>& then)
{
    Q_EMIT q.progressed(RemoteLauncher::tr("Connecting to %1.").arg(job.target.host));
    const QString folder = shellPath(job.target.workFolder);
    command(QStringLiteral("mkdir -p %1 && cd %1 && pwd -P && %2 --version")
                .arg(folder, engineCommand(job.target)),
        [this, then](const QByteArray& output) { takeProbe(output, then); });
}

void RemoteLauncher::Private::takeProbe(const QByteArray& output, const std::function<void()>& then)
{
    // What a login script prints comes before.
    const QStringList lines = QString::fromUtf8(output).trimmed().split(QLatin1Char('\n'));
    const QString version = lines.last().trimmed();
    root = lines.value(lines.size() - 2).trimmed();
    if (!root.startsWith(QLatin1Char('/')) || !version.startsWith(QLatin1String("msrl-engine "))) {
        fail(RemoteLauncher::tr("%1 on %2 is no msrl-engine: check the engine's path in the target.")
                 .arg(job.target.engine, job.target.host));
        return;
    }
    const QString own = QString::fromUtf8(base::kVersion);
    if (series(version) != series(own)) {
        fail(RemoteLauncher::tr(
            "%1 has %2, this studio is %3: install the same version there, or name another engine in the "
            "target.")
                 .arg(job.target.host, version, own));
        return;
    }
    then();
}

// The engine would go on with a run that is there already, and this launch is for another one.
void RemoteLauncher::Private::checkName()
{
    command(QStringLiteral("if test -e %1; then echo it is taken; fi").arg(shellPath(run.folder)),
        [this](const QByteArray& output) {
            if (!output.trimmed().endsWith("it is taken")) // behind what a login script prints
                checkElsewhere();
            else
                fail(RemoteLauncher::tr("%1 has a run %2 already: take another name.")
                         .arg(job.target.host, job.name));
        });
}

// Paths that are not in the project's folder must be there already.
void RemoteLauncher::Private::checkElsewhere()
{
    if (files.elsewhere.isEmpty()) {
        compareFiles();
        return;
    }
    QStringList words;
    for (const QString& path : files.elsewhere)
        words << shellWord(path);
    command(QStringLiteral("for p in %1; do test -e \"$p\" || echo \"$p\"; done")
                .arg(words.join(QLatin1Char(' '))),
        [this](const QByteArray& output) {
            const QString missing = QString::fromUtf8(output).trimmed().section(QLatin1Char('\n'), 0, 0);
            if (missing.isEmpty())
                compareFiles();
            else
                fail(RemoteLauncher::tr(
                    "%1 does not have %2, which the project names: copy it there, or move it into the "
                    "project's folder.")
                         .arg(job.target.host, missing));
        });
}

void RemoteLauncher::Private::compareFiles()
{
    Q_EMIT q.progressed(
        RemoteLauncher::tr("Comparing the project's folder with that on %1.").arg(job.target.host));
    const QString folder = shellPath(projectFolder());
    command(QStringLiteral(
                "mkdir -p %1 && cd %1 && find . -path ./artefacts -prune -o -type f -printf '%s %T@ %P\\n'")
                .arg(folder),
        [this](const QByteArray& output) { copy(filesToCopy(files.files, parseFileStates(output))); });
}

void RemoteLauncher::Private::copy(const QStringList& paths)
{
    const auto start = [this] { startEngine(engineWords()); };
    if (paths.isEmpty()) {
        start();
        return;
    }
    Q_EMIT q.progressed(
        RemoteLauncher::tr("Copying %n file(s) to %1.", nullptr, static_cast<int>(paths.size()))
            .arg(job.target.host));
    list = std::make_unique<QTemporaryFile>();
    if (!list->open() || list->write(paths.join(QChar(0)).toUtf8()) < 0 || !list->flush()) {
        fail(RemoteLauncher::tr("No temporary file can be written: %1").arg(list->errorString()));
        return;
    }
    // tar's output is ssh's input; neither passes through this program.
    ssh = std::make_unique<QProcess>();
    tar = std::make_unique<QProcess>();
    tar->setStandardOutputProcess(ssh.get());
    QObject::connect(ssh.get(), &QProcess::finished, &q,
        [this, start](int code) { finish(code, [start](const QByteArray&) { start(); }); });
    QObject::connect(tar.get(), &QProcess::errorOccurred, &q, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            fail(RemoteLauncher::tr("There is no program tar here, which packs what is copied."));
    });
    tar->start(kTar,
        { QStringLiteral("--dereference"), QStringLiteral("-C"), files.folder, QStringLiteral("--null"),
            QStringLiteral("-T"), list->fileName(), QStringLiteral("-cf"), QStringLiteral("-") });
    ssh->start(
        kSsh, sshArguments(job.target, QStringLiteral("tar -xf - -C %1").arg(shellPath(projectFolder()))));
}

// The engine's whole command line, and what comes before it.
QString RemoteLauncher::Private::engineWords() const
{
    const QString project = projectFolder() + QLatin1Char('/') + QFileInfo(job.project).fileName();
    QString before;
    QStringList words { engineCommand(job.target) };
    if (job.sweep) {
        // A file of its own: the next launch from here may bring a changed project, and a group goes on with
        // none but its own.
        const QString own = projectFolder() + QStringLiteral("/.%1.msrl").arg(job.name);
        before = QStringLiteral("cp %1 %2 && ").arg(shellWord(project), shellWord(own));
        words << QStringLiteral("sweep") << shellWord(own) << QStringLiteral("--group")
              << shellWord(run.folder);
    } else {
        words << QStringLiteral("run") << shellWord(project) << QStringLiteral("--run")
              << shellWord(run.folder) << QStringLiteral("--artefacts")
              << shellWord(projectFolder() + QStringLiteral("/artefacts"));
    }
    words << QStringLiteral("--detached");
    for (const QString& option : job.options)
        words << shellWord(option);
    return before + words.join(QLatin1Char(' '));
}

void RemoteLauncher::Private::startEngine(const QString& words)
{
    Q_EMIT q.progressed(
        RemoteLauncher::tr("Checking the project and starting the engine on %1.").arg(job.target.host));
    QString shell = QStringLiteral("mkdir -p %1 && %2 </dev/null")
                        .arg(shellPath(root + QStringLiteral("/runs")), words);
    if (job.sweep)
        shell += QStringLiteral(" && echo && echo %1 && cat %2")
                     .arg(shellWord(kGroupMark), shellPath(run.folder + QStringLiteral("/group.json")));
    command(shell, [this](const QByteArray& output) { begun(output); });
}

void RemoteLauncher::Private::begun(const QByteArray& output)
{
    base::Status kept;
    if (!isReplica(job.replica))
        kept = writeRemoteRun(run, job.replica);
    if (kept && job.sweep)
        kept = keepGroup(output);
    if (!kept)
        fail(QString::fromStdString(kept.error().message()));
    else if (job.sweep)
        Q_EMIT q.groupStarted(job.replica);
    else
        Q_EMIT q.started(job.replica);
}

// With it the study can be opened here, whatever becomes of the connection.
base::Status RemoteLauncher::Private::keepGroup(const QByteArray& output) const
{
    const QByteArray mark = kGroupMark.toUtf8() + '\n';
    const qsizetype at = output.lastIndexOf(mark); // behind what a login script and the engine print
    const std::string text = at < 0 ? std::string() : output.mid(at + mark.size()).toStdString();
    const std::string place = "group.json of " + job.target.host.toStdString();
    const auto json = base::parseJson(text, place);
    if (!json)
        return json.error();
    if (const auto group = groups::groupFromJson(*json, place); !group)
        return group.error();
    return base::writeFileAtomically(groups::GroupFolder(job.replica.toStdString()).file(), text);
}

void RemoteLauncher::Private::fail(const QString& sentence)
{
    if (ssh) {
        ssh->disconnect(&q);
        ssh.release()->deleteLater();
    }
    Q_EMIT q.failed(sentence);
}

} // namespace msrl::services
