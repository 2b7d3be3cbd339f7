// SPDX-License-Identifier: GPL-3.0-or-later
// A run on "another machine": an sshd on the loopback interface, the real engine behind it.
#include "app/services/remote_launcher.h"
#include "app/services/remote_mirror.h"
#include "app/services/run_session.h"
#include "core/base/process.h"
#include "tests/scenarios/ssh_server.h"
#include "tests/scenarios/studio_window.h"
#include "tests/support/database_content.h"

#include <QSignalSpy>

#include <csignal>
#include <memory>

using namespace msrl;
using services::RemoteLauncher;
using services::RemoteMirror;
using services::RunSession;
using store::RunStateKind;
using tests::kPatienceMs;

class TestRemoteRun : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_home = std::make_unique<tests::Home>(QStringLiteral(MSRL_ENGINE));
        m_ssh = std::make_unique<tests::SshServer>(m_home->folder.path());
        if (const QString why = m_ssh->start(); !why.isEmpty())
            QSKIP(qPrintable(why));
        m_target.name = QStringLiteral("loopback");
        m_target.host = QStringLiteral("127.0.0.1");
        m_target.sshOptions = m_ssh->clientOptions();
        m_target.engine = QStringLiteral(MSRL_ENGINE);
        m_target.workFolder = m_home->folder.filePath(QStringLiteral("far away/work"));
        m_target.environment = QStringList { QStringLiteral("XDG_RUNTIME_DIR=")
            + m_home->folder.filePath(QStringLiteral("runtime")) };
    }

    void cleanupTestCase()
    {
        const auto info = farRun().readInfo();
        if (info && base::isAlive(info->process))
            ::kill(static_cast<pid_t>(info->process.pid), SIGKILL);
        m_ssh.reset();
        m_home.reset();
    }

    void whatHindersAStartIsToldInOneSentence()
    {
        const auto refusalOf = [this](const services::RemoteTarget& target) {
            RemoteLauncher launcher;
            QSignalSpy failed(&launcher, &RemoteLauncher::failed);
            launcher.launch(launchOn(target));
            if (!QTest::qWaitFor([&] { return !failed.isEmpty(); }, kPatienceMs))
                return QString();
            return failed[0][0].toString();
        };
        services::RemoteTarget other = m_target;
        other.engine = QStringLiteral("/nowhere/msrl-engine");
        QVERIFY(refusalOf(other).contains(QStringLiteral("has no program /nowhere/msrl-engine")));
        other.engine = program("old-engine", "#!/bin/sh\necho msrl-engine 0.0.1\n");
        QVERIFY(refusalOf(other).contains(QStringLiteral("msrl-engine 0.0.1")));
        other.engine = QStringLiteral("/bin/true");
        QVERIFY(refusalOf(other).contains(QStringLiteral("is no msrl-engine")));
        other = m_target;
        other.sshOptions[other.sshOptions.indexOf(QStringLiteral("-p")) + 1] = QStringLiteral("1");
        QVERIFY(refusalOf(other).contains(QStringLiteral("refuses ssh connections")));
        other = m_target;
        other.sshOptions[other.sshOptions.indexOf(QStringLiteral("-i")) + 1]
            = m_home->folder.filePath(QStringLiteral("ssh-host"));
        QVERIFY(refusalOf(other).contains(QStringLiteral("did not let ssh in")));
        other = m_target;
        other.host = QStringLiteral("-oProxyCommand=x");
        QVERIFY(refusalOf(other).contains(QStringLiteral("needs a host")));
        setPath("text_rl", QStringLiteral("/nowhere/rows.jsonl"));
        QVERIFY(refusalOf(m_target).contains(QStringLiteral("does not have /nowhere/rows.jsonl")));
        setPath("text_rl", QStringLiteral("../rows.jsonl"));
        QVERIFY(refusalOf(m_target).contains(QStringLiteral("outside of the project's folder")));
        setPath("text_rl", QStringLiteral("data/text_rl.jsonl"));
    }

    void aRunIsWatchedThroughACutAndStopped()
    {
        QVERIFY(launch());
        RemoteMirror mirror(*services::readRemoteRun(replica()), replica());
        RunSession session(replica(), nullptr, { .pollMs = 50, .processMs = 100 });
        std::size_t points = 0;
        connect(&session, &RunSession::metricsArrived, this,
            [&](const std::vector<store::MetricRow>& rows) { points += rows.size(); });
        session.start();
        mirror.start();
        QTRY_VERIFY_WITH_TIMEOUT(session.isConnected(), kPatienceMs); // through the forwarded socket
        QTRY_VERIFY_WITH_TIMEOUT(points > 20, kPatienceMs);
        RemoteMirror second(*services::readRemoteRun(replica()), replica()); // of another studio
        second.start();
        QCOMPARE(session.remoteHost(), QStringLiteral("127.0.0.1"));
        session.pause();
        QTRY_COMPARE_WITH_TIMEOUT(session.state().kind, RunStateKind::Paused, kPatienceMs);
        session.resume();
        QTRY_COMPARE_WITH_TIMEOUT(session.state().kind, RunStateKind::Running, kPatienceMs);

        QSignalSpy problems(&mirror, &RemoteMirror::problem);
        m_ssh->cut();
        QTRY_VERIFY_WITH_TIMEOUT(!mirror.isInContact(), kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(!problems.isEmpty(), kPatienceMs);
        const std::size_t before = farRows().size();
        QTRY_VERIFY_WITH_TIMEOUT(farRows().size() > before + 20, kPatienceMs); // it does not notice
        QCOMPARE(m_ssh->listen(), QString());
        mirror.retryNow();
        QTRY_VERIFY_WITH_TIMEOUT(mirror.isInContact(), kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(session.isConnected(), kPatienceMs);

        QSignalSpy ended(&mirror, &RemoteMirror::runEnded);
        session.stop();
        QTRY_COMPARE_WITH_TIMEOUT(session.state().kind, RunStateKind::StoppedByYou, kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, kPatienceMs);
        QVERIFY(!second.isInContact()); // one of them writes
        expectAlike();
    }

    void aStoppedRunIsContinuedAndKilledFromHere()
    {
        QVERIFY(services::isReplica(replica()));
        RemoteLauncher launcher;
        QSignalSpy started(&launcher, &RemoteLauncher::started);
        QSignalSpy failed(&launcher, &RemoteLauncher::failed);
        launcher.launch(launchOn(m_target)); // another run of the same name
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, kPatienceMs);
        QVERIFY(failed[0][0].toString().contains(QStringLiteral("has a run demo-001 already")));
        launcher.resume(*services::readRemoteRun(replica()), replica());
        QTRY_COMPARE_WITH_TIMEOUT(started.size(), 1, kPatienceMs);
        RemoteMirror mirror(*services::readRemoteRun(replica()), replica());
        RunSession session(replica(), nullptr, { .pollMs = 50, .processMs = 100 });
        connect(&session, &RunSession::remoteSignalRequested, &mirror, &RemoteMirror::sendSignal);
        session.start();
        mirror.start();
        QTRY_COMPARE_WITH_TIMEOUT(session.state().kind, RunStateKind::Running, kPatienceMs);
        QSignalSpy ended(&mirror, &RemoteMirror::runEnded);
        session.takeStopStep(services::StopStep::Kill);
        QTRY_COMPARE_WITH_TIMEOUT(session.state().kind, RunStateKind::Killed, kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, kPatienceMs);
        expectAlike();
    }

private:
    services::RemoteLaunch launchOn(const services::RemoteTarget& target) const
    {
        return { target, m_home->project, QStringLiteral("demo-001"),
            { QStringLiteral("--gate"), QStringLiteral("auto"), QStringLiteral("--threads"),
                QStringLiteral("1"), QStringLiteral("--set"),
                QStringLiteral("rl_multimodal.steps=100000") }, // it does not end by itself
            replica() };
    }

    bool launch()
    {
        RemoteLauncher launcher;
        QSignalSpy started(&launcher, &RemoteLauncher::started);
        QSignalSpy failed(&launcher, &RemoteLauncher::failed);
        launcher.launch(launchOn(m_target));
        const bool ended = QTest::qWaitFor([&] { return started.size() + failed.size() > 0; }, kPatienceMs);
        if (!failed.isEmpty())
            qWarning("%s", qPrintable(failed[0][0].toString()));
        return ended && !started.isEmpty();
    }

    QString replica() const { return m_home->folder.filePath(QStringLiteral("replica")); }
    store::RunFolder farRun() const
    {
        return store::RunFolder((m_target.workFolder + QStringLiteral("/runs/demo-001")).toStdString());
    }
    std::vector<std::string> farRows() const { return tests::rowsOf(farRun().runDatabase(), "metrics"); }

    void expectAlike() const
    {
        const store::RunFolder here(replica().toStdString());
        for (const char* table : tests::kRunTables) {
            const auto there = tests::rowsOf(farRun().runDatabase(), table);
            const auto copied = tests::rowsOf(here.runDatabase(), table);
            QCOMPARE(copied.size(), there.size());
            for (std::size_t i = 0; i < there.size(); ++i)
                QCOMPARE(copied[i], there[i]);
        }
        QFile logHere(QString::fromStdString(here.logFile().string()));
        QFile logThere(QString::fromStdString(farRun().logFile().string()));
        QVERIFY(logHere.open(QIODevice::ReadOnly) && logThere.open(QIODevice::ReadOnly));
        QCOMPARE(logHere.readAll(), logThere.readAll());
    }

    void setPath(const char* node, const QString& path) const
    {
        QFile file(m_home->project);
        QVERIFY(file.open(QIODevice::ReadOnly));
        base::Json project = base::Json::parse(file.readAll().toStdString());
        file.close();
        for (base::Json& one : project["nodes"])
            if (one["id"] == node)
                one["params"]["path"] = path.toStdString();
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray::fromStdString(project.dump(1)));
    }

    QString program(const char* name, const char* text) const
    {
        QFile script(m_home->folder.filePath(QString::fromLatin1(name)));
        if (script.open(QIODevice::WriteOnly))
            script.write(text);
        script.close();
        script.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return script.fileName();
    }

    std::unique_ptr<tests::Home> m_home;
    std::unique_ptr<tests::SshServer> m_ssh;
    services::RemoteTarget m_target;
};

QTEST_MAIN(TestRemoteRun)
#include "tst_remote_run.moc"
