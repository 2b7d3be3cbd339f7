// SPDX-License-Identifier: GPL-3.0-or-later
// A studio's Audit page is killed a hundred times while keys are pressed. Whatever it had shown as decided is
// in audit.db, and the next one shows it again.
#include "app/pages/action_registry.h"
#include "app/pages/audit_page.h"
#include "app/services/run_registry.h"
#include "app/services/settings.h"
#include "core/store/audit_store.h"
#include "core/store/run_folder.h"
#include "tests/support/sample_run.h"

#include <QApplication>
#include <QLineEdit>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

#include <cstdio>
#include <map>
#include <memory>
#include <random>
#include <string>

using namespace msrl;

namespace {

constexpr int kItems = 30;
constexpr int kKills = 100;
constexpr int kMostLines = 12;

std::string verdictShown(const pages::AuditPage& page, const std::string& sample)
{
    switch (const_cast<pages::AuditPage&>(page).queue().find(sample)->status()) {
    case models::ItemStatus::Undecided:
        return "pending";
    case models::ItemStatus::Accepted:
        return "accept";
    case models::ItemStatus::Rejected:
        return "reject";
    case models::ItemStatus::Overridden:
        return "override";
    case models::ItemStatus::Flagged:
        return "flag";
    }
    return {};
}

// Straight to the pipe: what is in a buffer of ours dies with us.
void say(const std::string& line)
{
    const std::string text = line + "\n";
    if (::write(STDOUT_FILENO, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        ::_exit(3);
}

void press(pages::AuditPage& page, Qt::Key key)
{
    QTest::keyClick(page.focusWidget() ? page.focusWidget() : &page, key);
}

// One decision by keys; says the item and what the page shows of it afterwards.
void decide(pages::AuditPage& page, unsigned choice)
{
    press(page, Qt::Key_J);
    const std::string sample = page.current();
    const bool hasChoice = page.queue().find(sample)->summary.chosen >= 0;
    switch (choice % 5) {
    case 0:
        press(page, Qt::Key_R);
        break;
    case 1:
        press(page, Qt::Key_F);
        break;
    case 2:
        press(page, Qt::Key_O);
        press(page, Qt::Key_2);
        QTest::keyClicks(page.focusWidget(), QStringLiteral("why"));
        press(page, Qt::Key_Return);
        break;
    case 3:
        if (page.undoStack().canUndo()) {
            press(page, Qt::Key_Z);
            say("undo " + page.current() + " " + verdictShown(page, page.current()));
            return;
        }
        press(page, Qt::Key_R);
        break;
    default:
        press(page, hasChoice ? Qt::Key_A : Qt::Key_R);
        break;
    }
    say("shown " + sample + " " + verdictShown(page, sample));
}

// The studio: says what it shows after opening, then presses keys for ever.
int studio(const QString& run, unsigned seed)
{
    QTemporaryDir folder;
    services::Settings settings(folder.path() + QStringLiteral("/settings.json"));
    services::RunRegistry runs(folder.path(), folder.path() + QStringLiteral("/runs.json"));
    settings.edit([](services::SettingsData& data) {
        data.auditor = QStringLiteral("Ada");
        data.autoAdvance = false;
    });
    pages::ActionRegistry actions;
    pages::AuditPage page { pages::PageContext { settings, runs } };
    page.registerActions(actions);
    services::RunSession session(run);
    page.setSession(&session);
    session.start();
    page.show();
    page.activated();
    if (!QTest::qWaitForWindowActive(&page)
        || !QTest::qWaitFor([&] { return page.queue().numItems() == kItems && !page.current().empty(); }))
        return 1;
    for (const models::QueueItem& item : page.queue().items())
        say("open " + item.summary.sampleId + " " + verdictShown(page, item.summary.sampleId));
    std::mt19937 random(seed);
    for (;;) {
        decide(page, random());
        QCoreApplication::processEvents();
    }
}

} // namespace

class TestAuditKill : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyShownDecisionIsKept()
    {
        QTemporaryDir folder;
        const QString run = folder.path() + QStringLiteral("/run");
        tests::SampleRunOptions options;
        options.numCandidates = kItems;
        options.withCurves = options.withSamples = options.withEvaluations = false;
        QVERIFY(tests::writeSampleRun(run.toStdString(), options).ok());
        std::mt19937 random(11);
        int decided = 0;
        int unseen = 0;
        for (int kill = 0; kill < kKills; ++kill) {
            const auto rows = killAfter(run, random, kMostLines);
            if (QTest::currentTestFailed())
                return;
            decided += m_shown;
            unseen += static_cast<int>(rows) - m_shown;
        }
        QVERIFY(decided > kKills); // the keys did decide
        QVERIFY(unseen >= 0 && unseen <= kKills);
    }

private:
    // Runs one studio, kills it after some lines, and compares. Returns the number of rows it wrote.
    std::int64_t killAfter(const QString& run, std::mt19937& random, int mostLines)
    {
        m_shown = 0;
        std::map<std::string, std::string> before = verdicts(run);
        const std::int64_t first = lastRow(run);
        QProcess process;
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process.start(QCoreApplication::applicationFilePath(),
            { QStringLiteral("--studio"), run, QString::number(random()) });
        const int lines = kItems + static_cast<int>(random() % static_cast<unsigned>(mostLines));
        QByteArray said;
        while (said.count('\n') < lines && process.waitForReadyRead(20000))
            said += process.readAll();
        if (said.count('\n') < lines) {
            QTest::qFail("the studio does not press keys", __FILE__, __LINE__);
            process.kill();
            process.waitForFinished();
            return 0;
        }
        process.kill();
        process.waitForFinished();
        said += process.readAll();
        const auto audit = store::AuditStore::open(store::RunFolder(run.toStdString()).auditDatabase());
        const auto rows = *audit->decisionsAfter(first, 1000);
        const QList<QByteArray> all = said.split('\n');
        for (qsizetype i = 0; i + 1 < all.size(); ++i) { // the last part has no end: it was not said
            const QList<QByteArray> words = all[i].split(' ');
            compare(words[0].toStdString(), words[1].toStdString(), words[2].toStdString(), before, rows);
            if (QTest::currentTestFailed())
                return 0;
        }
        // At most the decision in flight was written and not shown yet.
        const auto more = static_cast<std::int64_t>(rows.size()) - m_shown;
        if (more < 0 || more > 1)
            QTest::qFail("rows and shown decisions do not fit", __FILE__, __LINE__);
        return static_cast<std::int64_t>(rows.size());
    }

    void compare(const std::string& what, const std::string& sample, const std::string& verdict,
        const std::map<std::string, std::string>& before, const std::vector<store::DecisionRow>& rows)
    {
        if (what == "open") {
            const auto known = before.find(sample);
            QCOMPARE(verdict, known == before.end() ? std::string("pending") : known->second);
            return;
        }
        QVERIFY(static_cast<std::size_t>(m_shown) < rows.size());
        const store::DecisionRow& row = rows[static_cast<std::size_t>(m_shown++)];
        QCOMPARE(row.sampleId, sample);
        QCOMPARE(row.verdict, verdict);
        QCOMPARE(row.how == "undo", what == "undo");
    }

    static std::map<std::string, std::string> verdicts(const QString& run)
    {
        const auto audit = store::AuditStore::open(store::RunFolder(run.toStdString()).auditDatabase());
        std::map<std::string, std::string> verdicts;
        const auto standing = audit->newest("cmkd");
        for (const store::DecisionRow& row : *standing)
            verdicts[row.sampleId] = row.verdict;
        return verdicts;
    }
    static std::int64_t lastRow(const QString& run)
    {
        const auto audit = store::AuditStore::open(store::RunFolder(run.toStdString()).auditDatabase());
        const auto rows = audit->decisionsAfter(0, 1'000'000);
        return rows->empty() ? 0 : rows->back().rowid;
    }

    int m_shown = 0;
};

int main(int argc, char** argv)
{
    QApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 4 && arguments[1] == QLatin1String("--studio"))
        return studio(arguments[2], arguments[3].toUInt());
    TestAuditKill test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_audit_kill.moc"
