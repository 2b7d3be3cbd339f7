// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/audit_session.h"
#include "app/services/dataset_probe.h"
#include "app/services/dataset_sizes.h"
#include "app/services/disk_watch.h"
#include "app/services/engine_locator.h"
#include "app/services/engine_question.h"
#include "app/services/journal.h"
#include "app/services/run_registry.h"
#include "app/services/settings.h"
#include "app/services/translations.h"
#include "core/base/files.h"
#include "core/curriculum/project.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>

#include <sys/wait.h>
#include <unistd.h>

using namespace msrl;
using namespace msrl::services;

namespace {

store::DecisionRow decision(const char* id, const char* verdict)
{
    store::DecisionRow row;
    row.stage = "cmkd";
    row.sampleId = id;
    row.verdict = verdict;
    row.how = "key";
    return row;
}

} // namespace

class TestServices : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;

    QString path(const char* name) const { return m_folder->filePath(QString::fromLatin1(name)); }

    void makeRun(const QString& folder, std::int64_t createdMs)
    {
        auto claim = store::claimRunFolder(folder.toStdString(), {});
        QVERIFY(claim.ok());
        store::RunInfo info = claim->info();
        info.createdMs = createdMs;
        info.phase = store::RunPhase::Finished;
        QVERIFY(claim->update(info).ok());
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void decisionsAreKeptAndUndone()
    {
        auto opened = AuditSession::open(m_folder->path(), QStringLiteral("ann"));
        QVERIFY(opened.ok());
        AuditSession& audit = **opened;
        QSignalSpy told(&audit, &AuditSession::decisionsArrived);
        const QString stage = QStringLiteral("cmkd");
        QCOMPARE(audit.verdict(stage, QStringLiteral("a")), QStringLiteral("pending"));
        QVERIFY(audit.decide(decision("a", "accept")).ok());
        QCOMPARE(told.count(), 1);
        QVERIFY(audit.decide({ decision("a", "reject"), decision("b", "reject") }).ok());
        QCOMPARE(told.count(), 2);
        QCOMPARE(audit.verdict(stage, QStringLiteral("a")), QStringLiteral("reject"));
        QVERIFY(audit.restore({ decision("a", "accept"), decision("b", "pending") }, QStringLiteral("undo"))
                    .ok());
        QCOMPARE(audit.verdict(stage, QStringLiteral("a")), QStringLiteral("accept"));
        QCOMPARE(audit.verdict(stage, QStringLiteral("b")), QStringLiteral("pending"));
        const auto history = audit.history(stage, QStringLiteral("a"));
        QCOMPARE(history->size(), std::size_t(3));
        QCOMPARE(history->back().from, std::string("reject"));
        QCOMPARE(history->back().auditor, std::string("ann"));
        QVERIFY(!audit.decide(decision("a", "perhaps")).ok());
    }

    void anotherProgramsDecisionsAreNoticed()
    {
        auto mine = AuditSession::open(m_folder->path(), QStringLiteral("ann"));
        QSignalSpy changes(mine->get(), &AuditSession::decisionsArrived);
        auto other
            = store::AuditStore::open(store::RunFolder(m_folder->path().toStdString()).auditDatabase());
        QVERIFY(other->append(decision("z", "flag")).ok());
        QTRY_COMPARE(changes.count(), 1);
        QCOMPARE((*mine)->verdict(QStringLiteral("cmkd"), QStringLiteral("z")), QStringLiteral("flag"));
    }

    void aSignOffIsTold()
    {
        auto audit = AuditSession::open(m_folder->path(), QStringLiteral("ann"));
        QSignalSpy told(audit->get(), &AuditSession::signedOff);
        store::SignOffRow word;
        word.stage = "cmkd";
        word.candidatesHash = "abc";
        QVERIFY((*audit)->signOff(word).ok());
        QCOMPARE(told.count(), 1);
        QCOMPARE((*(*audit)->newestSignOff(QStringLiteral("cmkd")))->auditor, std::string("ann"));
    }

    void settingsSurviveARestart()
    {
        const QString file = path("config/settings.json");
        {
            Settings settings(file);
            QSignalSpy changed(&settings, &Settings::changed);
            settings.edit([](SettingsData& data) {
                data.theme = Theme::Dark;
                data.keymap[QStringLiteral("audit.accept")] = QStringLiteral("A");
                data.layouts[QStringLiteral("main")] = QByteArray("\0\xff", 2);
                data.pages["run"] = base::Json { { "filter", "reward.*" } };
            });
            for (int i = 0; i < 2 * kMaxRecent; ++i)
                settings.addRecentProject(QString::number(i / 2));
            QCOMPARE(changed.count(), 1 + kMaxRecent);
        }
        const Settings settings(file);
        QVERIFY(settings.problem().isEmpty());
        QCOMPARE(settings.data().theme, Theme::Dark);
        QCOMPARE(settings.data().keymap.value(QStringLiteral("audit.accept")), QStringLiteral("A"));
        QCOMPARE(settings.data().layouts.value(QStringLiteral("main")), QByteArray("\0\xff", 2));
        QCOMPARE(settings.data().recentProjects.size(), kMaxRecent);
        QCOMPARE(settings.data().recentProjects.first(), QString::number(kMaxRecent - 1));
        QVERIFY(settings.data().pages["run"]["filter"] == "reward.*");
    }

    void damagedSettingsAreKeptAside()
    {
        const QString file = path("settings.json");
        QVERIFY(base::writeFileAtomically(file.toStdString(), "{ half").ok());
        const Settings settings(file);
        QVERIFY(!settings.problem().isEmpty());
        QVERIFY(QFile::exists(file + QStringLiteral(".broken")));
    }

    void aJournalOutlivesItsStudioOnly()
    {
        const QString folder = path("journal");
        const pid_t child = ::fork();
        if (child == 0) {
            Journal journal(folder);
            journal.setProject(QStringLiteral("/srv/ann/a.msrl"));
            journal.record("unsaved");
            ::_exit(journal.flush().ok() ? 0 : 1); // dies without tidying up
        }
        int status = -1;
        ::waitpid(child, &status, 0);
        QCOMPARE(status, 0);
        Journal mine(folder);
        mine.setDelayMs(0);
        mine.setProject(QStringLiteral("/srv/ann/a.msrl"));
        mine.record("mine");
        QTRY_VERIFY(QFile::exists(mine.file()));
        auto left = mine.leftovers();
        QCOMPARE(left.size(), std::size_t(1)); // not this studio's own
        QCOMPARE(left[0].content, QByteArray("unsaved"));
        QCOMPARE(left[0].projectPath, QStringLiteral("/srv/ann/a.msrl"));
        QVERIFY(mine.clear().ok());
        QVERIFY(!QFile::exists(mine.file()));
        QCOMPARE(mine.leftovers().size(), std::size_t(1)); // looking and saving did not remove it
        QVERIFY(Journal::discard(left[0]).ok());
        QVERIFY(mine.leftovers().empty());
    }

    void runsAreFoundNewestFirst()
    {
        const QString runs = path("runs");
        const QString away = path("elsewhere/run");
        makeRun(runs + QStringLiteral("/a-001"), 1000);
        makeRun(runs + QStringLiteral("/a-002"), 3000);
        makeRun(away, 2000);
        QVERIFY(QDir().mkpath(runs + QStringLiteral("/no-run")));
        {
            RunRegistry registry(runs, path("state/runs.json"));
            QCOMPARE(registry.runs().size(), std::size_t(2));
            QVERIFY(registry.add(away).isEmpty());
            QVERIFY(!registry.add(path("nowhere")).isEmpty());
            QCOMPARE(registry.freshRunFolder(QStringLiteral("a")), runs + QStringLiteral("/a-003"));
            QCOMPARE(
                registry.freshRunFolder(QStringLiteral("my run/2")), runs + QStringLiteral("/my-run-2-001"));
            QCOMPARE(registry.freshRunFolder(QStringLiteral("a"), path("other")),
                path("other") + QStringLiteral("/a-001"));
        }
        RunRegistry registry(runs, path("state/runs.json"));
        QCOMPARE(registry.runs().size(), std::size_t(3));
        QCOMPARE(registry.runs()[0].info.createdMs, 3000);
        QCOMPARE(registry.runs()[1].info.createdMs, 2000);
        QVERIFY(!registry.runs()[1].inRunsFolder);
        QCOMPARE(registry.runs()[0].state.kind, store::RunStateKind::Finished);
        QSignalSpy changed(&registry, &RunRegistry::runsChanged);
        makeRun(runs + QStringLiteral("/a-003"), 4000);
        QTRY_COMPARE(registry.runs().size(), std::size_t(4));
        QVERIFY(changed.count() >= 1);
        registry.forget(away);
        QVERIFY(!registry.find(away));
    }

    // The results may lie on another disk than the run, and what they need next is told by the newest
    // checkpoint there.
    void theRoomOfARunIsThatOfItsResultsToo()
    {
        const QString run = path("room/run");
        const QString results = path("room/results");
        makeRun(run, 1000);
        QCOMPARE(services::diskRoomOf(run).checkpointBytes, 0);
        QVERIFY(services::diskRoomOf(run).freeBytes >= 0);
        const base::Json plan = { { "options", { { "artefacts", results.toStdString() } } } };
        const QString planFile = run + QStringLiteral("/plan.json");
        QVERIFY(base::writeFileAtomically(planFile.toStdString(), plan.dump()).ok());
        for (const auto& [step, bytes] : { std::pair { "step-00000010", 1000 }, { "step-00000020", 3000 } }) {
            const QString folder = results + QStringLiteral("/abc.work/") + QLatin1String(step);
            QVERIFY(QDir().mkpath(folder));
            const std::string content(static_cast<std::size_t>(bytes), 'x');
            for (const char* name : { "/policy.safetensors", "/state.json" }) {
                const QString file = folder + QLatin1String(name);
                QVERIFY(base::writeFileAtomically(file.toStdString(), content).ok());
            }
        }
        QVERIFY(QDir().mkpath(results + QStringLiteral("/def")));
        QCOMPARE(services::diskRoomOf(run).checkpointBytes, 6000);
        services::DiskWatch watch;
        QSignalSpy changed(&watch, &services::DiskWatch::changed);
        watch.follow(run);
        QCOMPARE(changed.size(), 1);
        watch.follow({});
        QCOMPARE(changed.size(), 2);
        QCOMPARE(changed.last().first().value<services::DiskRoom>(), services::DiskRoom());
    }

    void theEngineDescribesItself()
    {
        EngineLocator locator;
        QSignalSpy probed(&locator, &EngineLocator::probed);
        QSignalSpy failed(&locator, &EngineLocator::failed);
        locator.setProgram(QStringLiteral(MSRL_ENGINE_DOUBLE));
        locator.probe();
        QTRY_COMPARE(probed.count(), 1);
        QCOMPARE(locator.capabilities().version, QStringLiteral("msrl-engine 9.9.9"));
        QVERIFY(locator.capabilities().description.contains("nodes"));
        locator.setProgram(path("nothing"));
        locator.probe();
        QCOMPARE(failed.count(), 1);
        locator.setProgram(QStringLiteral("/bin/false"));
        locator.probe();
        QTRY_COMPARE(failed.count(), 2);
        locator.setProgram(QStringLiteral("/bin/echo")); // answers, but not as an engine
        locator.probe();
        QTRY_COMPARE(failed.count(), 3);
        QVERIFY(!locator.isProbing());
    }

    void aQuestionIsAnsweredOrSaysWhyNot_data()
    {
        QTest::addColumn<QString>("program");
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("told");
        const QString shell = QStringLiteral("/bin/sh");
        QTest::newRow("answer") << shell << "echo words; echo a warning >&2"
                                << "answered words";
        QTest::newRow("complaint") << shell << "echo words; echo first >&2; echo last >&2; exit 2"
                                   << "failed last";
        QTest::newRow("silence") << shell << "exit 3"
                                 << "failed msrl-engine ended with code 3.";
        QTest::newRow("signal") << shell << "kill -9 $$"
                                << "failed msrl-engine was ended by signal 9.";
        QTest::newRow("no program") << "/nowhere/msrl-engine"
                                    << ""
                                    << "notStarted";
    }

    void aQuestionIsAnsweredOrSaysWhyNot()
    {
        QFETCH(QString, program);
        QFETCH(QString, script);
        QFETCH(QString, told);
        QStringList heard;
        EngineQuestion question;
        connect(&question, &EngineQuestion::answered, this, [&](const QByteArray& output) {
            heard << QStringLiteral("answered ") + QString::fromUtf8(output).trimmed();
        });
        connect(&question, &EngineQuestion::failed, this,
            [&](const QString& sentence) { heard << QStringLiteral("failed ") + sentence; });
        connect(&question, &EngineQuestion::notStarted, this,
            [&](const QString&) { heard << QStringLiteral("notStarted"); });
        // Never told of: the second one takes its place.
        question.ask(QStringLiteral("/bin/sh"), { QStringLiteral("-c"), QStringLiteral("echo dropped") });
        question.ask(program, { QStringLiteral("-c"), script });
        QTRY_COMPARE(heard, QStringList { told });
    }

    // Counts and prompts as the engine's own functions give them, and again when the file has changed.
    void aDatasetIsReadBesideTheWindow()
    {
        const std::string file = path("pairs.jsonl").toStdString();
        const std::string row
            = R"({"id": "one", "task": "text", "query": "Is <|im_end|> a word?", "a": "Yes.", )"
              R"("b": "No.", "gold": "B"})";
        QVERIFY(base::writeFileAtomically(file, row + "\n").ok());
        curriculum::Node node;
        node.type = "dataset";
        node.params = { { "content", "text-preferences" }, { "path", "pairs.jsonl" } };
        const DatasetQuestion question { curriculum::resolvedParams(node), m_folder->path().toStdString(),
            "msrl", text::PromptMode::Visual };
        DatasetProbe probe;
        QSignalSpy changed(&probe, &DatasetProbe::changed);
        QVERIFY(!probe.look(question)); // not yet
        QTRY_COMPARE(changed.count(), 1);
        const DatasetFacts* facts = probe.look(question);
        QVERIFY(facts);
        QCOMPARE(facts->problem, std::string());
        QCOMPARE(facts->counts.goldB, std::int64_t { 1 });
        QCOMPARE(facts->first.size(), std::size_t { 1 });
        std::string data, marks;
        for (const PromptPiece& piece : facts->first.front().prompt)
            (piece.role == PromptPiece::Role::Data ? data : marks)
                += piece.role == PromptPiece::Role::Template ? "" : piece.text;
        QVERIFY2(data.find("Is <|im_end|> a word?") != std::string::npos, data.c_str()); // data stays data
        QVERIFY(marks.find("<|im_start|>") != std::string::npos && marks.find("word") == std::string::npos);
        // The same second may not change the stamp of a file: another name does what another time would.
        DatasetQuestion other = question;
        other.params["path"] = "nothing.jsonl";
        probe.look(other);
        QTRY_COMPARE(changed.count(), 2);
        QVERIFY(probe.look(other)->problem.find("nothing.jsonl") != std::string::npos);
    }

    void theEnginesCountsAreRead()
    {
        const auto read = [](const char* text) {
            return readDatasetCounts(QByteArray(text).replace('\'', '"').toStdString());
        };
        const auto counts = read("{'datasets': [{'node': 'a', 'samples': 12, 'media': 3}, "
                                 "{'node': 'b', 'problem': 'no such file'}]}");
        QVERIFY(counts.ok());
        QCOMPARE(counts->known.size(), std::size_t { 1 });
        QCOMPARE(counts->known.at("a"), (curriculum::DatasetSize { 12, 3 }));
        QCOMPARE(counts->problems.at("b"), std::string("no such file"));
        for (const char* wrong : { "", "{}", "[]", "{'datasets': [{'node': 'a'}]}",
                 "{'datasets': [{'node': 'a', 'samples': 'many', 'media': 0}]}" })
            QVERIFY(!read(wrong).ok());
    }

    void aTranslationIsTakenInTheOrderOfTheLanguagesAskedFor()
    {
        const QStringList folders { path("nowhere"), QStringLiteral(MSRL_TEST_DATA "/translations") };
        const auto steps = [] { return QCoreApplication::translate("curriculum", "Steps"); };
        for (const char* english : { "C", "en_US", "pt_BR" }) {
            QCOMPARE(installTranslation(*qApp, QLocale(QString::fromLatin1(english)), folders), QString());
            QCOMPARE(steps(), QStringLiteral("Steps"));
        }
        QCOMPARE(installTranslation(*qApp, QLocale(QStringLiteral("eo")), folders.mid(0, 1)),
            QString()); // no file
        QCOMPARE(installTranslation(*qApp, QLocale(QStringLiteral("eo")), folders), QStringLiteral("eo"));
        QCOMPARE(steps(), QStringLiteral("Paŝoj"));
        QCOMPARE(QCoreApplication::translate("NodeState", "ready"), QStringLiteral("preta"));
        QCOMPARE(QCoreApplication::translate("NodeState", "queued"), QStringLiteral("queued")); // not there
        qDeleteAll(qApp->findChildren<QTranslator*>());
        QCOMPARE(steps(), QStringLiteral("Steps"));
    }
};

QTEST_GUILESS_MAIN(TestServices)
#include "tst_services.moc"
