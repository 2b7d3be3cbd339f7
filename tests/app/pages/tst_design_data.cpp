// SPDX-License-Identifier: GPL-3.0-or-later
// What the Design page shows of samples: how old ones are mixed in, what a dataset holds, and what becomes of
// it in a prompt.
#include "app/models/strings.h"
#include "app/pages/media_view.h"
#include "app/pages/media_viewer.h"
#include "app/pages/prompt_editor.h"
#include "app/pages/replay_curve.h"
#include "app/pages/replay_editor.h"
#include "app/pages/stage_inspector.h"
#include "app/services/engine_pictures.h"
#include "core/base/files.h"
#include "core/data/inspection.h"
#include "design_bench.h"
#include "tests/support/pictures_double.h"

#include <QCheckBox>
#include <QDir>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTextEdit>
#include <QToolButton>
#include <QTreeWidget>

#include <cmath>
#include <set>
#include <span>

using namespace msrl;
using test::Bench;
using test::threeStages;

namespace {

// A pixel of the middle line of what stands before a row.
QRgb seenInRow(const QTreeWidget& table, int row, int x)
{
    const QPixmap drawn = table.topLevelItem(row)->icon(0).pixmap(table.iconSize());
    return drawn.toImage().pixel(x, table.iconSize().height() / 2);
}

} // namespace

