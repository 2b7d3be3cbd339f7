// SPDX-License-Identifier: GPL-3.0-or-later
// The folder here of a run on another machine, over lines as the mirror tells them.
#include "app/services/run_replica.h"
#include "core/base/base64.h"
#include "core/base/files.h"
#include "core/store/run_store.h"
#include "tests/support/database_content.h"

#include <QDir>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace msrl;
using services::RunReplica;

class TestRunReplica : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_place = std::make_unique<QTemporaryDir>(); }

    void rowsAreTakenUpWhereTheyWereLeft()
    {
        QVERIFY(QDir().mkpath(path("far")));
        auto far = store::RunStore::open(path("far/run.db").toStdString());
        QVERIFY(far.ok());
        int step = 0;
        for (const bool cut : { false, true, false }) {
            for (int i = 0; i < 4; ++i)
                QVERIFY(far->append(store::MetricRow { 0, "rl", step++, "kl", "", 0.5, 1 }).ok());
            QVERIFY(far->flush().ok());
            RunReplica here = replica(); // of a new connection
            const auto known = here.cursor();
            QVERIFY(known.ok());
            store::MirrorCursor cursor = *store::cursorFromJson(*known);
            store::MirrorSource source(path("far/run.db").toStdString());
            const auto news = source.next(cursor);
            QVERIFY(news.ok() && news->back().contains("commit"));
            for (const base::Json& line : *news)
                if (!cut || !line.contains("commit"))
                    QVERIFY(here.take(line).ok());
            here.rollBack();
        }
        for (const char* table : tests::kRunTables)
            QCOMPARE(tests::rowsOf(path("here/run.db").toStdString(), table),
                tests::rowsOf(path("far/run.db").toStdString(), table));
    }

    void theStateIsThatOfTheOtherMachine()
    {
        RunReplica here = replica();
        store::RunInfo info;
        info.runId = "0123456789abcdef";
        info.phase = store::RunPhase::Running;
        info.socket = "/run/far.sock";
        QVERIFY(here.take(told(info, true)).ok());
        QCOMPARE(here.farSocket(), QStringLiteral("/run/far.sock"));
        const store::RunFolder folder(path("here").toStdString());
        QCOMPARE(folder.readInfo()->socket, std::string("/tmp/here.sock")); // what leads there
        QCOMPARE(stateHere(), store::RunStateKind::Running); // and no such process on this machine
        QVERIFY(here.take(told(info, false)).ok());
        QVERIFY(here.farSocket().isEmpty());
        QVERIFY(folder.readInfo()->socket.empty());
        QCOMPARE(stateHere(), store::RunStateKind::Killed);
        info.phase = store::RunPhase::Finished;
        QVERIFY(here.take(told(info, false)).ok());
        QCOMPARE(stateHere(), store::RunStateKind::Finished);
        QVERIFY(!here.take({ { "info", { { "version", 99 } } }, { "alive", true } }).ok());
    }

    void theLogIsContinuedAndNoOtherFileIsWritten()
    {
        RunReplica here = replica();
        const auto log = [](const char* text, int at) {
            return base::Json { { "log", base::base64Encode(std::string(text)) }, { "at", at } };
        };
        QVERIFY(here.take(log("one\n", 0)).ok());
        QVERIFY(here.take(log("two\n", 4)).ok());
        QVERIFY(!here.take(log("three\n", 4)).ok()); // it has that byte already
        QCOMPARE(*base::readFile(path("here/engine.log").toStdString()), std::string("one\ntwo\n"));
        QCOMPARE(here.cursor()->at("engine.log").get<int>(), 8);
        for (const char* name : { "../evil", "run.db", "remote.json" })
            QVERIFY(here.take({ { "file", name }, { "text", "x" } }).ok());
        QVERIFY(here.take({ { "file", "plan.json" }, { "text", "{}" } }).ok());
        QCOMPARE(QDir(path("here")).entryList(QDir::Files),
            QStringList({ QStringLiteral("engine.log"), QStringLiteral("plan.json") }));
        QVERIFY(!QFileInfo::exists(path("evil")));
    }

    void aMemberBelongsToTheReplicaOfItsGroup()
    {
        const services::RemoteTarget target { QStringLiteral("node"), QStringLiteral("ada@node"), {},
            QStringLiteral("msrl-engine"), QStringLiteral("~/msrl"), {} };
        const QString group = QFileInfo(m_place->path()).canonicalFilePath() + QStringLiteral("/group");
        const QString member = group + QStringLiteral("/members/full-seed-1");
        QVERIFY(QDir().mkpath(member) && QDir().mkpath(group + QStringLiteral("/sweep")));
        QVERIFY(!services::isReplica(member));
        QVERIFY(!services::readRemoteRun(member));
        QVERIFY(services::writeRemoteRun({ target, QStringLiteral("/far/runs/study") }, group).ok());
        for (const QString& within : { group, member, group + QStringLiteral("/sweep") })
            QCOMPARE(services::replicaOf(within), group);
        QVERIFY(!services::isReplica(m_place->path()));
        const auto run = services::readRemoteRun(member);
        QVERIFY(run.ok());
        QCOMPARE(run->folder, QStringLiteral("/far/runs/study/members/full-seed-1"));
        QCOMPARE(run->target, target);
        QCOMPARE(services::readRemoteRun(group)->folder, QStringLiteral("/far/runs/study"));
    }

private:
    QString path(const char* name) const { return m_place->filePath(QLatin1String(name)); }

    RunReplica replica() const
    {
        return { path("here"), QStringLiteral("node"), QStringLiteral("/tmp/here.sock") };
    }

    static base::Json told(const store::RunInfo& info, bool alive)
    {
        return { { "info", store::runInfoToJson(info) }, { "alive", alive } };
    }

    store::RunStateKind stateHere() const
    {
        const store::RunInfo info = *store::RunFolder(path("here").toStdString()).readInfo();
        return services::stateOfRun(path("here"), services::observeRun(path("here"), info)).kind;
    }

    std::unique_ptr<QTemporaryDir> m_place;
};

QTEST_GUILESS_MAIN(TestRunReplica)
#include "tst_run_replica.moc"
