// SPDX-License-Identifier: GPL-3.0-or-later
// The session against a real child process that plays the engine.
#include "app/services/engine_launcher.h"
#include "app/services/run_session.h"
#include "core/base/files.h"
#include "core/store/run_store.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace msrl;
using services::EngineLauncher;
using services::LaunchRequest;
using services::RunSession;
using services::StopStep;
using store::RunStateKind;

namespace {

constexpr services::RunSessionOptions kQuick { .pollMs = 20, .processMs = 50, .maxRows = 500 };
constexpr int kPatienceMs = 20000;

} // namespace

class TestRunSession : public QObject
{
    Q_OBJECT

private:
    LaunchRequest request(const char* script)
    {
        const QString project = m_folder->filePath(QStringLiteral("project.msrl"));
        const bool written = base::writeFileAtomically(project.toStdString(), script).ok();
        Q_ASSERT(written);
        Q_UNUSED(written);
        return { QStringLiteral(MSRL_ENGINE_DOUBLE), project, m_folder->filePath(QStringLiteral("run")), {} };
    }

    // Starts the double; the pid of the engine, or 0.
    qint64 launch(const LaunchRequest& wanted)
    {
        EngineLauncher launcher;
        QSignalSpy started(&launcher, &EngineLauncher::started);
        QSignalSpy failed(&launcher, &EngineLauncher::failed);
        launcher.launch(wanted);
        if (!QTest::qWaitFor([&] { return started.count() + failed.count() > 0; }, kPatienceMs)
            || started.isEmpty())
            return 0;
        m_pid = started.first().at(1).toLongLong();
        return m_pid;
    }

    // A store that holds a curve of this many points, and goes on.
    base::Result<store::RunStore> storeOf(int points) const
    {
        std::filesystem::create_directories(runFolder().toStdString());
        auto store = store::RunStore::open(store::RunFolder(runFolder().toStdString()).runDatabase());
        if (!store)
            return store;
        for (int step = 0; step < points; ++step)
            if (base::Status added = store->append(store::MetricRow { 0, "rl", step, "kl", "", 0, 1 });
                !added)
                return added.error();
        if (base::Status flushed = store->flush(); !flushed)
            return flushed.error();
        return store;
    }

    QString runFolder() const { return m_folder->filePath(QStringLiteral("run")); }

