// SPDX-License-Identifier: GPL-3.0-or-later
// The window around the pages: keys that people change, new and dropped projects, work that a crash left.
#include "app/commands/edits.h"
#include "app/models/strings.h"
#include "app/pages/keymap_dialog.h"
#include "app/pages/launch_review.h"
#include "app/pages/remote_dialog.h"
#include "app/pages/template_dialog.h"
#include "app/services/run_queue.h"
#include "core/base/files.h"
#include "core/curriculum/run_needs.h"
#include "core/curriculum/templates.h"
#include "core/store/run_folder.h"
#include "studio_bench.h"
#include "widgets/form/form_row.h"
#include "widgets/form/form_view.h"

#include <QDirIterator>
#include <QDropEvent>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QToolButton>
#include <QTreeWidget>

#include <unistd.h>

#include <random>

using namespace msrl;
using test::press;
using test::type;

namespace {

constexpr int kKills = 12;

// The n-th edit of a sitting, the same in every process.
void edit(models::ProjectDocument& document, int n)
{
    switch (n % 4) {
    case 0:
        commands::addNode(document, n % 8 ? "sft" : "rl", { 8.0 * n, 16 });
        break;
    case 1:
        commands::renameNode(document, document.project().nodes.back().id, "Stage " + std::to_string(n));
        break;
    case 2:
        commands::setField(document, document.project().nodes.back().id, "lr", 1e-6 * n);
        break;
    default:
        commands::moveNodes(document, { { document.project().nodes.front().id, { 8.0 * n, 8.0 * n } } });
    }
}

// Edits until it is killed; a line for each edit that has happened.
int editForever(const QString& root)
{
    test::StudioBench bench(root);
    for (int n = 0;; ++n) {
        edit(bench.window->document(), n);
        const std::string line = std::to_string(n) + "\n";
        if (::write(STDOUT_FILENO, line.data(), line.size()) < 0)
            return 3;
        if (n % 5 == 0)
            QCoreApplication::processEvents();
    }
}

QTreeWidgetItem* rowOf(QTreeWidget* list, const QString& id)
{
    for (int i = 0; i < list->topLevelItemCount(); ++i)
        if (list->topLevelItem(i)->data(0, Qt::UserRole + 1).toString() == id)
            return list->topLevelItem(i);
    return nullptr;
}

void drop(QWidget* target, const QString& path)
{
    QMimeData data;
    data.setUrls({ QUrl::fromLocalFile(path) });
    QDragEnterEvent enter(QPoint(400, 400), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(target, &enter);
    if (!enter.isAccepted())
        return;
    QDropEvent event(QPointF(400, 400), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(target, &event);
}

} // namespace

class TestMainWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void noTwoActionsAnswerTheSameKeys()
    {
        const QTemporaryDir folder;
        test::StudioBench bench(folder.path());
        for (const QAction* action : bench.window->actions().actions())
            QVERIFY2(bench.window->actions().conflicts(action, action->shortcut()).empty(),
                qPrintable(action->objectName()));
    }

    void aRecordedKeyHoldsAtOnceAndAtTheNextStart()
    {
        const QTemporaryDir folder;
        {
            test::StudioBench bench(folder.path());
            QVERIFY(QTest::qWaitForWindowActive(bench.window.get()));
            pages::KeymapDialog dialog(bench.window->actions(), bench.window.get());
            dialog.show();
            QVERIFY(QTest::qWaitForWindowActive(&dialog));
            dialog.findChild<QLineEdit*>(QStringLiteral("keymapSearch"))
                ->setText(QStringLiteral("lay out graph"));
            auto* keys = dialog.findChild<QKeySequenceEdit*>(QStringLiteral("keymapKeys"));
            keys->setFocus();
            QTest::keyClick(keys, Qt::Key_F9);
            QTRY_COMPARE(bench.window->actions().action(QStringLiteral("design.layout"))->shortcut(),
                QKeySequence(Qt::Key_F9));
            const QAction* layout = bench.window->actions().action(QStringLiteral("design.layout"));
            QVERIFY(layout->toolTip().contains(QStringLiteral("F9")));
            auto* list = dialog.findChild<QTreeWidget*>(QStringLiteral("keymapList"));
            QVERIFY(rowOf(list, QStringLiteral("design.layout"))->text(3).contains(QStringLiteral("Ctrl+L")));
        }
        test::StudioBench next(folder.path());
        QAction* layout = next.window->actions().action(QStringLiteral("design.layout"));
        QCOMPARE(layout->shortcut(), QKeySequence(Qt::Key_F9));
        pages::KeymapDialog dialog(next.window->actions(), next.window.get());
        dialog.findChild<QPushButton*>(QStringLiteral("keymapResetAll"))->click();
        QCOMPARE(layout->shortcut(), QKeySequence(Qt::CTRL | Qt::Key_L));
        QVERIFY(next.settings->data().keymap.isEmpty());
    }

    void aTakenKeyNamesBothActionsAndIsGivenOverOnlyWhenAsked()
    {
        const QTemporaryDir folder;
        test::StudioBench bench(folder.path());
        pages::ActionRegistry& actions = bench.window->actions();
        pages::KeymapDialog dialog(actions, bench.window.get());
        dialog.show();
        auto* list = dialog.findChild<QTreeWidget*>(QStringLiteral("keymapList"));
        list->setCurrentItem(rowOf(list, QStringLiteral("design.layout")));
        auto* keys = dialog.findChild<QKeySequenceEdit*>(QStringLiteral("keymapKeys"));
        keys->setFocus();
        QTest::keyClick(keys, Qt::Key_D, Qt::ControlModifier);
        auto* words = dialog.findChild<QLabel*>(QStringLiteral("keymapConflict"));
        QTRY_VERIFY(words->text().contains(QStringLiteral("Duplicate stage")));
        QVERIFY(words->text().contains(QStringLiteral("Lay out graph")));
        QCOMPARE(
            actions.action(QStringLiteral("design.layout"))->shortcut(), QKeySequence(Qt::CTRL | Qt::Key_L));
        dialog.findChild<QPushButton*>(QStringLiteral("keymapTake"))->click();
        QCOMPARE(
            actions.action(QStringLiteral("design.layout"))->shortcut(), QKeySequence(Qt::CTRL | Qt::Key_D));
        QVERIFY(actions.action(QStringLiteral("design.duplicate"))->shortcut().isEmpty());
        // Letters of another page are free: only one page is shown.
        QVERIFY(actions.conflicts(actions.action(QStringLiteral("design.layout")), QKeySequence(Qt::Key_A))
                    .empty());
    }

    void aTemplateIsChosenByKeys()
    {
        const QTemporaryDir folder;
        test::StudioBench bench(folder.path());
        QVERIFY(QTest::qWaitForWindowActive(bench.window.get()));
        press(bench.window.get(), Qt::Key_N, Qt::ControlModifier);
        auto* dialog = bench.window->findChild<pages::TemplateDialog*>();
        QVERIFY(dialog && QTest::qWaitForWindowActive(dialog));
        press(bench.window.get(), Qt::Key_Down); // the released scripts
        press(bench.window.get(), Qt::Key_Return);
        QTRY_COMPARE(bench.window->document().project(), *curriculum::templateProject("scripts"));
        QVERIFY(!bench.window->document().isModified());
        QVERIFY(bench.window->document().path().isEmpty());
    }

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

    void aDroppedProjectIsOpened()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("one.msrl"));
        QVERIFY(curriculum::saveProject(*curriculum::templateProject("single"), path.toStdString()).ok());
        test::StudioBench bench(folder.path());
        drop(bench.window.get(), folder.filePath(QStringLiteral("notes.txt")));
        QVERIFY(bench.window->document().path().isEmpty());
        drop(bench.window.get(), path);
        QCOMPARE(bench.window->document().path(), path);
        QCOMPARE(bench.settings->data().recentProjects.value(0), path);
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

