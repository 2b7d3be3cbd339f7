// SPDX-License-Identifier: GPL-3.0-or-later
// The Audit page over files that cannot be read: it says so instead of showing figures of its own.
#include "audit_bench.h"
#include "core/base/files.h"

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
    void cleanup()
    {
        m_bench->page->setSession(nullptr);
        m_bench.reset();
    }

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

private:
    std::unique_ptr<tests::AuditBench> m_bench;
};

QTEST_MAIN(TestAuditFaults)
#include "tst_audit_faults.moc"
