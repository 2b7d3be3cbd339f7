// SPDX-License-Identifier: GPL-3.0-or-later
// A run's report as a file, PDF and HTML.
#include "app/pages/run_report_file.h"
#include "core/base/files.h"
#include "core/report/run_page.h"
#include "tests/support/sample_run.h"
#include "tests/support/temporary_folder.h"

#include <QTest>

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

private:
    QString path(const char* name) const { return QString::fromStdString((*m_folder / name).string()); }

    std::unique_ptr<tests::TemporaryFolder> m_folder;
};

} // namespace msrl

QTEST_MAIN(msrl::TestRunReport)
#include "tst_run_report.moc"