    // How runs are computed there is kept with the target; name and last stage are of one launch.
    void aTargetKeepsHowItsRunsAreComputed()
    {
        const QTemporaryDir folder;
        services::Settings settings(folder.filePath(QStringLiteral("settings.json")));
        const curriculum::Project project = *curriculum::templateProject("single");
        const auto row = [](const pages::RemoteDialog& dialog, const char* name) {
            for (const widgets::FormView* view : dialog.findChildren<widgets::FormView*>())
                if (widgets::FormRow* found = view->row(QLatin1String(name)))
                    return found;
            return static_cast<widgets::FormRow*>(nullptr);
        };
        {
            pages::RemoteDialog dialog(settings, project, folder.path());
            const auto edit = [&](const char* name, const char* value) {
                Q_EMIT row(dialog, name)->edited(QLatin1String(name), QString::fromUtf8(value));
            };
            QSignalSpy asked(&dialog, &pages::RemoteDialog::runRequested);
            auto* run = dialog.findChild<QPushButton*>(QStringLiteral("remoteRun"));
            QVERIFY(!run->isEnabled());
            dialog.findChild<QLineEdit*>(QStringLiteral("remoteHost"))->setText(QStringLiteral("node"));
            QVERIFY(run->isEnabled());
            QVERIFY(!row(dialog, "runsFolder")->isVisibleTo(&dialog)); // the target's work folder
            edit("device", "gpu");
            QVERIFY(!run->isEnabled());
            edit("device", "cuda");
            edit("ranks", "64"); // how many processors it has is not known here
            edit("runName", "tonight");
            QVERIFY(run->isEnabled());
            run->click();
            QCOMPARE(asked.size(), 1);
            const auto options = asked[0][1].value<models::LaunchOptions>();
            QCOMPARE(options.runName, QStringLiteral("tonight"));
            QCOMPARE(models::launchWords(options).join(QLatin1Char(' ')),
                QStringLiteral("--device cuda --ranks 64 --launcher mpirun"));
        }
        const pages::RemoteDialog next(settings, project, folder.path());
        QCOMPARE(row(next, "ranks")->field().value.toString(), QStringLiteral("64"));
        QVERIFY(row(next, "runName")->field().value.toString().isEmpty());
    }

