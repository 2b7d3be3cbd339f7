// SPDX-License-Identifier: GPL-3.0-or-later
// Rules of the run's health over made-up curves, one that fails and one that does not for each kind of test.
#include "app/models/health.h"
#include "app/models/strings.h"

#include <QTest>

#include <algorithm>
#include <functional>

using namespace msrl;
using namespace msrl::models;

namespace {

void add(CurveSet& curves, const char* stage, const char* metric, int steps,
    const std::function<double(int)>& value, const char* source = "")
{
    std::vector<store::MetricRow> rows;
    for (int step = 1; step <= steps; ++step) {
        store::MetricRow row;
        row.stage = stage;
        row.step = step;
        row.name = metric;
        row.source = source;
        row.value = value(step);
        row.timeMs = 1000 * step;
        rows.push_back(row);
    }
    curves.append(rows);
}

const HealthFinding* find(const std::vector<HealthFinding>& all, const char* metric, const char* stage)
{
    const auto found = std::find_if(all.begin(), all.end(), [&](const HealthFinding& finding) {
        return std::string(finding.rule->metric) == metric && finding.stage == stage;
    });
    return found == all.end() ? nullptr : &*found;
}

} // namespace

class TestHealth : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatFailsStandsFirstWithItsNumbers()
    {
        CurveSet curves;
        add(curves, "1b", "zero_variance", 40, [](int) { return 0.2; });
        add(curves, "2a", "zero_variance", 40, [](int step) { return step > 30 ? 0.9 : 0.1; });
        const auto findings = healthFindings(curves);
        QCOMPARE(findings.size(), std::size_t { 2 });
        QVERIFY(findings[0].failed && findings[0].stage == "2a");
        QCOMPARE(findings[0].measured, 0.9); // of the last ten steps only
        QCOMPARE(findings[0].step, std::int64_t { 40 });
        QVERIFY(!findings[1].failed && findings[1].stage == "1b");
    }

    void comparisonsNeedABeginningAndAnEnd()
    {
        CurveSet curves;
        add(curves, "short", "entropy", 19, [](int step) { return step < 10 ? 1.0 : 0.0; });
        add(curves, "fell", "entropy", 20, [](int step) { return step <= 10 ? 1.0 : 0.05; });
        add(curves, "held", "entropy", 20, [](int step) { return step <= 10 ? 1.0 : 0.5; });
        const auto findings = healthFindings(curves);
        QVERIFY(!find(findings, "entropy", "short"));
        QVERIFY(find(findings, "entropy", "fell")->failed);
        QVERIFY(!find(findings, "entropy", "held")->failed);
        QVERIFY(measuredText(*find(findings, "entropy", "fell")).startsWith(QStringLiteral("0.05")));
    }

    void aSmallRiseIsNoRise()
    {
        CurveSet curves;
        add(curves, "tiny", "kl", 40, [](int step) { return step > 30 ? 0.01 : 0.0001; });
        add(curves, "large", "kl", 40, [](int step) { return step > 30 ? 0.5 : 0.01; });
        const auto findings = healthFindings(curves);
        QVERIFY(!find(findings, "kl", "tiny")->failed); // a hundredfold of nothing
        QVERIFY(find(findings, "kl", "large")->failed);
    }

    void oneSkippedStepIsEnough()
    {
        CurveSet curves;
        add(curves, "2a", "nonfinite_skips", 100, [](int step) { return step == 7 ? 1.0 : 0.0; });
        QVERIFY(find(healthFindings(curves), "nonfinite_skips", "2a")->failed);
    }

    void newDataIsJudgedNotTheMixture()
    {
        CurveSet curves;
        add(curves, "2a", "reward/format", 20, [](int) { return 0.85; });
        add(
            curves, "2a", "reward/format", 20, [](int) { return 0.7; }, "new");
        add(
            curves, "2a", "reward/format", 20, [](int) { return 1.0; }, "replay");
        const auto findings = healthFindings(curves);
        QCOMPARE(findings.size(), std::size_t { 1 });
        QVERIFY(findings[0].failed);
        QCOMPARE(findings[0].measured, 0.7);
    }

    // Chance alone is no fault while groups differ, nor is want of variance once the stage can do it; a slow
    // rise is learning.
    void aStageThatLearnsNothingIsTold()
    {
        CurveSet curves;
        const auto stage = [&curves](const char* name, int steps, const std::function<double(int)>& accuracy,
                               double zeroVariance) {
            add(curves, name, "accuracy", steps, accuracy);
            add(curves, name, "zero_variance", steps, [zeroVariance](int) { return zeroVariance; });
        };
        stage(
            "stuck", 60, [](int step) { return step % 2 ? 0.47 : 0.51; }, 0.97);
        stage(
            "varied", 60, [](int) { return 0.5; }, 0.4);
        stage(
            "able", 60, [](int) { return 0.95; }, 0.97);
        stage(
            "rising", 60, [](int step) { return 0.4 + 0.003 * step; }, 0.97);
        stage(
            "young", kStuckWindow - 1, [](int) { return 0.5; }, 0.97);
        const auto findings = healthFindings(curves);
        for (const char* name : { "stuck", "varied", "able", "rising" }) {
            const HealthFinding* finding = find(findings, "accuracy", name);
            QVERIFY2(finding, name);
            QCOMPARE(finding->failed, std::string(name) == "stuck");
        }
        QVERIFY(!find(findings, "accuracy", "young"));
        QCOMPARE(measuredText(*find(findings, "accuracy", "stuck")),
            QStringLiteral("%1, without variance %2").arg(numberText(0.49), numberText(0.97)));
    }

    void theDiskIsJudgedByWhatTheNextCheckpointsNeed()
    {
        const auto failed = [](qint64 free, qint64 checkpoint) {
            return diskFinding(DiskSpace { free, checkpoint })->failed;
        };
        QVERIFY(!diskFinding(DiskSpace {})); // of a run on another machine, say
        QVERIFY(!failed(3'000'000'000, 0));
        QVERIFY(failed(1'900'000'000, 0));
        QVERIFY(failed(50'000'000'000, 30'000'000'000));
        QVERIFY(!failed(61'000'000'000, 30'000'000'000));
        const HealthFinding finding = *diskFinding(DiskSpace { 1'900'000'000, 300'000'000 });
        const QString measured = measuredText(finding);
        QVERIFY2(measured.contains(bytesText(1'900'000'000)), qPrintable(measured));
        QVERIFY2(measured.contains(bytesText(300'000'000)), qPrintable(measured));
    }

    void everyRuleSaysWhatItAsks()
    {
        for (const HealthRule& rule : healthRules())
            QVERIFY(!rule.title.isEmpty() && !rule.advice.isEmpty() && !ruleText(rule).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestHealth)
#include "tst_health.moc"