class TestDesignData : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // A batch of the paper in a narrow column: no stripes that are neither a new nor a replayed prompt.
    void everyPromptOfALargeBatchIsSeen()
    {
        pages::ReplayEditor editor;
        pages::ReplayValues values;
        values.ratio = 5;
        values.promptsPerStep = 128;
        values.numSteps = 183;
        editor.setValues(values);
        editor.resize(320, editor.sizeHint().height());
        const QImage drawn = editor.grab().toImage();
        const QRect bar = editor.findChild<QWidget*>(QStringLiteral("replayBatches"))->geometry();
        const auto at = [&](double x) {
            const double ratio = drawn.devicePixelRatio();
            return drawn.pixel(static_cast<int>(x * ratio), static_cast<int>((bar.top() + 12) * ratio));
        };
        const std::vector<bool> isReplayed
            = data::replayPlaces(data::batchComposition(values.promptsPerStep, values.toRatio(), 0));
        const double cell = static_cast<double>(bar.width()) / static_cast<double>(isReplayed.size());
        std::set<QRgb> fresh, replayed, all;
        for (std::size_t i = 0; i < isReplayed.size(); ++i)
            (isReplayed[i] ? replayed : fresh)
                .insert(at(bar.left() + std::floor(cell * (static_cast<double>(i) + 0.5))));
        for (int x = bar.left(); x <= bar.right(); ++x)
            all.insert(at(x));
        QCOMPARE(fresh.size(), std::size_t { 1 });
        QCOMPARE(replayed.size(), std::size_t { 1 });
        QVERIFY(fresh != replayed);
        QCOMPARE(all.size(), std::size_t { 2 });
    }

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

    // Image files, images in rows and folders of frames; a click shows one at full size.
    void theMediaOfASampleAreSeen()
    {
        Bench bench(threeStages());
        QImage picture(40, 30, QImage::Format_RGB32);
        picture.fill(Qt::red);
        QDir folder(bench.folder.path());
        QVERIFY(folder.mkpath(QStringLiteral("clip")));
        for (const char* name : { "one.png", "clip/0.png", "clip/1.png" })
            QVERIFY(picture.save(folder.filePath(QLatin1String(name))));
        QFile file(folder.filePath(QStringLiteral("one.png")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const std::string inRow = "data:image/png;base64," + file.readAll().toBase64().toStdString();
        const auto pair = [](const char* id, const base::Json& media) {
            base::Json row = { { "id", id }, { "task", "image_understanding" }, { "query", "q" },
                { "a", "x" }, { "b", "y" } };
            row["media"] = media;
            return row.dump() + "\n";
        };
        const base::Json clip = { { "video", "clip" } };
        const base::Json videos = { { "id", "v" }, { "task", "video_generation" }, { "query", "q" },
            { "media_a", clip }, { "media_b", clip } };
        const std::string rows
            = pair("i", base::Json::array({ { { "image", "one.png" } }, { { "image", inRow } } }))
            + videos.dump() + "\n";
        QVERIFY(base::writeFileAtomically(folder.filePath(QStringLiteral("pairs.jsonl")).toStdString(), rows)
                    .ok());
        bench.document.setField("a", "path", "pairs.jsonl");
        bench.document.setField("a", "content", "visual-preferences");
        QVERIFY(bench.document.saveAs(folder.filePath(QStringLiteral("project.msrl"))).ok());
        bench.page.selectNode(QStringLiteral("a"));
        bench.page.findChild<QToolButton*>(QStringLiteral("dataToggle"))->click();
        auto* table = bench.page.findChild<QTreeWidget*>(QStringLiteral("dataRows"));
        const auto* summary = bench.page.findChild<QLabel*>(QStringLiteral("dataSummary"));
        QTRY_VERIFY(!summary->text().isEmpty() && summary->text() != QStringLiteral("Reading…"));
        QVERIFY2(table->topLevelItemCount() == 2, qPrintable(summary->text()));
        // Two pictures beside each other in each row: the images, and a frame of both candidates.
        for (int row = 0; row < 2; ++row) {
            QTRY_COMPARE(seenInRow(*table, row, 10), qRgb(255, 0, 0));
            QCOMPARE(seenInRow(*table, row, table->iconSize().width() - 10), qRgb(255, 0, 0));
        }
        auto* media = bench.page.findChild<QWidget*>(QStringLiteral("dataMedia"));
        const auto items = [media] { return media->findChildren<pages::MediaItem*>(); };
        QCOMPARE(items().size(), 2);
        for (const pages::MediaItem* item : items()) {
            QTRY_VERIFY(!item->isReading());
            QVERIFY(item->toolTip().startsWith(QStringLiteral("Click to enlarge")));
        }
        table->setCurrentItem(table->topLevelItem(1));
        QCOMPARE(items().size(), 2);
        QVERIFY(items()[0]->isVideo());
        QStringList titles;
        for (const QLabel* label : media->findChildren<QLabel*>())
            titles << label->text();
        QCOMPARE(titles, (QStringList { QStringLiteral("Response A"), QStringLiteral("Response B") }));
        table->setCurrentItem(table->topLevelItem(0));
        Q_EMIT items()[1]->viewRequested(0); // the one in the row
        auto* viewer = bench.page.window()->findChild<pages::MediaViewer*>();
        QVERIFY(viewer && viewer->isVisible());
        QCOMPARE(viewer->medium(), 1);
        QTest::keyClick(viewer, Qt::Key_Escape);
        QTRY_VERIFY(!bench.page.window()->findChild<pages::MediaViewer*>());
    }

    // What the studio does not read itself: the rows of a Parquet file, and a video among them.
    void aParquetFileIsReadByTheEngine()
    {
        Bench bench(threeStages());
        const QDir folder(bench.folder.path());
        data::Sample sample = *data::sampleFromJson(
            { { "id", "one" }, { "task", "video_understanding" }, { "query", "Does it move?" },
                { "media", base::Json::array({ { { "video", "/data/clip.mp4" } } }) }, { "a", "Yes." },
                { "b", "No." }, { "gold", "A" } },
            "row", "/");
        data::Inspection counts = data::inspect(std::span(&sample, 1));
        counts.samples = 4321; // of which the first is shown
        const base::Json answer = { { "counts", counts.toJson() },
            { "samples", base::Json::array({ data::sampleToJson(sample) }) } };
        const tests::PicturesDouble engine(bench.folder.path(), QByteArray::fromStdString(answer.dump()));
        QVERIFY(base::writeFileAtomically(folder.filePath(QStringLiteral("pairs.parquet")).toStdString(),
            "PAR1 and what only the engine reads")
                    .ok());
        bench.document.setField("a", "path", "pairs.parquet");
        bench.document.setField("a", "content", "visual-preferences");
        QVERIFY(bench.document.saveAs(folder.filePath(QStringLiteral("project.msrl"))).ok());
        services::EnginePictures pictures([&engine] { return engine.program(); });
        bench.page.findChild<pages::StageInspector*>()->usePictures(&pictures);
        bench.settings.edit(
            [&](services::SettingsData& data) { data.engineProgram = engine.path("nobody"); });
        bench.page.selectNode(QStringLiteral("a"));
        bench.page.findChild<QToolButton*>(QStringLiteral("dataToggle"))->click();
        const auto* summary = bench.page.findChild<QLabel*>(QStringLiteral("dataSummary"));
        QTRY_VERIFY2(summary->text().contains(QStringLiteral("not found")), qPrintable(summary->text()));
        bench.settings.edit([&](services::SettingsData& data) { data.engineProgram = engine.program(); });
        bench.page.selectNode(QStringLiteral("b"));
        bench.page.selectNode(QStringLiteral("a"));
        QTRY_VERIFY2(summary->text().contains(models::countText(4321)), qPrintable(summary->text()));
        const auto* table = bench.page.findChild<QTreeWidget*>(QStringLiteral("dataRows"));
        QCOMPARE(table->topLevelItemCount(), 1);
        QVERIFY(bench.page.findChild<QTextEdit*>(QStringLiteral("dataPrompt"))
                    ->toPlainText()
                    .contains(QStringLiteral("Does it move?")));
        const auto* media = bench.page.findChild<QWidget*>(QStringLiteral("dataMedia"));
        QTRY_VERIFY(media->findChildren<pages::MediaItem*>().value(0)
            && media->findChildren<pages::MediaItem*>().value(0)->isVideo());
        QTRY_COMPARE(seenInRow(*table, 0, 10), qRgb(255, 0, 0)); // its first frame
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
