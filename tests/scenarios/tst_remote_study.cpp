// SPDX-License-Identifier: GPL-3.0-or-later
// A study on "another machine": an sshd on the loopback interface, the real engine behind it.
#include "app/pages/compare_page.h"
#include "app/pages/remote_dialog.h"
#include "app/pages/sweep_dialog.h"
#include "app/services/group_session.h"
#include "app/services/remote_launcher.h"
#include "app/services/remote_mirror.h"
#include "core/base/process.h"
#include "tests/scenarios/ssh_server.h"
#include "tests/scenarios/studio_window.h"
#include "tests/support/database_content.h"
#include "widgets/feedback/message_bar.h"

#include <QSignalSpy>

#include <csignal>
#include <memory>

using namespace msrl;
using services::GroupSession;
using services::RemoteLauncher;
using services::RemoteMirror;
using services::RunSession;
using store::RunStateKind;
using tests::kPatienceMs;

namespace {

const QString kEngine = QStringLiteral(MSRL_ENGINE);
constexpr int kLookMs = 50;
constexpr services::RunSessionOptions kQuickLooks { .pollMs = 50, .processMs = 100 };

} // namespace

class TestRemoteStudy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_home = std::make_unique<tests::Home>(kEngine);
        m_ssh = std::make_unique<tests::SshServer>(m_home->folder.path());
        if (const QString why = m_ssh->start(); !why.isEmpty())
            QSKIP(qPrintable(why));
        m_target.name = QStringLiteral("loopback");
        m_target.host = QStringLiteral("127.0.0.1");
        m_target.sshOptions = m_ssh->clientOptions();
        m_target.engine = kEngine;
        m_target.workFolder = m_home->folder.filePath(QStringLiteral("far away/work"));
        m_target.environment = QStringList { QStringLiteral("XDG_RUNTIME_DIR=")
            + m_home->folder.filePath(QStringLiteral("runtime")) };
    }

    // An engine that a failed case left behind would hold the folder.
    void cleanupTestCase()
    {
        const QDir runs(m_target.workFolder + QStringLiteral("/runs"));
        for (const QString& name : runs.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            const groups::GroupFolder folder(runs.filePath(name).toStdString());
            const auto info = store::RunFolder(folder.process()).readInfo();
            if (info && base::isAlive(info->process))
                ::kill(static_cast<pid_t>(info->process.pid), SIGKILL);
        }
        m_ssh.reset();
        m_home.reset();
    }

    void whatTheEngineRefusesIsToldInOneSentence()
    {
        services::RemoteLaunch launch = studyLaunch();
        launch.options << QStringLiteral("--set") << QStringLiteral("nonsense.steps=1");
        RemoteLauncher launcher;
        QSignalSpy failed(&launcher, &RemoteLauncher::failed);
        launcher.launch(launch);
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, kPatienceMs);
        const QString said = failed[0][0].toString();
        QVERIFY2(said.contains(QStringLiteral("nonsense")), qPrintable(said));
        QVERIFY(!said.contains(QLatin1Char('\n')));
        QVERIFY(!QFileInfo::exists(launch.replica));
    }

    void aStudyIsWatchedThroughACutAndStopped()
    {
        RemoteLauncher launcher;
        QSignalSpy started(&launcher, &RemoteLauncher::groupStarted);
        QSignalSpy failed(&launcher, &RemoteLauncher::failed);
        launcher.launch(studyLaunch());
        QTRY_COMPARE_WITH_TIMEOUT(started.size() + failed.size(), 1, kPatienceMs);
        QVERIFY2(failed.isEmpty(), failed.isEmpty() ? "" : qPrintable(failed[0][0].toString()));

        GroupSession session(replica(), nullptr, kLookMs);
        session.start();
        QCOMPARE(session.members().size(), 2U); // before any news
        QCOMPARE(session.remoteHost(), m_target.host);
        RemoteMirror mirror(*services::readRemoteRun(replica()), replica());
        connect(&session, &GroupSession::remoteSignalRequested, &mirror, &RemoteMirror::sendSignal);
        mirror.start();
        QTRY_VERIFY_WITH_TIMEOUT(session.isWorking() && session.runningStage(), kPatienceMs);

        // The member that works is seen and commanded as a run.
        RunSession run(memberHere(0), nullptr, kQuickLooks);
        run.start();
        QTRY_VERIFY_WITH_TIMEOUT(run.isConnected(), kPatienceMs);
        QCOMPARE(run.remoteHost(), m_target.host);
        run.pause(); // so that the study cannot end before it is stopped
        QTRY_COMPARE_WITH_TIMEOUT(run.state().kind, RunStateKind::Paused, kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(
            session.running() && session.running()->state.kind == RunStateKind::Paused, kPatienceMs);

        QSignalSpy problems(&mirror, &RemoteMirror::problem);
        m_ssh->cut();
        QTRY_VERIFY_WITH_TIMEOUT(!mirror.isInContact() && !problems.isEmpty(), kPatienceMs);
        QVERIFY(session.isWorking()); // as far as anybody knows
        QCOMPARE(m_ssh->listen(), QString());
        mirror.retryNow();
        QTRY_VERIFY_WITH_TIMEOUT(mirror.isInContact() && run.isConnected(), kPatienceMs);

        QSignalSpy ended(&mirror, &RemoteMirror::runEnded);
        session.stop();
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(session.engineState()->kind, RunStateKind::StoppedByYou, kPatienceMs);
        QCOMPARE(session.numFinished(), 0);
        expectAlike(0);
    }

    // Also when the project has been changed and copied again since.
    void itGoesOnAndItsTableIsTheEnginesOwn()
    {
        QVERIFY(services::isReplica(replica()));
        changeProjectThere();
        RemoteLauncher launcher;
        QSignalSpy started(&launcher, &RemoteLauncher::groupStarted);
        QSignalSpy failed(&launcher, &RemoteLauncher::failed);
        launcher.resume(*services::readRemoteRun(replica()), replica());
        QTRY_COMPARE_WITH_TIMEOUT(started.size() + failed.size(), 1, kPatienceMs);
        QVERIFY2(failed.isEmpty(), failed.isEmpty() ? "" : qPrintable(failed[0][0].toString()));
        RemoteMirror mirror(*services::readRemoteRun(replica()), replica());
        GroupSession session(replica(), nullptr, kLookMs);
        QSignalSpy ended(&mirror, &RemoteMirror::runEnded);
        session.start();
        mirror.start();
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(session.numFinished(), 2, kPatienceMs);
        QCOMPARE(session.engineState()->kind, RunStateKind::Finished);
        expectAlike(0);
        expectAlike(1);
        for (const char* form : { "--markdown", "--csv" })
            QCOMPARE(report(replica(), form), report(farFolder(), form));
    }

    void theWindowStartsAStudyThereAndStopsIt()
    {
        models::LaunchOptions options;
        options.threads = QStringLiteral("1");
        services::Settings().edit([&](services::SettingsData& data) {
            base::Json target = services::targetToJson(m_target);
            target["launch"] = models::launchToJson(options);
            data.pages["remote_targets"] = base::Json::array({ target });
            data.pages["studies"]["ratios"] = { { "seeds", "1" }, { "ratios", "0,1" } };
        });
        tests::Studio studio(m_home->engine);
        QVERIFY(QTest::qWaitForWindowActive(studio.window.get()));
        QVERIFY(studio.window->openProject(m_home->project));
        studio.window->actions().action(QStringLiteral("run.ratiosChoose"))->trigger();
        auto* sweep = studio.window->findChild<pages::SweepDialog*>();
        QVERIFY(sweep);
        sweep->findChild<QPushButton*>(QStringLiteral("sweepElsewhere"))->click();
        auto* remote = studio.window->findChild<pages::RemoteDialog*>();
        QVERIFY(remote);
        remote->findChild<QPushButton*>(QStringLiteral("remoteRun"))->click();

        const auto session = [&] { return studio.page<pages::ComparePage>("compare").study().session(); };
        const auto said
            = [&] { return studio.window->findChild<widgets::MessageBar*>()->message().toUtf8(); };
        QTRY_VERIFY2_WITH_TIMEOUT(session() != nullptr, said().constData(), kPatienceMs);
        QVERIFY(studio.page<pages::ComparePage>("compare").isVisible());
        QTRY_VERIFY2_WITH_TIMEOUT(session()->runningStage(), said().constData(), kPatienceMs);
        QCOMPARE(session()->members().size(), 2U);
        studio.click("groupAct"); // stop
        QTRY_VERIFY_WITH_TIMEOUT(!session()->isWorking(), kPatienceMs);
        QCOMPARE(session()->engineState()->kind, RunStateKind::StoppedByYou);
    }

private:
    // Two members that share what comes before caption RL.
    services::RemoteLaunch studyLaunch() const
    {
        return { m_target, m_home->project, QStringLiteral("study-001"),
            { QStringLiteral("--seeds"), QStringLiteral("1"), QStringLiteral("--set"),
                QStringLiteral("rl_caption.replay_ratio=0,1"), QStringLiteral("--until"),
                QStringLiteral("rl_caption"), QStringLiteral("--gate"), QStringLiteral("auto"),
                QStringLiteral("--threads"), QStringLiteral("1") },
            replica(), true };
    }

    QString replica() const { return m_home->folder.filePath(QStringLiteral("replica")); }
    QString farFolder() const { return m_target.workFolder + QStringLiteral("/runs/study-001"); }

    static store::RunFolder memberOf(const QString& group, std::size_t place)
    {
        const groups::GroupFolder folder(group.toStdString());
        return store::RunFolder(folder.member(folder.read()->members.at(place)));
    }
    QString memberHere(std::size_t place) const
    {
        return QString::fromStdString(memberOf(replica(), place).root().string());
    }

    void expectAlike(std::size_t place) const
    {
        for (const char* table : tests::kRunTables)
            QCOMPARE(tests::rowsOf(memberOf(replica(), place).runDatabase(), table),
                tests::rowsOf(memberOf(farFolder(), place).runDatabase(), table));
    }

    static QByteArray report(const QString& group, const char* form)
    {
        return tests::output(
            kEngine, { QStringLiteral("sweep"), QStringLiteral("--report"), group, QLatin1String(form) });
    }

    // As the launch of another run would that has another seed.
    void changeProjectThere() const
    {
        QFile file(m_target.workFolder + QStringLiteral("/projects/demo/project.msrl"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        base::Json project = base::Json::parse(file.readAll().toStdString());
        file.close();
        project["seed"] = 77;
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray::fromStdString(project.dump(1)));
    }

    std::unique_ptr<tests::Home> m_home;
    std::unique_ptr<tests::SshServer> m_ssh;
    services::RemoteTarget m_target;
};

QTEST_MAIN(TestRemoteStudy)
#include "tst_remote_study.moc"
