// SPDX-License-Identifier: GPL-3.0-or-later
// What is told and asked before a run is started: here, in the queue, on another machine.
#include "app/models/strings.h"
#include "app/pages/launch_review.h"
#include "app/services/run_queue.h"
#include "core/base/files.h"
#include "core/curriculum/run_needs.h"
#include "core/curriculum/templates.h"
#include "core/store/run_folder.h"
#include "studio_bench.h"
#include "widgets/form/form_row.h"
#include "widgets/form/form_view.h"

#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTreeWidget>

using namespace msrl;

class TestLaunching : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Before anything was measured: numbers as they become known, in words where there are none.
    void theReviewTellsWhatAFirstRunTakes()
    {
        const curriculum::Project paper = *curriculum::templateProject("paper");
        pages::LaunchPreview preview(paper);
        preview.estimates = models::estimateRun(paper, {});
        preview.isCounting = true;
        pages::LaunchReview review(preview);
        const auto* table = review.findChild<QTreeWidget*>(QStringLiteral("reviewEstimates"));
        const auto cell = [&](const char* stage, const char* column) {
            for (int at = 0; at < table->columnCount(); ++at)
                if (table->headerItem()->text(at) == QLatin1String(column))
                    for (int row = 0; row < table->topLevelItemCount(); ++row)
                        if (table->topLevelItem(row)->text(0) == QLatin1String(stage))
                            return table->topLevelItem(row)->text(at);
            return QStringLiteral("no such cell");
        };
        QCOMPARE(cell("1b Text RL", "samples"), models::countText(400'000));
        QCOMPARE(cell("1a Text SFT", "steps"), QStringLiteral("…"));
        QCOMPARE(cell("2b Paths (CMKD)", "completions"), QStringLiteral("…"));
        review.showEstimates(models::estimateRun(paper, {},
            { { "text_sft", { 1280, 0 } }, { "captioned", { 100, 100 } }, { "heldout", { 50, 50 } } }));
        QCOMPARE(cell("1a Text SFT", "steps"), QStringLiteral("30")); // 3 epochs of 10 batches
        QCOMPARE(cell("2b Paths (CMKD)", "completions"), models::countText(1600));
        QCOMPARE(cell("2b Distillation", "samples"), QStringLiteral("≤ 100"));
        QCOMPARE(cell("Held-out accuracy", "samples"), QStringLiteral("200")); // two policies, both orders
        for (const models::StageEstimate& stage : preview.estimates)
            QCOMPARE(cell(stage.title.toUtf8(), "time"), QStringLiteral("not measured yet"));
        QCOMPARE(cell("1a Text SFT", "memory"), QStringLiteral("–"));
        const auto* disk = review.findChild<QLabel*>(QStringLiteral("reviewDisk"));
        review.showNeeds(curriculum::runNeeds(paper, { { "base", { 10, 10, 80 } } }), 1);
        QCOMPARE(cell("1a Text SFT", "memory"), models::bytesText(100 * 4 + 80 * 12));
        QVERIFY(cell("2b Paths (CMKD)", "disk").endsWith(QStringLiteral("MB")));
        QVERIFY2(disk->text().contains(QStringLiteral("only")), qPrintable(disk->text()));
    }

    // What was chosen for this project last is offered again; what cannot be used is told beside its field.
    void theReviewOffersWhatWasChosenLastAndRefusesWhatCannotBeUsed()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("one.msrl"));
        QVERIFY(curriculum::saveProject(*curriculum::templateProject("single"), path.toStdString()).ok());
        test::StudioBench bench(folder.path());
        bench.settings->edit([&](services::SettingsData& changed) {
            changed.engineProgram = QStringLiteral("/bin/true");
            changed.pages["launch"][path.toStdString()] = { { "device", "cuda:1" }, { "threads", "lots" } };
        });
        QVERIFY(bench.window->openProject(path));
        bench.window->actions().action(QStringLiteral("run.review"))->trigger();
        auto* review = bench.window->findChild<pages::LaunchReview*>();
        QVERIFY(review);
        const auto row = [review](const char* name) {
            for (const widgets::FormView* view : review->findChildren<widgets::FormView*>())
                if (widgets::FormRow* found = view->row(QLatin1String(name)))
                    return found;
            return static_cast<widgets::FormRow*>(nullptr);
        };
        const auto edit = [&row](const char* name, const char* value) {
            Q_EMIT row(name)->edited(QLatin1String(name), QString::fromUtf8(value));
        };
        const auto* command = review->findChild<QPlainTextEdit*>(QStringLiteral("reviewCommand"));
        const auto* copy = review->findChild<QPushButton*>(QStringLiteral("reviewCopy"));
        QVERIFY(!row("threads")->field().fault.isEmpty());
        QVERIFY(row("device")->field().fault.isEmpty());
        QVERIFY(!copy->isEnabled());
        QVERIFY(!review->findChild<QPushButton*>(QStringLiteral("reviewRun"))->isEnabled());
        edit("threads", "0");
        QVERIFY(copy->isEnabled());
        const QString line = QStringLiteral("/bin/true run %1 --run %2/one-msrl-001 --detached --artefacts "
                                            "%2/artefacts --device cuda:1")
                                 .arg(path, folder.path());
        QCOMPARE(command->toPlainText(), line);
        edit("runName", "tonight");
        QCOMPARE(command->toPlainText(),
            QString(line).replace(QStringLiteral("one-msrl-001"), QStringLiteral("tonight")));
        edit("runName", "../tonight");
        QVERIFY(!copy->isEnabled());
        edit("runName", "");
        const QStringList stages = row("until")->field().choices;
        QVERIFY(stages.size() > 1);
        edit("until", stages.last().toUtf8().constData());
        QCOMPARE(command->toPlainText(), line + QStringLiteral(" --until ") + review->options().until);
        QVERIFY(!row("launcher")->isVisibleTo(review));
        edit("ranks", "2");
        QVERIFY(row("launcher")->isVisibleTo(review));
        QVERIFY(!row("device")->field().fault.isEmpty()); // two ranks on one device
    }

    // Also where two wait: each is told a folder of its own, and gets that one.
    void theFolderThatTheReviewShowsIsThatOfTheQueuedRun()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("one.msrl"));
        QVERIFY(QDir(folder.path()).mkpath(QStringLiteral("base")));
        const char* project = R"({"schema": "msrl-project/1.0", "name": "one", "seed": 1,
            "nodes": [{"id": "base", "type": "model", "params": {"path": "base"}}], "edges": []})";
        QVERIFY(base::writeFileAtomically(path.toStdString(), project).ok());
        test::StudioBench bench(folder.path());
        bench.settings->edit(
            [&](services::SettingsData& changed) { changed.engineProgram = QStringLiteral("/bin/true"); });
        store::RunInfo busy; // so that what is queued waits
        busy.device = "cpu";
        const auto claim = store::claimRunFolder(folder.filePath(QStringLiteral("busy")).toStdString(), busy);
        QVERIFY(claim.ok());
        bench.runs->scan();
        QVERIFY(bench.window->openProject(path));
        const auto review = [&] {
            bench.window->actions().action(QStringLiteral("run.review"))->trigger();
            return bench.window->findChildren<pages::LaunchReview*>().last();
        };
        const auto shown = [](const pages::LaunchReview& dialog) {
            return dialog.findChild<QPlainTextEdit*>(QStringLiteral("reviewCommand"))->toPlainText();
        };
        for (const char* expected : { "/one-msrl-001 ", "/one-msrl-002 " }) {
            pages::LaunchReview* dialog = review();
            QVERIFY2(shown(*dialog).contains(QLatin1String(expected)), qPrintable(shown(*dialog)));
            dialog->findChild<QPushButton*>(QStringLiteral("reviewQueue"))->click();
        }
        const services::RunQueue queue(services::Settings::stateFolder() + QStringLiteral("/queue"),
            *bench.runs, [] { return QString(); });
        QCOMPARE(queue.takenFolders(),
            (QStringList { folder.filePath(QStringLiteral("one-msrl-001")),
                folder.filePath(QStringLiteral("one-msrl-002")) }));
    }
};

QTEST_MAIN(TestLaunching)
#include "tst_launching.moc"
