// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that wait, with a double of the engine that really takes folders and ends when it is told to.
#include "app/services/remote_target.h"
#include "app/services/run_queue.h"
#include "app/services/run_registry.h"
#include "core/base/clock.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/store/run_folder.h"

#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <unistd.h>

#include <csignal>
#include <memory>

using namespace msrl;
using namespace msrl::services;

class TestRunQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_RUNTIME_DIR", m_folder->path().toUtf8()); // sockets of killed engines go with the folder
        QVERIFY(QDir(m_folder->path()).mkpath(QStringLiteral("runs")));
        m_registry = std::make_unique<RunRegistry>(path("runs"), path("runs.json"));
        m_queue = newQueue();
    }

    void cleanup()
    {
        m_queue.reset();
        m_registry->scan();
        for (const KnownRun& run : m_registry->runs())
            end(run.path);
        m_registry.reset();
        m_folder.reset();
    }

    void aFreeDeviceIsTakenAtOnce()
    {
        QSignalSpy started(m_queue.get(), &RunQueue::started);
        add("a", "1");
        QTRY_COMPARE(started.size(), 1);
        QCOMPARE(started[0][0].toString(), path("runs/a-001"));
        QVERIFY(m_queue->runs().empty());
        QCOMPARE(QDir(path("queue")).entryList({ QStringLiteral("*.msrl") }).size(), 0); // no copy is left
    }

    // What was told before the launch is what is taken.
    void theFolderThatWasToldIsTaken()
    {
        QSignalSpy started(m_queue.get(), &RunQueue::started);
        add("a", "1", {}, path("elsewhere/by-name"));
        QTRY_COMPARE(started.size(), 1);
        QCOMPARE(started[0][0].toString(), path("elsewhere/by-name"));
        end(path("elsewhere/by-name")); // which the registry does not know
    }

    void whatStandsInTheFolderByThenIsLeftAlone()
    {
        QSignalSpy started(m_queue.get(), &RunQueue::started);
        add("first", "forever");
        QTRY_COMPARE(started.size(), 1);
        add("a", "1", {}, path("elsewhere/by-name"));
        add("b", "1", {}, path("elsewhere/a-001"));
        QCOMPARE(
            m_queue->takenFolders(), (QStringList { path("elsewhere/by-name"), path("elsewhere/a-001") }));
        QCOMPARE(m_registry->freshRunFolder(QStringLiteral("a"), path("elsewhere"), m_queue->takenFolders()),
            path("elsewhere/a-002"));
        QVERIFY(QDir().mkpath(path("elsewhere/by-name")));
        end(path("runs/first-001"));
        QTRY_COMPARE(started.size(), 2);
        QCOMPARE(started[1][0].toString(), path("elsewhere/a-002")); // not what the next one was told
        QTRY_COMPARE(started.size(), 3);
        QCOMPARE(started[2][0].toString(), path("elsewhere/a-001"));
        QVERIFY(QDir(path("elsewhere/by-name")).isEmpty());
        end(path("elsewhere/a-002"));
        end(path("elsewhere/a-001"));
    }

    void theNextStartsWhenTheOneBeforeEnds()
    {
        QSignalSpy started(m_queue.get(), &RunQueue::started);
        add("first", "forever");
        QTRY_COMPARE(started.size(), 1);
        add("second", "forever");
        add("third", "forever");
        QTRY_VERIFY(state(0).contains(QStringLiteral("first-001"))); // what it waits for
        QVERIFY(state(1).contains(QStringLiteral("first-001")));
        QTimer looks; // in step with those of the queue
        QSignalSpy looked(&looks, &QTimer::timeout);
        looks.start(kLookMs);
        QTRY_VERIFY(looked.size() >= 4);
        QCOMPARE(started.size(), 1);
        end(path("runs/first-001"));
        QTRY_COMPARE(started.size(), 2);
        QCOMPARE(started[1][0].toString(), path("runs/second-001"));
        QCOMPARE(m_queue->runs().size(), std::size_t { 1 });
    }

    void otherDevicesAreNotWaitedFor()
    {
        QSignalSpy started(m_queue.get(), &RunQueue::started);
        add("first", "forever");
        QTRY_COMPARE(started.size(), 1);
        add("second", "forever");
        add("elsewhere", "1", { QStringLiteral("--device"), QStringLiteral("cuda") });
        QTRY_COMPARE(started.size(), 2);
        QCOMPARE(started[1][0].toString(), path("runs/elsewhere-001"));
        QCOMPARE(deviceOf(m_queue->runs()[0]), QStringLiteral("cpu"));
    }

    // Their devices are others, whatever they are called.
    void runsOnOtherMachinesAreNotWaitedFor()
    {
        const RemoteTarget target { QStringLiteral("node"), QStringLiteral("node"), {},
            QStringLiteral("msrl-engine"), QStringLiteral("~/msrl"), {} };
        const QString study = path("runs/study");
        QVERIFY(writeRemoteRun({ target, QStringLiteral("/far/runs/far") }, path("runs/far")).ok());
        QVERIFY(writeRemoteRun({ target, QStringLiteral("/far/runs/study") }, study).ok());
        const QString member = study + QStringLiteral("/members/full-seed-1");
        QVERIFY(QDir().mkpath(member));
        for (const QString& folder : { path("runs/far"), member }) {
            QVERIFY(writeRemoteSign({ target.host, true, base::nowMs() }, folder).ok());
            store::RunInfo info;
            info.runId = "0123456789abcdef";
            info.phase = store::RunPhase::Running;
            info.device = "cpu";
            QVERIFY(store::RunFolder(folder.toStdString()).writeInfo(info).ok());
            QCOMPARE(m_registry->add(folder), QString());
            QVERIFY(!store::isOver(m_registry->find(folder)->state.kind));
        }
        QSignalSpy started(m_queue.get(), &RunQueue::started);
        add("here", "1");
        QTRY_COMPARE(started.size(), 1);
    }

    void runsAreReorderedAndRemoved()
    {
        QSignalSpy started(m_queue.get(), &RunQueue::started);
        add("busy", "forever");
        QTRY_COMPARE(started.size(), 1);
        for (const char* title : { "a", "b", "c" })
            add(title, "forever");
        m_queue->move(m_queue->runs()[2].id, -2);
        QCOMPARE(titles(), QStringLiteral("c a b"));
        m_queue->move(m_queue->runs()[0].id, 1);
        QCOMPARE(titles(), QStringLiteral("a c b"));
        m_queue->move(m_queue->runs()[0].id, -1); // it is the first already
        QCOMPARE(titles(), QStringLiteral("a c b"));
        m_queue->remove(m_queue->runs()[1].id);
        QCOMPARE(titles(), QStringLiteral("a b"));
        QCOMPARE(QDir(path("queue")).entryList({ QStringLiteral("*.msrl") }).size(), 2);
        end(path("runs/busy-001"));
        QTRY_COMPARE(started.size(), 2);
        QCOMPARE(started[1][0].toString(), path("runs/a-001"));
    }

    // What waits is the project as it was then.
    void theQueueOutlivesTheStudioAndKeepsItsProjects()
    {
        {
            QSignalSpy started(m_queue.get(), &RunQueue::started);
            add("busy", "forever");
            QTRY_COMPARE(started.size(), 1);
        }
        const QString project = add("later", "2");
        m_queue.reset();
        QVERIFY(base::writeFileAtomically(project.toStdString(), "fail").ok());
        end(path("runs/busy-001"));
        m_queue = newQueue();
        QSignalSpy started(m_queue.get(), &RunQueue::started);
        QCOMPARE(titles(), QStringLiteral("later"));
        QTRY_COMPARE(started.size(), 1);
        const store::RunFolder folder(path("runs/later-001").toStdString());
        QCOMPARE(*base::readFile(folder.projectFile()), std::string("2"));
    }

    void whatCannotBeStartedSaysWhyAndBlocksNobody()
    {
        QSignalSpy started(m_queue.get(), &RunQueue::started);
        QSignalSpy failed(m_queue.get(), &RunQueue::failed);
        add("bad", "fail");
        add("good", "1");
        QTRY_COMPARE(started.size(), 1);
        QCOMPARE(started[0][0].toString(), path("runs/good-001"));
        QCOMPARE(failed.size(), 1);
        QCOMPARE(titles(), QStringLiteral("bad"));
        QVERIFY(state(0).contains(QStringLiteral("learning rate is -1")));
        m_queue->tryAgain(m_queue->runs()[0].id);
        QTRY_COMPARE(failed.size(), 2);
        m_queue->remove(m_queue->runs()[0].id);
        QVERIFY(m_queue->runs().empty());
    }

    void oneStudioStartsAndTheOtherShows()
    {
        QSignalSpy started(m_queue.get(), &RunQueue::started);
        add("busy", "forever");
        QTRY_COMPARE(started.size(), 1);
        const std::unique_ptr<RunQueue> other = newQueue();
        QSignalSpy startedThere(other.get(), &RunQueue::started);
        add("next", "1");
        QTRY_COMPARE(other->runs().size(), std::size_t { 1 });
        end(path("runs/busy-001"));
        QTRY_COMPARE(started.size(), 2);
        QTRY_VERIFY(other->runs().empty());
        QCOMPARE(startedThere.size(), 0);
    }

    // A studio that died between its decision and the engine's word.
    void aHalfStartedRunIsNotStartedTwice()
    {
        m_queue.reset();
        auto claim = store::claimRunFolder(path("runs/half-001").toStdString(), {});
        QVERIFY(claim.ok());
        const base::Json entry = { { "id", "x" }, { "title", "half" }, { "project", "/p.msrl" },
            { "options", base::Json::array() }, { "added_ms", 1 },
            { "run_folder", path("runs/half-001").toStdString() }, { "problem", "" } };
        const base::Json json = { { "version", 1 }, { "runs", base::Json::array({ entry }) } };
        const std::string queue = json.dump();
        QVERIFY(base::writeFileAtomically(path("queue/queue.json").toStdString(), queue).ok());
        m_queue = newQueue();
        QSignalSpy started(m_queue.get(), &RunQueue::started);
        QTRY_COMPARE(started.size(), 1);
        QCOMPARE(started[0][0].toString(), path("runs/half-001"));
        QVERIFY(m_queue->runs().empty());
        QVERIFY(!QDir(path("runs/half-002")).exists());
        store::RunInfo info = claim->info();
        info.phase = store::RunPhase::Finished; // this test is the "engine" of that run
        QVERIFY(claim->update(info).ok());
    }

    void aDamagedQueueIsToldAndLeftAlone()
    {
        m_queue.reset();
        QVERIFY(base::writeFileAtomically(path("queue/queue.json").toStdString(), "{ half").ok());
        m_queue = newQueue();
        QSignalSpy failed(m_queue.get(), &RunQueue::failed);
        add("more", "1");
        QVERIFY(failed.size() >= 1);
        QCOMPARE(*base::readFile(path("queue/queue.json").toStdString()), std::string("{ half"));
    }

