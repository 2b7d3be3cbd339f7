// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/benchmark_report.h"
#include "app/models/evaluation_model.h"
#include "app/models/policy_difference.h"
#include "core/bench/benchmark.h"

#include <QAbstractItemModelTester>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace msrl;

namespace {

store::EvaluationRow evaluation(const std::string& policy, double accuracy, int failures)
{
    store::EvaluationRow row;
    row.stage = "evaluate:" + policy;
    row.policy = policy;
    const base::Json pixels = { { "accuracy", accuracy }, { "both_orders", accuracy / 2 },
        { "by_task", { { "image_generation", accuracy } } }, { "format", 1.0 }, { "type", nullptr },
        { "parse_failures", failures }, { "n", 240 } };
    row.report = { { "sets", { { "pixels", pixels } } } };
    return row;
}

store::StageRow stage(const std::string& id, const std::string& title, int position)
{
    store::StageRow row;
    row.stage = row.nodeId = id;
    row.title = title;
    row.position = position;
    return row;
}

} // namespace

class TestEvaluationModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // The studio reads what the engine's figures of a benchmark are, whatever its sets and groups.
    void benchmarkReportsOfTheEngineAreRead()
    {
        const std::filesystem::path data = std::filesystem::path(MSRL_TEST_DATA) / "bench";
        const auto reportOf = [&](const char* name, const std::filesystem::path& predictions) {
            bench::BenchmarkRequest request;
            request.data = data / name;
            request.predictions = predictions;
            auto figures = bench::findBenchmark(name)->evaluate(request);
            if (!figures)
                return base::Result<models::BenchmarkReport>(figures.error());
            (*figures)["benchmark"] = name;
            return models::benchmarkReportOf(*figures, "report.json");
        };
        const auto one = reportOf("vl_rewardbench", data / "vl_rewardbench" / "outputs_msrl.jsonl");
        QVERIFY2(one.ok(), one ? "" : one.error().message().c_str());
        QCOMPARE(one->parts.size(), 1U);
        const models::BenchmarkPart& part = one->parts.front();
        QCOMPARE(part.all.pairs, 42);
        QCOMPARE(part.groups.size(), 3U);
        std::int64_t pairs = 0;
        for (const models::GroupShare& group : part.groups)
            pairs += group.pairs;
        QCOMPARE(pairs, part.all.pairs);
        QCOMPARE(part.judgements, 210);
        QCOMPARE(part.voting.size(), 5U);
        QCOMPARE(part.voting.front().accuracy, *part.all.accuracy);
        QVERIFY(part.bins.empty());
        const auto several = reportOf("genai_bench", data / "genai_bench");
        QVERIFY2(several.ok(), several ? "" : several.error().message().c_str());
        QCOMPARE(several->parts.size(), 3U);
        QVERIFY(several->parts.front().tiesLeftOut > 0);
        QCOMPARE(several->official.front().name, QStringLiteral("overall micro 4way"));
        // The recorded figures of the official script, in the order of the report.
        const std::vector<models::OfficialFigure>& official = several->parts.front().official;
        QCOMPARE(official.size(), 2U);
        const auto fourWay
            = std::find_if(official.begin(), official.end(), [](const models::OfficialFigure& figure) {
                  return figure.name == QStringLiteral("official 4way");
              });
        QVERIFY(fourWay != official.end());
        QCOMPARE(fourWay->inside.front().name, QStringLiteral("acc"));
        QCOMPARE(fourWay->inside.back().name, QStringLiteral("by vote")); // single rows are left out
        QVERIFY(fourWay->inside.back().inside.front().value.contains(QStringLiteral(" of ")));
        const auto alone = reportOf("genai_bench", data / "genai_bench" / "image_edition_outputs_4way.jsonl");
        QVERIFY2(alone.ok(), alone ? "" : alone.error().message().c_str());
        QVERIFY(!alone->parts.front().hasOurs);
        QCOMPARE(alone->parts.front().official.front().inside.front().value, QStringLiteral("0.625"));
        const auto scores = reportOf("videogen_rewardbench", data / "videogen_rewardbench" / "scores.jsonl");
        QVERIFY2(scores.ok(), scores ? "" : scores.error().message().c_str());
        QVERIFY(!scores->parts.front().hasOurs && !scores->parts.front().official.empty());
        QVERIFY(!models::benchmarkReportOf(base::Json { { "benchmark", "own" } }, "report.json"));
    }

    void showsPoliciesInPlanOrderAndMarksTheBest()
    {
        models::EvaluationModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setEvaluations(
            { evaluation("cmkd", 0.7, 3), evaluation("base", 0.5, 9), evaluation("rl", 0.6, 0) },
            { stage("base", "Base", 0), stage("rl", "1b", 1), stage("cmkd", "CMKD", 2) });
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("Base"));
        QCOMPARE(model.index(2, 0).data().toString(), QStringLiteral("CMKD"));
        QCOMPARE(model.index(2, 1).data().toString(), QStringLiteral("0.700"));
        QVERIFY(model.isBest(2, 1));
        QVERIFY(!model.isBest(0, 1));
        const int failures = model.columnCount() - 1;
        QCOMPARE(model.headerData(failures, Qt::Horizontal, Qt::DisplayRole).toString(),
            QStringLiteral("unparsed"));
        QVERIFY(model.isBest(1, failures)); // the fewest
        const int format = 4;
        QCOMPARE(
            model.headerData(format, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("format"));
        QVERIFY(!model.isBest(0, format)); // all equal: none is best
    }

    void intervalsAreWilsons()
    {
        models::EvaluationModel model;
        model.setEvaluations({ evaluation("cmkd", 0.7, 0) }, {});
        // Accuracy counts judgements (two per pair), "both orders" counts pairs; the formula written out.
        const auto check = [&](int column, double share, double n) {
            const double z = 1.959963984540054;
            const double centre = (share + z * z / (2 * n)) / (1 + z * z / n);
            const double half
                = z / (1 + z * z / n) * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
            QVERIFY(std::abs(model.cell(0, column)->low - (centre - half)) < 1e-9);
            QVERIFY(std::abs(model.cell(0, column)->high - (centre + half)) < 1e-9);
        };
        check(1, 0.7, 480);
        check(2, 0.35, 240);
    }

    void ofEqualBestNoneIsMarked()
    {
        models::EvaluationModel model;
        model.setEvaluations(
            { evaluation("base", 0.7, 3), evaluation("sft", 0.5, 3), evaluation("cmkd", 0.7, 4) }, {});
        for (int row = 0; row < model.rowCount(); ++row)
            QVERIFY(!model.isBest(row, 1)); // two reach 0.7
        model.setEvaluations({ evaluation("base", 0.7, 3) }, {});
        QVERIFY(!model.isBest(0, 1)); // alone it beats nobody
    }

    void aMeasureThatAPolicyLacksIsADash()
    {
        store::EvaluationRow other = evaluation("late", 0.9, 0);
        other.report["sets"]["pixels"]["type"] = 0.5;
        other.report["sets"]["text"] = { { "accuracy", 0.8 }, { "n", 10 } };
        models::EvaluationModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setEvaluations({ evaluation("base", 0.5, 1), other }, {});
        QCOMPARE(model.columns().back().benchmark, std::string("text"));
        const auto& columns = model.columns();
        for (std::size_t i = 1; i < columns.size(); ++i) // the late "type" column stands with its benchmark
            QVERIFY(columns[i].benchmark == columns[i - 1].benchmark || columns[i].benchmark == "text");
        QCOMPARE(model.index(0, model.columnCount() - 1).data().toString(), QStringLiteral("–"));
        QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("0.500"));
        QCOMPARE(model.index(1, 1).data().toString(), QStringLiteral("0.900"));
    }

    // Over both orders of each pair that both policies judged; the test counts pairs, not judgements.
    void twoPoliciesAreComparedPairByPair()
    {
        const auto judged = [](const char* set, const char* id, bool given, std::optional<bool> exchanged) {
            models::JudgedPair pair;
            pair.given.source = set;
            pair.given.sampleId = id;
            pair.given.gold = "A";
            pair.given.answer = given ? "A" : "B";
            if (exchanged) {
                pair.exchanged = pair.given;
                pair.exchanged->answer = *exchanged ? "A" : "";
            }
            return pair;
        };
        const auto differences = models::policyDifferences(
            { judged("pixels", "a", true, true), judged("pixels", "b", true, false),
                judged("pixels", "c", false, false), judged("pixels", "twice", true, true),
                judged("pixels", "twice", false, false), judged("text", "a", true, true),
                judged("captions", "a", true, std::nullopt) },
            { judged("text", "a", true, true), judged("pixels", "twice", true, true),
                judged("pixels", "twice", true, true), judged("pixels", "b", false, false),
                judged("pixels", "a", false, true), judged("pixels", "lone", true, true),
                judged("captions", "a", true, true) });
        QCOMPARE(differences.size(), 2U);
        const models::PolicyDifference& pixels = differences.front();
        QCOMPARE(pixels.set, std::string("pixels"));
        QCOMPARE(pixels.pairs, 4); // a, b and twice
        QCOMPARE(pixels.first, (1 + 0.5 + 1 + 0) / 4);
        QCOMPARE(pixels.second, (0.5 + 0 + 1 + 1) / 4);
        QCOMPARE(pixels.test.firstBetter, 2);
        QCOMPARE(pixels.test.secondBetter, 1);
        QCOMPARE(pixels.test.alike, 1);
        QCOMPARE(pixels.test.pValue, 1.0);
        QVERIFY(pixels.interval.low <= 0 && pixels.interval.high >= 0);
        QCOMPARE(differences.back().test.alike, 1);
    }

    void copiesAsMarkdownLatexAndCsv()
    {
        models::EvaluationModel model;
        model.setEvaluations({ evaluation("base", 0.5, 1), evaluation("cmkd", 0.7, 1) }, {});
        const QStringList lines = model.toMarkdown().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 4);
        for (const QString& line : lines)
            QCOMPARE(line.count(QLatin1Char('|')), model.columnCount() + 1);
        QVERIFY(lines[3].contains(QStringLiteral("**0.700 (0.658–0.739)**")));
        const QString latex = model.toLatex();
        QVERIFY(latex.contains(
            QStringLiteral("\\begin{tabular}{l") + QString(model.columnCount() - 1, QLatin1Char('r'))));
        QVERIFY(latex.contains(QStringLiteral("\\textbf{0.700 (0.658--0.739)}")));
        QCOMPARE(latex.count(QStringLiteral("\\\\\n")), 3);
        const QStringList csv = model.toCsv().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
        QCOMPARE(csv.size(), 3);
        QVERIFY(csv[2].startsWith(QStringLiteral("cmkd,0.7,")));
        QCOMPARE(csv[1].count(QLatin1Char(',')), csv[0].count(QLatin1Char(',')));
    }
};

QTEST_GUILESS_MAIN(TestEvaluationModel)
#include "tst_evaluation_model.moc"
