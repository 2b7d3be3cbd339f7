// SPDX-License-Identifier: GPL-3.0-or-later
// A run's report as a file, PDF and HTML; a benchmark's report as the Evaluate page shows it.
#include "app/pages/benchmark_panel.h"
#include "app/pages/run_report_file.h"
#include "core/base/files.h"
#include "core/report/run_page.h"
#include "tests/support/sample_run.h"
#include "tests/support/temporary_folder.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QPushButton>
#include <QTest>
#include <QTreeWidget>

#include <algorithm>

namespace msrl {

namespace {

// What the sample run leaves out, as nothing else reads it.
void addProject(const tests::TemporaryFolder& folder)
{
    folder.write("run/project.msrl",
        R"({"schema": "msrl-project/1.0", "name": "sample", "seed": 5, "nodes": [], "edges": []})");
    folder.write("run/plan.json", R"({"steps": []})");
    folder.write("run/command.txt", "msrl-engine run sample.msrl\n");
}

std::string contentOf(const std::filesystem::path& file)
{
    const base::Result<std::string> content = base::readFile(file);
    return content ? *content : std::string();
}

base::Json benchmarkReport()
{
    const auto share = [](int right, int n) {
        return base::Json { { "right", right }, { "n", n }, { "value", double(right) / n },
            { "wilson95", { 0.6, 0.86 } } };
    };
    const auto both = [&](int right, int pairs) {
        base::Json json = share(right, 2 * pairs);
        json["pairs"] = pairs;
        return json;
    };
    base::Json ours = { { "accuracy", both(60, 40) }, { "macro", 0.75 }, { "judgements", 80 },
        { "parse_failures", 3 }, { "first_shown_share", 0.52 }, { "ties_left_out", 2 }, { "tied_pairs", 4 },
        { "voting", base::Json::array() }, { "calibration", nullptr } };
    ours["by_group"]["reasoning"] = both(60, 40);
    ours["both_orders"]["right_in_both"] = share(25, 40);
    ours["both_orders"]["consistent"] = share(31, 40);
    base::Json report = { { "benchmark", "vl_rewardbench" }, { "ours", ours } };
    report["k1"]["official"] = { { "overall_micro", 0.718 }, { "n", 1250 } };
    report["comparison"] = { { "first", both(60, 40) }, { "second", both(52, 40) }, { "difference", 0.1 },
        { "difference_bootstrap95", { -0.012, 0.2 } }, { "first_better", 9 }, { "second_better", 3 },
        { "alike", 28 }, { "sign_test_p", 0.146 } };
    return report;
}

} // namespace

class TestRunReport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<tests::TemporaryFolder>();
        QVERIFY(tests::writeSampleRun(*m_folder / "run", { 8, true, false, true }));
        addProject(*m_folder);
    }

    void htmlIsThatOfTheEngine()
    {
        QVERIFY(pages::saveRunReport(path("run"), path("report.html")));
        const base::Result<report::RunFacts> facts = report::readRunFacts(*m_folder / "run");
        QVERIFY(facts);
        QCOMPARE(contentOf(*m_folder / "report.html"), report::runPageHtml(*facts));
        QVERIFY(contentOf(*m_folder / "report.html").find("2a Caption RL: reward") != std::string::npos);
    }

    void pdfIsOnePage()
    {
        m_folder->write("report.pdf", "of before");
        QVERIFY(pages::saveRunReport(path("run"), path("report.pdf")));
        const std::string pdf = contentOf(*m_folder / "report.pdf");
        QVERIFY(pdf.starts_with("%PDF-"));
        QCOMPARE(QByteArray::fromStdString(pdf).count("/Type /Page\n"), 1);
    }

    void aDamagedRunLeavesTheFileOfBefore()
    {
        m_folder->write("report.pdf", "of before");
        m_folder->write("run/project.msrl", "{");
        const base::Status saved = pages::saveRunReport(path("run"), path("report.pdf"));
        QVERIFY(!saved);
        QVERIFY(saved.error().message().find("project.msrl") != std::string::npos);
        QCOMPARE(contentOf(*m_folder / "report.pdf"), std::string("of before"));
    }

    // Both orders of every pair, the official figures beside ours, and a second judge.
    void aBenchmarkReportTellsBothOrdersAndTheOfficialFigures()
    {
        m_folder->write("report.json", benchmarkReport().dump());
        pages::BenchmarkPanel panel;
        QVERIFY(panel.open(path("report.json")));
        const auto* groups = panel.findChild<QTreeWidget*>(QStringLiteral("benchmarkGroups"));
        QCOMPARE(groups->topLevelItemCount(), 4);
        QCOMPARE(groups->topLevelItem(1)->text(1), QStringLiteral("40"));
        QCOMPARE(groups->topLevelItem(1)->text(2), QStringLiteral("0.750"));
        QCOMPARE(groups->topLevelItem(3)->text(2), QStringLiteral("0.625"));
        const auto* official = panel.findChild<QTreeWidget*>(QStringLiteral("benchmarkOfficial"));
        QCOMPARE(official->topLevelItemCount(), 1);
        const QTreeWidgetItem* protocol = official->topLevelItem(0)->child(0);
        QCOMPARE(protocol->text(0), QStringLiteral("official"));
        QCOMPARE(protocol->child(0)->text(0), QStringLiteral("overall micro"));
        QCOMPARE(protocol->child(0)->text(1), QStringLiteral("0.718"));
        panel.findChild<QPushButton*>(QStringLiteral("copyBenchmarkLaTeX"))->click();
        const QString copied = QApplication::clipboard()->text();
        for (const char* row : { "reasoning & 40 & 0.750 & 0.600--0.860", "all pairs & 40 & 0.750 & ",
                 "right in both orders & 40 & 0.625 & ", "overall micro &  & 0.718 & " })
            QVERIFY2(copied.contains(QLatin1String(row)), qPrintable(copied));
        QString notes;
        for (const auto* label : panel.findChildren<QLabel*>())
            notes += label->text() + QLatin1Char('\n');
        for (const char* words : { "4 pairs have as many", "reaches 0.650: difference +0.100",
                 "−0.012 to +0.200", "better on 9 pairs, worse on 3" })
            QVERIFY2(notes.contains(QString::fromUtf8(words)), qPrintable(notes));
    }

private:
    QString path(const char* name) const { return QString::fromStdString((*m_folder / name).string()); }

    std::unique_ptr<tests::TemporaryFolder> m_folder;
};

} // namespace msrl

QTEST_MAIN(msrl::TestRunReport)
#include "tst_run_report.moc"