    std::unique_ptr<QTemporaryDir> m_folder;
    qint64 m_pid = 0;

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_pid = 0;
        qputenv("XDG_RUNTIME_DIR", m_folder->path().toUtf8()); // sockets of killed engines go with the folder
    }

    void cleanup()
    {
        if (m_pid != 0 && base::identifyProcess(m_pid))
            ::kill(static_cast<pid_t>(m_pid), SIGKILL);
    }

    void followsARunToItsEnd()
    {
        RunSession session(runFolder(), nullptr, kQuick); // attached before anything is there
        std::vector<store::MetricRow> metrics;
        connect(&session, &RunSession::metricsArrived, this, [&](const std::vector<store::MetricRow>& rows) {
            metrics.insert(metrics.end(), rows.begin(), rows.end());
        });
        session.start();
        QCOMPARE(session.state().kind, RunStateKind::Starting);
        QVERIFY(launch(request("30")) != 0);
        QTRY_COMPARE_WITH_TIMEOUT(session.state().kind, RunStateKind::Finished, kPatienceMs);
        QTRY_COMPARE(metrics.size(), std::size_t(30));
        for (int step = 0; step < 30; ++step)
            QCOMPARE(metrics[static_cast<std::size_t>(step)].step, step);
        QCOMPARE(session.stages().size(), std::size_t(1));
        QCOMPARE(session.info().exitCode, std::optional(0));
        QVERIFY(!session.canStop());
    }

    void pausesResumesAndStopsWithACheckpoint()
    {
        QVERIFY(launch(request("forever")) != 0);
        RunSession session(runFolder(), nullptr, kQuick);
        QSignalSpy answers(&session, &RunSession::commandAnswered);
        QSignalSpy steps(&session, &RunSession::stopStepTaken);
        session.start();
        QTRY_VERIFY_WITH_TIMEOUT(session.isConnected(), kPatienceMs);
        QTRY_VERIFY(session.progress().step > 2);
        session.pause();
        QTRY_COMPARE(session.state().kind, RunStateKind::Paused);
        session.resume();
        QTRY_COMPARE(session.state().kind, RunStateKind::Running);
        session.setParameter(QStringLiteral("lr"), 1.0);
        QTRY_COMPARE(answers.count(), 3);
        QCOMPARE(answers.at(0).at(1).toBool(), true);
        QCOMPARE(answers.at(2).at(1).toBool(), false); // the double lets nothing change
        QVERIFY(!answers.at(2).at(2).toString().isEmpty());
        QCOMPARE(session.nextStopStep(), StopStep::StopWithCheckpoint);
        session.stop();
        QTRY_COMPARE_WITH_TIMEOUT(session.state().kind, RunStateKind::StoppedByYou, kPatienceMs);
        QCOMPARE(steps.count(), 1);
        QTRY_VERIFY(!session.isConnected());
    }

    void climbsTheLadderWhenTheEngineDoesNotListen()
    {
        QVERIFY(launch(request("deaf")) != 0);
        RunSession session(runFolder(), nullptr, kQuick);
        QSignalSpy steps(&session, &RunSession::stopStepTaken);
        session.start();
        QTRY_VERIFY(session.canStop());
        QVERIFY(!session.isConnected());
        session.stop(); // no socket: SIGTERM, which this one ignores
        QCOMPARE(steps.count(), 1);
        QCOMPARE(steps.at(0).at(0).value<StopStep>(), StopStep::Terminate);
        QCOMPARE(session.nextStopStep(), StopStep::Kill);
        session.stop();
        QTRY_COMPARE_WITH_TIMEOUT(session.state().kind, RunStateKind::Killed, kPatienceMs);
        QCOMPARE(steps.count(), 2);
        QVERIFY(QString::fromStdString(session.state().detail).contains(QString::number(m_pid)));
    }

    void aKilledEngineIsNoticedAndAResumeIsFollowed()
    {
        QVERIFY(launch(request("forever")) != 0);
        RunSession session(runFolder()); // at the pace of the product
        session.start();
        QTRY_VERIFY_WITH_TIMEOUT(session.isConnected(), kPatienceMs);
        const std::string run = session.info().runId;
        ::kill(static_cast<pid_t>(m_pid), SIGKILL);
        QTRY_COMPARE_WITH_TIMEOUT(session.state().kind, RunStateKind::Killed, 3000);
        LaunchRequest again = request("forever");
        again.project.clear();
        QVERIFY(launch(again) != 0);
        QTRY_COMPARE_WITH_TIMEOUT(session.state().kind, RunStateKind::Running, kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(session.isConnected(), kPatienceMs);
        QCOMPARE(session.info().runId, run);
        QCOMPARE(session.info().resumes, 1);
    }

    void aNewSessionShowsTheWholeCurve()
    {
        QVERIFY(launch(request("forever")) != 0);
        {
            RunSession first(runFolder(), nullptr, kQuick);
            first.start();
            QTRY_VERIFY_WITH_TIMEOUT(first.progress().step > 5, kPatienceMs);
        } // the studio is gone; the engine goes on
        RunSession second(runFolder(), nullptr, kQuick);
        std::int64_t next = 0;
        bool whole = true;
        connect(&second, &RunSession::metricsArrived, this, [&](const std::vector<store::MetricRow>& rows) {
            for (const store::MetricRow& row : rows)
                whole = whole && row.step == next++;
        });
        QSignalSpy caughtUp(&second, &RunSession::caughtUp);
        second.start();
        QTRY_COMPARE_WITH_TIMEOUT(caughtUp.count(), 1, kPatienceMs);
        QVERIFY(next > 5);
        const std::int64_t before = next;
        QTRY_VERIFY_WITH_TIMEOUT(next > before + 5, kPatienceMs);
        QVERIFY(whole);
    }

    void twoStudiosWatchOneRun()
    {
        QVERIFY(launch(request("forever")) != 0);
        RunSession here(runFolder(), nullptr, kQuick);
        auto there = std::make_unique<RunSession>(runFolder(), nullptr, kQuick);
        here.start();
        there->start();
        QTRY_VERIFY_WITH_TIMEOUT(here.isConnected() && there->isConnected(), kPatienceMs);
        there->pause(); // what one of them asks for both see
        QTRY_COMPARE(here.state().kind, RunStateKind::Paused);
        QTRY_COMPARE(there->state().kind, RunStateKind::Paused);
        here.resume();
        QTRY_COMPARE(there->state().kind, RunStateKind::Running);
        there.reset();
        const std::int64_t step = here.progress().step;
        QTRY_VERIFY_WITH_TIMEOUT(here.progress().step > step + 3, kPatienceMs);
        QVERIFY(here.isConnected());
    }

    // The past of a long run comes by curve, then row by row; no point twice and none left out.
    void aLongPastArrivesInChunks()
    {
        constexpr int kRows = 100000;
        auto store = storeOf(kRows);
        QVERIFY(store.ok());
        RunSession session(runFolder(), nullptr, { .pollMs = 20, .maxRows = 5000, .maxPoints = 20000 });
        std::int64_t next = 0;
        std::size_t largest = 0;
        bool whole = true;
        connect(
            &session, &RunSession::chunksArrived, this, [&](const std::vector<store::MetricChunk>& chunks) {
                std::size_t points = 0;
                for (const store::MetricChunk& chunk : chunks) {
                    points += chunk.steps.size();
                    for (const std::int64_t step : chunk.steps)
                        whole = whole && step == next++;
                }
                largest = std::max(largest, points);
            });
        QSignalSpy rows(&session, &RunSession::metricsArrived);
        connect(&session, &RunSession::metricsArrived, this, [&](const std::vector<store::MetricRow>& more) {
            for (const store::MetricRow& row : more)
                whole = whole && row.step == next++;
        });
        QSignalSpy caughtUp(&session, &RunSession::caughtUp);
        session.start();
        QTRY_COMPARE(caughtUp.count(), 1);
        QCOMPARE(next, std::int64_t { kRows });
        QVERIFY(whole);
        QVERIFY(largest > 0 && largest < 60000); // one chunk and what came before it
        QCOMPARE(rows.size(), 1); // the last rows that no chunk has yet
    }

    void manyRowsArriveInPieces()
    {
        constexpr int kRows = 5000;
        auto store = storeOf(kRows);
        QVERIFY(store.ok());
        RunSession session(runFolder(), nullptr, kQuick);
        std::size_t largest = 0;
        std::size_t all = 0;
        connect(&session, &RunSession::metricsArrived, this, [&](const std::vector<store::MetricRow>& rows) {
            largest = std::max(largest, rows.size());
            all += rows.size();
        });
        QSignalSpy truncations(&session, &RunSession::truncated);
        session.start();
        QTRY_COMPARE(all, std::size_t(kRows));
        QCOMPARE(largest, std::size_t(500));
        QVERIFY(store->truncateAfter("rl", 9).ok());
        QTRY_COMPARE(truncations.count(), 1);
    }

    void tellsWhyAnEngineDidNotStart()
    {
        EngineLauncher launcher;
        QSignalSpy failed(&launcher, &EngineLauncher::failed);
        launcher.launch(request("fail"));
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatienceMs);
        QVERIFY(failed.first().first().toString().endsWith(
            QStringLiteral("node rl, field lr: the learning rate is -1")));
        LaunchRequest nothing = request("forever");
        nothing.program = m_folder->filePath(QStringLiteral("no-such-program"));
        launcher.launch(nothing);
        QTRY_COMPARE(failed.count(), 2);
    }

    void aFolderInUseIsRefused()
    {
        QVERIFY(launch(request("forever")) != 0);
        const qint64 first = m_pid;
        EngineLauncher launcher;
        QSignalSpy failed(&launcher, &EngineLauncher::failed);
        launcher.launch(request("forever"));
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatienceMs);
        QVERIFY(failed.first().first().toString().contains(QStringLiteral("in use by pid %1").arg(first)));
    }

    void theShownCommandIsTheOneThatRuns()
    {
        const LaunchRequest wanted { QStringLiteral("/opt/msrl/bin/msrl-engine"),
            QStringLiteral("/data/it's a project.msrl"), QStringLiteral("/runs/a-001"),
            { QStringLiteral("--device"), QStringLiteral("cpu") } };
        QCOMPARE(services::commandLine(wanted),
            QStringLiteral("/opt/msrl/bin/msrl-engine run '/data/it'\\''s a project.msrl' --run /runs/a-001 "
                           "--detached --device cpu"));
    }
};

QTEST_GUILESS_MAIN(TestRunSession)
#include "tst_run_session.moc"
