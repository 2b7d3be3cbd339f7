// SPDX-License-Identifier: GPL-3.0-or-later
// A run group as the studio follows it, over folders as an engine leaves them and a process that is in its
// way.
#include "app/services/group_session.h"
#include "app/services/remote_target.h"
#include "core/base/clock.h"
#include "core/store/run_store.h"
#include "tests/support/sample_group.h"

#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace msrl;
using services::GroupSession;
using services::StopStep;

class TestGroupSession : public QObject
{
    Q_OBJECT

private:
    static constexpr int kNeverMs = 1'000'000; // the tests look by themselves

    // The engine of the group, as far as its folder says: this process.
    static void claim(const groups::GroupFolder& folder, const QProcess& process)
    {
        store::RunInfo info;
        info.runId = "0123456789abcdef";
        info.phase = store::RunPhase::Running;
        info.process = *base::identifyProcess(process.processId());
        std::filesystem::create_directories(folder.process());
        QVERIFY(store::RunFolder(folder.process()).writeInfo(info).ok());
    }

    // The last member at work on a stage.
    static void begin(const groups::GroupFolder& folder, const QProcess& process, int step)
    {
        const groups::RunGroup group = *folder.read();
        const store::RunFolder run(folder.member(group.members.back()));
        std::filesystem::create_directories(run.root());
        auto rows = store::RunStore::open(run.runDatabase());
        QVERIFY(rows.ok());
        store::StageRow stage;
        stage.stage = stage.nodeId = "new";
        stage.nodeType = "rl";
        stage.title = "Caption RL";
        stage.state = store::StageState::Running;
        stage.step = step;
        stage.total = 60;
        QVERIFY(rows->putStage(stage).ok() && rows->flush().ok());
        store::RunInfo info;
        info.runId = "fedcba9876543210";
        info.phase = store::RunPhase::Running;
        info.process = *base::identifyProcess(process.processId());
        QVERIFY(run.writeInfo(info).ok());
    }

private Q_SLOTS:
    void aFinishedMemberChangesTheFiguresAndProgressDoesNot()
    {
        const QTemporaryDir place;
        const groups::GroupFolder folder(place.filePath(QStringLiteral("group")).toStdString());
        QVERIFY(tests::writeSampleGroup(folder.root()).ok());
        GroupSession session(QString::fromStdString(folder.root().string()), nullptr, kNeverMs);
        session.start();
        QCOMPARE(session.numFinished(), 5);
        QVERIFY(!session.isWorking());
        QVERIFY(!session.engineState());
        QVERIFY(!session.running());

        QProcess engine;
        engine.start(QStringLiteral("sleep"), { QStringLiteral("600") });
        QVERIFY(engine.waitForStarted());
        claim(folder, engine);
        QSignalSpy changed(&session, &GroupSession::changed);
        QSignalSpy figures(&session, &GroupSession::figuresChanged);
        for (const int step : { 1, 2 }) {
            begin(folder, engine, step);
            session.refresh();
            QCOMPARE(changed.count(), step);
            QVERIFY(session.isWorking());
            QVERIFY(session.running());
            QVERIFY(session.runningStage());
            QCOMPARE(session.runningStage()->step, step);
        }
        session.refresh();
        QCOMPARE(changed.count(), 2); // nothing new
        QCOMPARE(figures.count(), 0);
        QVERIFY(tests::finishSampleGroup(folder.root()).ok());
        session.refresh();
        QCOMPARE(figures.count(), 1);
        QCOMPARE(session.numFinished(), 6);
        QVERIFY(!session.runningStage());
        engine.kill();
        engine.waitForFinished();
        session.refresh();
        QCOMPARE(session.engineState()->kind, store::RunStateKind::Killed);
    }

    // A process that does not obey: it is asked twice, then it is killed.
    void theLadderEndsAProcessThatIgnoresSignals()
    {
        const QTemporaryDir place;
        const groups::GroupFolder folder(place.filePath(QStringLiteral("group")).toStdString());
        QVERIFY(tests::writeSampleGroup(folder.root()).ok());
        QProcess engine;
        engine.start(QStringLiteral("sh"),
            { QStringLiteral("-c"),
                QStringLiteral("trap 'echo asked' TERM; echo ready; while :; do sleep 0.02; done") });
        QTRY_VERIFY(engine.bytesAvailable() > 0);
        QCOMPARE(engine.readAll(), QByteArray("ready\n"));
        claim(folder, engine);
        GroupSession session(QString::fromStdString(folder.root().string()), nullptr, kNeverMs);
        session.start();
        for (const StopStep step : { StopStep::StopWithCheckpoint, StopStep::Terminate }) {
            QCOMPARE(session.nextStopStep(), step);
            session.stop();
            QTRY_VERIFY(engine.bytesAvailable() > 0);
            QCOMPARE(engine.readAll(), QByteArray("asked\n"));
            session.refresh();
            QVERIFY(session.isWorking());
        }
        QCOMPARE(session.nextStopStep(), StopStep::Kill);
        session.stop();
        QVERIFY(engine.waitForFinished());
        QCOMPARE(engine.exitStatus(), QProcess::CrashExit);
        session.refresh();
        QVERIFY(!session.isWorking());
        QCOMPARE(session.nextStopStep(), StopStep::StopWithCheckpoint);
    }