private:
    static constexpr int kLookMs = 50;

    QString path(const char* name) const { return m_folder->filePath(QString::fromLatin1(name)); }

    std::unique_ptr<RunQueue> newQueue()
    {
        return std::make_unique<RunQueue>(
            path("queue"), *m_registry, [] { return QStringLiteral(MSRL_ENGINE_DOUBLE); }, nullptr,
            RunQueue::Options { kLookMs, 20000 });
    }

    // The script is what the double plays; the name of its file is returned.
    QString add(const char* title, const char* script, const QStringList& options = {},
        const QString& wantedFolder = {})
    {
        const QString project = path(title) + QStringLiteral(".msrl");
        const bool written = base::writeFileAtomically(project.toStdString(), script).ok();
        const bool added = m_queue->add(QString::fromLatin1(title), project, options, wantedFolder).ok();
        return written && added ? project : QString();
    }

    QString state(std::size_t place) const { return m_queue->stateOf(m_queue->runs().at(place)); }

    QString titles() const
    {
        QStringList all;
        for (const QueuedRun& run : m_queue->runs())
            all << run.title;
        return all.join(QLatin1Char(' '));
    }

    static void end(const QString& run)
    {
        const auto info = store::RunFolder(run.toStdString()).readInfo();
        if (!info || info->process.pid == ::getpid() || !base::isAlive(info->process))
            return;
        ::kill(static_cast<pid_t>(info->process.pid), SIGKILL);
        QTRY_VERIFY(!base::isAlive(info->process));
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<RunRegistry> m_registry;
    std::unique_ptr<RunQueue> m_queue;
};

QTEST_GUILESS_MAIN(TestRunQueue)
#include "tst_run_queue.moc"
