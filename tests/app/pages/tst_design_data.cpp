// SPDX-License-Identifier: GPL-3.0-or-later
// What the Design page shows of samples: how old ones are mixed in, what a dataset holds, and what becomes of
// it in a prompt.
#include "app/pages/prompt_editor.h"
#include "app/pages/replay_curve.h"
#include "core/base/files.h"
#include "design_bench.h"

#include <QCheckBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTextEdit>
#include <QToolButton>
#include <QTreeWidget>

using namespace msrl;
using test::Bench;
using test::threeStages;

class TestDesignData : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theRatioIsDrawnAsACurveOverTheSteps()
    {
        curriculum::Project project = threeStages();
        project.edges.push_back({ "a", "samples", "b", "replay" });
        Bench bench(project);
        bench.page.selectNode(QStringLiteral("b"));
        const auto schedule
            = [&] { return curriculum::fieldValue(bench.node("b"), "replay_schedule").get<std::string>(); };
        auto* scheduled = bench.page.findChild<QCheckBox*>(QStringLiteral("replayScheduled"));
        scheduled->click();
        QCOMPARE(schedule(), std::string("0:5, 99:5"));
        auto* curve = bench.page.findChild<pages::ReplayCurve*>();
        QVERIFY(curve->isVisible());
        const int before = bench.document.undoStack().index();
        const QPoint last = curve->place(curve->points().back()).toPoint();
        QTest::mousePress(curve, Qt::LeftButton, {}, last);
        for (const int step : { 10, 20, 30 })
            QTest::mouseMove(curve, last + QPoint(-step, step));
        QTest::mouseRelease(curve, Qt::LeftButton, {}, last + QPoint(-30, 30));
        QCOMPARE(bench.document.undoStack().index(), before + 1); // one drag, one step back
        QVERIFY(curve->points().back().ratio < 5 && curve->points().back().step < 99);
        QCOMPARE(schedule(), data::ReplayRatio::create(curve->points())->text());
        curve->setFocus();
        QTest::keyClick(curve, Qt::Key_Insert);
        QCOMPARE(curve->points().size(), std::size_t { 3 });
        const double middle = curve->points()[1].ratio;
        QTest::keyClick(curve, Qt::Key_Up);
        QCOMPARE(curve->points()[1].ratio, middle + 0.5);
        QTest::keyClick(curve, Qt::Key_Delete);
        QCOMPARE(curve->points().size(), std::size_t { 2 });
        scheduled->click();
        QCOMPARE(schedule(), std::string());
        QVERIFY(!curve->isVisible());
    }

    // From the file through the table to a set of one's own, which the stage then names.
    void promptsAreSeenAndEditedOverTheData()
    {
        Bench bench(threeStages());
        const QString project = bench.folder.filePath(QStringLiteral("project.msrl"));
        QVERIFY(base::writeFileAtomically(bench.folder.filePath(QStringLiteral("pairs.jsonl")).toStdString(),
            R"({"id": "one", "task": "text", "query": "Is water wet?", "a": "Yes.", "b": "No.", "gold": "A"})"
            "\n")
                    .ok());
        bench.document.setField("a", "path", "pairs.jsonl");
        bench.document.setField("a", "content", "text-preferences");
        QVERIFY(bench.document.saveAs(project).ok());
        bench.page.selectNode(QStringLiteral("a"));
        bench.page.findChild<QToolButton*>(QStringLiteral("dataToggle"))->click();
        auto* rows = bench.page.findChild<QTreeWidget*>(QStringLiteral("dataRows"));
        QTRY_COMPARE(rows->topLevelItemCount(), 1);
        auto* summary = bench.page.findChild<QLabel*>(QStringLiteral("dataSummary"));
        QVERIFY2(summary->text().contains(QStringLiteral("gold A 100 %")), qPrintable(summary->text()));
        auto* prompt = bench.page.findChild<QTextEdit*>(QStringLiteral("dataPrompt"));
        QVERIFY(prompt->toPlainText().contains(QStringLiteral("Is water wet?")));
        bench.page.findChild<QPushButton*>(QStringLiteral("dataEditPrompts"))->click();
        auto* editor = bench.page.findChild<pages::PromptEditor*>();
        QVERIFY(editor);
        auto* source = editor->findChild<QPlainTextEdit*>(QStringLiteral("promptTemplate"));
        auto* rendered = editor->findChild<QTextEdit*>(QStringLiteral("promptRendered"));
        auto* save = editor->findChild<QPushButton*>(QStringLiteral("promptSave"));
        auto* problem = editor->findChild<QLabel*>(QStringLiteral("promptProblem"));
        QVERIFY(!save->isEnabled()); // nothing was changed
        const QString before = source->toPlainText();
        source->setPlainText(before + QStringLiteral("\n{{qury}}\n"));
        QTRY_VERIFY(!problem->text().isEmpty());
        QVERIFY(!save->isEnabled());
        source->setPlainText(before + QStringLiteral("\nThe question again: {{query}}\n"));
        QTRY_VERIFY(rendered->toPlainText().contains(QStringLiteral("The question again: Is water wet?")));
        QVERIFY(problem->text().isEmpty());
        save->click();
        QCOMPARE(curriculum::fieldValue(bench.node("b"), "prompts").get<std::string>(),
            std::string("prompts/msrl"));
        QVERIFY(base::readFile((bench.folder.path() + QStringLiteral("/prompts/msrl/text.txt")).toStdString())
                    ->find("The question again")
            != std::string::npos);
        QTRY_VERIFY(prompt->toPlainText().contains(QStringLiteral("The question again: Is water wet?")));
        editor->close();
    }
};

QTEST_MAIN(TestDesignData)
#include "tst_design_data.moc"