    // What it says of processes is of that machine: nothing here is looked at or signalled.
    void aGroupOnAnotherMachineIsToldByItsSigns()
    {
        const QTemporaryDir place;
        const groups::GroupFolder folder(place.filePath(QStringLiteral("group")).toStdString());
        const QString root = QString::fromStdString(folder.root().string());
        QVERIFY(tests::writeSampleGroup(folder.root()).ok());
        const services::RemoteTarget target { {}, QStringLiteral("node"), {}, QStringLiteral("msrl-engine"),
            QStringLiteral("~/msrl"), {} };
        QVERIFY(services::writeRemoteRun({ target, QStringLiteral("/far/group") }, root).ok());
        GroupSession session(root, nullptr, kNeverMs);
        session.start();
        QCOMPARE(session.remoteHost(), QStringLiteral("node"));
        QVERIFY(!session.isWorking()); // no news yet
        const store::RunFolder last(folder.member(folder.read()->members.back()));
        const auto tell = [&](bool alive, qint64 silentMs) {
            for (const store::RunFolder& run : { store::RunFolder(folder.process()), last }) {
                std::filesystem::create_directories(run.root());
                store::RunInfo info;
                info.runId = "0123456789abcdef";
                info.phase = store::RunPhase::Running; // and no process of this machine
                const services::RemoteSign sign { target.host, alive, base::nowMs() - silentMs };
                const QString path = QString::fromStdString(run.root().string());
                QVERIFY(services::writeRemoteSign(sign, path).ok() && run.writeInfo(info).ok());
            }
            session.refresh();
        };
        tell(true, 0);
        QCOMPARE(session.engineState()->kind, store::RunStateKind::Running);
        QVERIFY(session.running());
        QSignalSpy signalled(&session, &GroupSession::remoteSignalRequested);
        for (int i = 0; i < 3; ++i)
            session.stop();
        QCOMPARE(signalled.size(), 3);
        QCOMPARE(signalled[0][0].toString(), root + QStringLiteral("/sweep"));
        QCOMPARE(signalled[0][1].toInt(), SIGTERM);
        QCOMPARE(signalled[2][1].toInt(), SIGKILL);
        tell(true, 60'000);
        QCOMPARE(session.engineState()->kind, store::RunStateKind::LostContact);
        QVERIFY(session.engineState()->detail.find("node") != std::string::npos);
        QVERIFY(session.isWorking()); // as far as anybody knows
        tell(false, 0);
        QCOMPARE(session.engineState()->kind, store::RunStateKind::Killed);
        QVERIFY(!session.running());
        session.stop();
        QCOMPARE(signalled.size(), 3);
    }

    // One broken member costs its own figures alone, and is told once.
    void aDamagedMemberIsToldOnce()
    {
        const QTemporaryDir place;
        const groups::GroupFolder folder(place.filePath(QStringLiteral("group")).toStdString());
        QVERIFY(tests::writeSampleGroup(folder.root()).ok());
        const groups::RunGroup group = *folder.read();
        QFile file(QString::fromStdString(folder.member(group.members.front()).string())
            + QStringLiteral("/run.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{");
        file.close();
        GroupSession session(QString::fromStdString(folder.root().string()), nullptr, kNeverMs);
        QSignalSpy problems(&session, &GroupSession::problem);
        session.start();
        session.refresh();
        QCOMPARE(problems.count(), 1);
        QVERIFY(problems.first().first().toString().contains(QStringLiteral("run.json")));
        QCOMPARE(session.numFinished(), 4);
    }

    void onlyRunGroupsAreFound()
    {
        const QTemporaryDir place;
        QVERIFY(tests::writeSampleGroup(place.filePath(QStringLiteral("group")).toStdString()).ok());
        QVERIFY(QDir(place.path()).mkdir(QStringLiteral("other")));
        QCOMPARE(services::groupsIn(place.path()), QStringList { place.filePath(QStringLiteral("group")) });
    }
};

QTEST_MAIN(TestGroupSession)
#include "tst_group_session.moc"
