// SPDX-License-Identifier: GPL-3.0-or-later
// The window around the pages: keys that people change, new and dropped projects, work that a crash left.
#include "app/commands/edits.h"
#include "app/models/strings.h"
#include "app/pages/keymap_dialog.h"
#include "app/pages/template_dialog.h"
#include "core/base/files.h"
#include "core/curriculum/templates.h"
#include "studio_bench.h"

#include <QDirIterator>
#include <QDropEvent>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QProcess>
#include <QPushButton>
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
        const auto row = [list] { return list->visualItemRect(list->currentItem()).bottomLeft(); };
        QTRY_VERIFY(list->viewport()->rect().contains(row()));
        const QAction* layout = actions.action(QStringLiteral("design.layout"));
        QCOMPARE(layout->shortcut(), QKeySequence(Qt::CTRL | Qt::Key_L));
        dialog.findChild<QPushButton*>(QStringLiteral("keymapTake"))->click();
        QCOMPARE(layout->shortcut(), QKeySequence(Qt::CTRL | Qt::Key_D));
        QVERIFY(actions.action(QStringLiteral("design.duplicate"))->shortcut().isEmpty());
        // Letters of another page are free: only one page is shown.
        QVERIFY(actions.conflicts(layout, QKeySequence(Qt::Key_A)).empty());
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