    // Whatever an edit has answered is there at the next start; at most the edit of the moment is ahead of
    // it.
    void aKilledStudioIsRestoredToItsLastCommand()
    {
        std::mt19937 random(11);
        for (int kill = 0; kill < kKills; ++kill) {
            const QTemporaryDir folder;
            QProcess studio;
            studio.setProcessChannelMode(QProcess::ForwardedErrorChannel);
            studio.start(
                QCoreApplication::applicationFilePath(), { QStringLiteral("--edit"), folder.path() });
            const int wanted = static_cast<int>(random() % 40) + 1;
            QByteArray said;
            while (said.count('\n') < wanted) {
                QVERIFY(studio.waitForReadyRead(30'000));
                said += studio.readAllStandardOutput();
            }
            studio.kill();
            QVERIFY(studio.waitForFinished());
            said += studio.readAllStandardOutput();
            const int last = static_cast<int>(said.count('\n')) - 1;
            models::ProjectDocument expected;
            for (int n = 0; n <= last; ++n)
                edit(expected, n);
            const std::string answered = expected.text();
            edit(expected, last + 1);
            test::StudioBench next(folder.path());
            next.window->offerRecovery();
            auto* restore = next.window->findChild<QPushButton*>(QStringLiteral("restoreButton"));
            QVERIFY(restore->isVisible());
            restore->click();
            const std::string restored = next.window->document().text();
            QVERIFY2(restored == answered || restored == expected.text(), restored.c_str());
            QVERIFY(next.window->document().isModified());
        }
    }

    // The window may go while somebody types, with changes that were never saved (a session that ends).
    void aWindowThatGoesKeepsWhatIsHalfTyped()
    {
        const QTemporaryDir folder;
        {
            test::StudioBench bench(folder.path());
            QVERIFY(QTest::qWaitForWindowActive(bench.window.get()));
            bench.window->showPage(QStringLiteral("design"));
            press(bench.window.get(), Qt::Key_F, Qt::ControlModifier);
            type(bench.window.get(), QStringLiteral("sft"));
            press(bench.window.get(), Qt::Key_Return);
            QCOMPARE(bench.window->document().project().nodes.size(), std::size_t { 1 });
            auto* title = bench.window->findChild<QLineEdit*>(QStringLiteral("stageTitle"));
            title->setFocus();
            title->selectAll();
            type(bench.window.get(), QStringLiteral("Half typed"));
            QVERIFY(bench.window->document().text().find("Half typed") == std::string::npos);
        }
        QDirIterator files(folder.path(), { QStringLiteral("*") }, QDir::Files, QDirIterator::Subdirectories);
        bool kept = false;
        while (files.hasNext()) {
            QFile file(files.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            kept = kept || file.readAll().contains("Half typed");
        }
        QVERIFY(kept);
    }
};

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == QLatin1String("--edit"))
        return editForever(arguments.value(2));
    TestMainWindow tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_main_window.moc"
