// SPDX-License-Identifier: GPL-3.0-or-later
// Two auditors, each in a program of their own, decide about the same items at once.
#include "app/models/audit_quality.h"
#include "app/services/audit_session.h"
#include "core/store/audit_store.h"
#include "core/store/run_folder.h"

#include <QCoreApplication>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <cstdio>
#include <map>
#include <random>
#include <string>

using namespace msrl;

namespace {

constexpr int kItems = 25;
constexpr int kDecisions = 200;
constexpr const char* kVerdicts[] = { "accept", "reject", "flag", "pending" };

store::DecisionRow decision(int item, const char* verdict)
{
    store::DecisionRow row;
    row.stage = "cmkd";
    row.sampleId = "s" + std::to_string(item);
    row.verdict = verdict;
    row.how = "key";
    return row;
}

// Decides at random, again where the other one came first, and prints what was written.
int auditor(const QString& run, const QString& name, unsigned seed)
{
    auto session = services::AuditSession::open(run, name);
    if (!session)
        return 1;
    std::mt19937 random(seed);
    int refused = 0;
    for (int i = 0; i < kDecisions;) {
        const auto written = (*session)->decide(
            decision(static_cast<int>(random() % kItems), kVerdicts[random() % std::size(kVerdicts)]));
        if (!written) {
            ++refused;
            continue;
        }
        std::printf("%lld %s %s\n", static_cast<long long>(written->front().rowid),
            written->front().sampleId.c_str(), written->front().verdict.c_str());
        ++i;
    }
    std::printf("refused %d\n", refused);
    return 0;
}

} // namespace

