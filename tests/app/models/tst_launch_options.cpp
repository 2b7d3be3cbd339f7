// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/launch_options.h"

#include <QDir>
#include <QTest>

using namespace msrl;

namespace {

curriculum::Node node(const char* id, const char* type)
{
    curriculum::Node made;
    made.id = id;
    made.type = type;
    return made;
}

curriculum::Project twoStages()
{
    curriculum::Project project;
    project.nodes = { node("base", "model"), node("sft", "sft"), node("rl", "rl") };
    project.nodes.back().title = "Text RL";
    return project;
}

models::LaunchPlace here()
{
    models::LaunchPlace place;
    place.processors = 4;
    place.launchers = QStringList { QStringLiteral("mpirun") };
    place.runsFolder = QDir::tempPath();
    return place;
}

QStringList only(const char* name)
{
    return { QLatin1String(name) };
}

} // namespace

class TestLaunchOptions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // What the form refuses, the engine would refuse too; the words are those that `msrl-engine run` takes.
    void launchOptionsAreCheckedAndBecomeWords()
    {
        const models::LaunchPlace place = here();
        const curriculum::Project project = twoStages();
        models::LaunchOptions options;
        QVERIFY(models::launchFaults(options, place, project).isEmpty());
        QVERIFY(models::launchWords(options).isEmpty()); // all as the engine has it
        const auto wrong = [&](QString models::LaunchOptions::*field, const char* text) {
            models::LaunchOptions changed = options;
            changed.*field = QLatin1String(text);
            return QStringList(models::launchFaults(changed, place, project).keys());
        };
        for (const char* device : { "gpu", "cuda:", "cuda:-1", "CPU", "" })
            QCOMPARE(wrong(&models::LaunchOptions::device, device), only("device"));
        for (const char* threads : { "-1", "two", "5", "" })
            QCOMPARE(wrong(&models::LaunchOptions::threads, threads), only("threads"));
        for (const char* ranks : { "0", "5", "1.5" })
            QCOMPARE(wrong(&models::LaunchOptions::ranks, ranks), only("ranks"));
        QCOMPARE(wrong(&models::LaunchOptions::runsFolder, "runs"), only("runsFolder"));
        QCOMPARE(wrong(&models::LaunchOptions::runsFolder, "/proc/version/runs"), only("runsFolder"));
        QCOMPARE(wrong(&models::LaunchOptions::runName, "a/b"), only("runName"));
        QCOMPARE(wrong(&models::LaunchOptions::runName, "."), only("runName"));
        {
            models::LaunchPlace queued = place;
            queued.takenFolders << place.runsFolder + QStringLiteral("/tonight");
            models::LaunchOptions named = options;
            named.runName = QStringLiteral("tonight");
            QCOMPARE(QStringList(models::launchFaults(named, queued, project).keys()), only("runName"));
            named.runName = QStringLiteral("tomorrow");
            QVERIFY(models::launchFaults(named, queued, project).isEmpty());
        }
        QCOMPARE(wrong(&models::LaunchOptions::until, "base"), only("until")); // runs nothing
        QVERIFY(wrong(&models::LaunchOptions::hosts, "a,,b").isEmpty()); // of one rank no hosts are asked for
        options.ranks = QStringLiteral("3");
        QCOMPARE(wrong(&models::LaunchOptions::device, "cuda:0"), only("device"));
        QVERIFY(wrong(&models::LaunchOptions::device, "cuda").isEmpty());
        QCOMPARE(wrong(&models::LaunchOptions::launcher, "srun"), only("launcher")); // not installed
        QCOMPARE(wrong(&models::LaunchOptions::hosts, "a,,b"), only("hosts"));
        QCOMPARE(wrong(&models::LaunchOptions::hosts, "a,b,c,d"), only("ranks"));
        options.device = QStringLiteral("cuda");
        options.threads = QStringLiteral("2");
        options.hosts = QStringLiteral("node1, node2");
        options.until = QStringLiteral("rl");
        options.ranks = QStringLiteral("16"); // on other machines, whose processors are not known here
        QVERIFY(models::launchFaults(options, place, project).isEmpty());
        QCOMPARE(models::launchWords(options).join(QLatin1Char(' ')),
            QStringLiteral("--device cuda --threads 2 --ranks 16 --launcher mpirun --hosts node1,node2 "
                           "--until rl"));
        const auto last = models::lastNodes(project);
        QCOMPARE(last.size(), std::size_t { 2 });
        QCOMPARE(last[1].second, QStringLiteral("Text RL"));
        models::LaunchOptions kept = models::launchFromJson(models::launchToJson(options));
        QVERIFY(kept.until.isEmpty()); // of that launch alone
        kept.until = options.until;
        QCOMPARE(kept, options);
        QCOMPARE(models::launchFromJson(base::Json(7)), models::LaunchOptions());
    }

    void whatMeansNothingForWhatIsLaunchedIsLeftOut()
    {
        const curriculum::Project project = twoStages();
        models::LaunchOptions options;
        options.device = QStringLiteral("cuda");
        options.threads = QStringLiteral("2");
        options.ranks = QStringLiteral("16");
        options.hosts = QStringLiteral("node1, node2");
        options.until = QStringLiteral("rl");
        // A study's runs take one rank each and end where its own form says.
        models::LaunchPlace place = here();
        place.kind = models::LaunchKind::Study;
        QVERIFY(models::launchFaults(options, place, project).isEmpty());
        QCOMPARE(models::launchWords(models::fitted(options, place.kind)).join(QLatin1Char(' ')),
            QStringLiteral("--device cuda --threads 2"));
        // Of another machine neither processors nor launchers are known; it has a folder of its own.
        const models::LaunchPlace there = models::anotherMachine(place.runsFolder);
        models::LaunchOptions remote = options;
        remote.hosts.clear();
        remote.launcher = QStringLiteral("srun");
        remote.runsFolder = QStringLiteral("not/a/whole/path");
        QVERIFY(models::launchFaults(remote, there, project).isEmpty());
        QVERIFY(models::fitted(remote, there.kind).runsFolder.isEmpty());
        remote.launcher = QStringLiteral("mpirun");
        remote.device = QStringLiteral("cuda:1"); // for all of them
        QCOMPARE(QStringList(models::launchFaults(remote, there, project).keys()), only("device"));
        // A study there is both.
        const models::LaunchPlace farStudy
            = models::anotherMachine(place.runsFolder, models::LaunchKind::RemoteStudy);
        QVERIFY(models::launchFaults(remote, farStudy, project).isEmpty()); // its runs take one rank each
        QCOMPARE(models::launchWords(models::fitted(remote, farStudy.kind)).join(QLatin1Char(' ')),
            QStringLiteral("--device cuda:1 --threads 2"));
        QVERIFY(models::fitted(remote, farStudy.kind).runsFolder.isEmpty());
    }

    void whatAStudyDoesNotAskForStaysAsItWas()
    {
        models::LaunchOptions kept;
        kept.ranks = QStringLiteral("8");
        kept.runsFolder = QStringLiteral("/data/runs");
        models::LaunchOptions used;
        used.device = QStringLiteral("cuda:1");
        used.runsFolder = QStringLiteral("/tmp");
        const models::LaunchOptions there = models::updated(kept, used, models::LaunchKind::RemoteStudy);
        QCOMPARE(there.device, QStringLiteral("cuda:1"));
        QCOMPARE(there.ranks, QStringLiteral("8"));
        QCOMPARE(there.runsFolder, QStringLiteral("/data/runs"));
        const models::LaunchOptions here = models::updated(kept, used, models::LaunchKind::Study);
        QCOMPARE(here.ranks, QStringLiteral("8"));
        QCOMPARE(here.runsFolder, QStringLiteral("/tmp"));
    }
};

QTEST_GUILESS_MAIN(TestLaunchOptions)
#include "tst_launch_options.moc"
