// SPDX-License-Identifier: GPL-3.0-or-later
// The Audit page over files that cannot be read, and an export that is refused: it says so instead of showing
// figures of its own, and what was there stays.
#include "audit_bench.h"
#include "core/base/files.h"
#include "core/store/run_store.h"

#include <QDir>
#include <QFile>
#include <QPushButton>

#include <sqlite3.h>

using namespace msrl;

class TestAuditFaults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_bench = std::make_unique<tests::AuditBench>();
        m_bench->start();
    }
    void cleanup() { m_bench.reset(); }

    void aPlanThatCannotBeReadIsSaid()
    {
        m_bench->page->setSession(nullptr);
        const std::string plan = (m_bench->run + QStringLiteral("/plan.json")).toStdString();
        QVERIFY(base::writeFileAtomically(
            plan, R"({"steps": [{"id": "gate", "params": {"min_vote_share": "x"}}]})")
                    .ok());
        m_bench->open();
        QTRY_VERIFY(m_bench->showsText(QStringLiteral("plan.json")));
    }

    void theQualityViewSaysThatDecisionsCannotBeRead()
    {
        m_bench->goToChoice();
        m_bench->press(Qt::Key_A);
        sqlite3* audit = nullptr;
        QCOMPARE(sqlite3_open((m_bench->run + QStringLiteral("/audit.db")).toUtf8().constData(), &audit),
            SQLITE_OK);
        QCOMPARE(sqlite3_exec(audit, "DROP TABLE decisions", nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(audit);
        m_bench->press(Qt::Key_Q);
        QVERIFY(m_bench->page->showsQuality());
        QVERIFY(m_bench->showsText(QStringLiteral("no such table")));
    }

    // The engine writes; here it is a script that notes what it was asked for.
    void onlyWhatAGateLetThroughIsExported()
    {
        auto* button = m_bench->page->findChild<QPushButton*>(QStringLiteral("exportSet"));
        QVERIFY(!button->isEnabled());
        QVERIFY(button->toolTip().contains(QStringLiteral("has not let a set through")));
        m_bench->page->setSession(nullptr);
        {
            auto store = store::RunStore::open((m_bench->run + QStringLiteral("/run.db")).toStdString());
            store::StageRow row;
            row.stage = row.nodeId = row.nodeType = "gate";
            row.position = 5;
            row.state = store::StageState::Done;
            QVERIFY(store->putStage(row).ok());
            QVERIFY(store->flush().ok());
        }
        const auto engine = [&](const char* lines) {
            const QString script = m_bench->folder.filePath(QStringLiteral("engine"));
            QFile file(script);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(lines);
            file.close();
            QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
            m_bench->settings.edit([&](services::SettingsData& changed) { changed.engineProgram = script; });
        };
        engine("#!/bin/sh\necho \"$*\" > \"$6\"\necho \"3 rows written to $6\"\n");
        m_bench->open();
        button = m_bench->page->findChild<QPushButton*>(QStringLiteral("exportSet"));
        QTRY_VERIFY(button->isEnabled());
        const QString out = m_bench->folder.filePath(QStringLiteral("set.jsonl"));
        m_bench->page->exportTo(out, true);
        QVERIFY(!button->isEnabled()); // one at a time
        QTRY_VERIFY(m_bench->showsText(QStringLiteral("3 rows written to ") + out));
        QFile written(out);
        QVERIFY(written.open(QIODevice::ReadOnly));
        const QString asked = QString::fromUtf8(written.readAll());
        written.close();
        QVERIFY2(asked.startsWith(QStringLiteral("audit %1 --stage cmkd --export ").arg(m_bench->run)),
            qPrintable(asked));
        QVERIFY(asked.contains(QStringLiteral(".jsonl --format pairs --gate gate")));
        QVERIFY(button->isEnabled());
        // What is there stays when the engine refuses.
        engine("#!/bin/sh\necho half > \"$6\"\necho 'no room left' >&2\nexit 4\n");
        m_bench->page->exportTo(out, false);
        QTRY_VERIFY(m_bench->showsText(QStringLiteral("The set was not exported: no room left")));
        QVERIFY(written.open(QIODevice::ReadOnly));
        QCOMPARE(QString::fromUtf8(written.readAll()), asked);
        QCOMPARE(
            QDir(m_bench->folder.path()).entryList({ QStringLiteral(".set*") }, QDir::Files | QDir::Hidden),
            QStringList());
    }

private:
    std::unique_ptr<tests::AuditBench> m_bench;
};

QTEST_MAIN(TestAuditFaults)
#include "tst_audit_faults.moc"