class TestTwoAuditors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void noDecisionIsLostOrOverwritten()
    {
        QTemporaryDir folder;
        QProcess processes[2];
        const char* const names[] = { "ann", "bob" };
        for (int i = 0; i < 2; ++i) {
            processes[i].setProcessChannelMode(QProcess::ForwardedErrorChannel);
            processes[i].start(QCoreApplication::applicationFilePath(),
                { QStringLiteral("--auditor"), folder.path(), QString::fromLatin1(names[i]),
                    QString::number(i + 5) });
        }
        std::map<std::int64_t, std::string> said; // by row: "ann s3 accept"
        std::map<std::string, std::string> last; // by auditor and item
        for (int i = 0; i < 2; ++i) {
            QVERIFY(processes[i].waitForFinished(60000));
            QCOMPARE(processes[i].exitCode(), 0);
            for (const QByteArray& line : processes[i].readAllStandardOutput().split('\n')) {
                const QList<QByteArray> words = line.split(' ');
                if (words.size() != 3)
                    continue;
                const std::string what = (words[1] + ' ' + words[2]).toStdString();
                said[words[0].toLongLong()] = std::string(names[i]) + ' ' + what;
                last[std::string(names[i]) + ' ' + words[1].toStdString()] = words[2].toStdString();
            }
        }
        QCOMPARE(said.size(), std::size_t { 2 * kDecisions });
        const auto audit
            = store::AuditStore::open(store::RunFolder(folder.path().toStdString()).auditDatabase());
        const auto rows = *audit->decisionsAfter(0, 10'000);
        QCOMPARE(rows.size(), said.size());
        std::map<std::string, std::map<std::string, store::DecisionRow>> words; // by item, by auditor
        for (const store::DecisionRow& row : rows) {
            QCOMPARE(row.auditor + ' ' + row.sampleId + ' ' + row.verdict, said[row.rowid]);
            // What stood before each row is what the rows before it amount to.
            std::string from = "pending";
            std::int64_t newest = 0;
            for (const auto& [name, word] : words[row.sampleId]) {
                if (word.verdict != "pending" && word.rowid > newest) {
                    newest = word.rowid;
                    from = word.verdict;
                }
            }
            QCOMPARE(row.from, from);
            words[row.sampleId][row.auditor] = row;
        }
        const auto standing = audit->newestByAuditor("cmkd");
        for (const store::DecisionRow& row : *standing)
            QCOMPARE(row.verdict, last[row.auditor + ' ' + row.sampleId]);
    }

    // Both look at 20 items: 9 both accept, 6 both reject, 3 ann accepts and bob rejects, 2 the other way.
    // p0 = 15/20; ann accepts 12/20, bob 11/20: pe = 0.6 * 0.55 + 0.4 * 0.45 = 0.51; kappa = 0.24 / 0.49.
    void kappaIsAsByHand()
    {
        QTemporaryDir folder;
        auto ann = services::AuditSession::open(folder.path(), QStringLiteral("ann"));
        auto bob = services::AuditSession::open(folder.path(), QStringLiteral("bob"));
        const auto verdict = [](bool accepts) { return accepts ? "accept" : "reject"; };
        for (int i = 0; i < 20; ++i) {
            const bool annAccepts = i < 12;
            const bool bobAccepts = i < 9 || i >= 18;
            QVERIFY((*ann)->decide(decision(i, verdict(annAccepts))).ok());
            // Bob's session has not looked at the file since: his first try tells him what ann said.
            QVERIFY(!(*bob)->decide(decision(i, verdict(bobAccepts))).ok());
            QVERIFY((*bob)->decide(decision(i, verdict(bobAccepts))).ok());
        }
        const auto agreement = models::agreementOf(*(*ann)->store().newestByAuditor("cmkd"));
        QVERIFY(agreement.has_value());
        QCOMPARE(agreement->common, 20);
        QCOMPARE(agreement->agreed, 15);
        QVERIFY(std::abs(*agreement->kappa - 0.24 / 0.49) < 1e-12);
    }

    void takingBackLeavesTheOthersWord()
    {
        QTemporaryDir folder;
        auto ann = services::AuditSession::open(folder.path(), QStringLiteral("ann"));
        QVERIFY((*ann)->decide(decision(1, "accept")).ok());
        auto bob = services::AuditSession::open(folder.path(), QStringLiteral("bob"));
        const QString stage = QStringLiteral("cmkd");
        const QString item = QStringLiteral("s1");
        const store::DecisionRow before = (*bob)->own(stage, item);
        QCOMPARE(before.verdict, std::string("pending"));
        QVERIFY((*bob)->decide(decision(1, "reject")).ok());
        QCOMPARE((*bob)->verdict(stage, item), QStringLiteral("reject"));
        QVERIFY((*bob)->restore({ before }, QStringLiteral("undo")).ok());
        QCOMPARE((*bob)->verdict(stage, item), QStringLiteral("accept"));
        const auto stored = (*ann)->store().newest("cmkd", "s1");
        QCOMPARE((*stored)->auditor, std::string("ann"));
        QCOMPARE((*ann)->store().counts("cmkd")->accepted, 1);
    }

    void bulkLeavesOutWhatOthersDecidedMeanwhile()
    {
        QTemporaryDir folder;
        auto ann = services::AuditSession::open(folder.path(), QStringLiteral("ann"));
        auto bob = services::AuditSession::open(folder.path(), QStringLiteral("bob"));
        QVERIFY((*bob)->decide(decision(2, "reject")).ok());
        const auto written
            = (*ann)->decide({ decision(1, "accept"), decision(2, "accept"), decision(3, "accept") });
        QVERIFY(written.ok());
        QCOMPARE(written->size(), std::size_t { 2 });
        QCOMPARE((*ann)->verdict(QStringLiteral("cmkd"), QStringLiteral("s2")), QStringLiteral("reject"));
        QCOMPARE((*written)[0].timeMs, (*written)[1].timeMs); // one action, one time
    }
};

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 5 && arguments[1] == QLatin1String("--auditor"))
        return auditor(arguments[2], arguments[3], arguments[4].toUInt());
    TestTwoAuditors test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_two_auditors.moc"
