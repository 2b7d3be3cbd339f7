// SPDX-License-Identifier: GPL-3.0-or-later
// The Design page with real keys over a project of its own.
#include "core/curriculum/templates.h"
#include "design_bench.h"
#include "widgets/graph/frame_item.h"
#include "widgets/graph/node_item.h"

#include <QAccessible>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QToolButton>
#include <QTreeWidget>

using namespace msrl;
using test::Bench;
using test::node;
using test::threeStages;

class TestDesignPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // The number keeps the focus after Return, so that the next one can be typed.
    void theRatioIsTypedAndUndone()
    {
        const QTemporaryDir folder;
        services::Settings settings(folder.filePath(QStringLiteral("settings.json")));
        services::RunRegistry runs(folder.path(), folder.filePath(QStringLiteral("runs.json")));
        models::ProjectDocument document;
        curriculum::Project project;
        project.nodes = { node("old", "dataset"), node("rl", "rl") };
        project.edges = { { "old", "samples", "rl", "replay" } };
        document.restore(project, {});
        pages::DesignPage page({ settings, runs });
        page.setProject(document);
        page.resize(1300, 800);
        page.show();
        QVERIFY(QTest::qWaitForWindowActive(&page));
        page.activated();
        page.selectNode(QStringLiteral("rl"));
        auto* number = page.findChild<QDoubleSpinBox*>(QStringLiteral("replayNumber"));
        QVERIFY(number && number->isVisible());
        number->setFocus();
        for (const int ratio : { 3, 7 }) {
            number->selectAll();
            QTest::keyClicks(number, QString::number(ratio));
            QTest::keyClick(number, Qt::Key_Return);
            QCOMPARE(document.project().node("rl")->params["replay_ratio"].get<double>(), ratio);
            QVERIFY(number->hasFocus());
        }
        document.undoStack().undo();
        QCOMPARE(document.project().node("rl")->params["replay_ratio"].get<double>(), 3);
        QCOMPARE(number->value(), 3);
    }

    // Selected stages go one after the other, and last the page with a selection.
    void selectedStagesMayGo()
    {
        const QTemporaryDir folder;
        services::Settings settings(folder.filePath(QStringLiteral("settings.json")));
        services::RunRegistry runs(folder.path(), folder.filePath(QStringLiteral("runs.json")));
        models::ProjectDocument document;
        curriculum::Project project;
        project.nodes = { node("a", "dataset"), node("b", "rl"), node("c", "sft"), node("d", "sft") };
        document.restore(project, {});
        {
            pages::DesignPage page({ settings, runs });
            page.setProject(document);
            auto* scene = page.findChild<widgets::GraphScene*>();
            scene->select({ QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c") });
            project.nodes = { node("c", "sft"), node("d", "sft") };
            document.restore(project, {});
            QCOMPARE(scene->selectedNodes(), QStringList { QStringLiteral("c") });
            scene->select({ QStringLiteral("c"), QStringLiteral("d") });
        }
        QCOMPARE(document.project().nodes.size(), 2U);
    }

    void aFrameIsMadeNamedColouredMovedAndTakenBack()
    {
        Bench bench(threeStages());
        const std::string before = bench.document.text();
        bench.view.graph()->select({ QStringLiteral("a"), QStringLiteral("b") });
        QTest::keyClick(&bench.view, Qt::Key_G, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(bench.document.project().frames.size(), std::size_t { 1 });
        const curriculum::Frame made = bench.document.project().frames.front();
        auto* title = bench.page.findChild<QLineEdit*>(QStringLiteral("frameTitle"));
        QVERIFY(title->hasFocus());
        QTest::keyClicks(title, QStringLiteral("Stage 1"));
        QTest::keyClick(title, Qt::Key_Return);
        QCOMPARE(bench.document.project().frames.front().title, std::string("Stage 1"));
        auto* colour = bench.page.findChild<QComboBox*>(QStringLiteral("frameColour"));
        colour->setFocus();
        QTest::keyClick(colour, Qt::Key_Down);
        QVERIFY(bench.document.project().frames.front().colour != made.colour);
        QCOMPARE(bench.view.graph()->nodesInside(QString::fromStdString(made.id)),
            (QStringList { QStringLiteral("a"), QStringLiteral("b") }));
        // By its title, with what lies in it.
        const QPointF grip(made.x + made.width / 2, made.y + 16);
        bench.drag(grip, grip + QPointF(64, 48));
        QCOMPARE(bench.document.project().frames.front().x, made.x + 64);
        QCOMPARE(bench.node("a").x, 64.0);
        QCOMPARE(bench.node("b").y, 48.0);
        QCOMPARE(bench.node("far").y, 320.0);
        bench.document.undoStack().undo(); // one step for all of it
        QCOMPARE(bench.node("a").x, 0.0);
        QCOMPARE(bench.document.project().frames.front().x, made.x);
        // With the arrows just as well.
        bench.view.setFocus();
        QTest::keyClick(&bench.view, Qt::Key_Down);
        QCOMPARE(bench.node("b").y, widgets::kCanvasGrid);
        QCOMPARE(bench.document.project().frames.front().y, made.y + widgets::kCanvasGrid);
        QTest::keyClick(&bench.view, Qt::Key_Delete);
        QVERIFY(bench.document.project().frames.empty());
        QCOMPARE(bench.document.project().nodes.size(), std::size_t { 3 });
        while (bench.document.undoStack().canUndo())
            bench.document.undoStack().undo();
        QCOMPARE(bench.document.text(), before);
    }

    void aFrameIsResizedByItsBorderAndFitted()
    {
        Bench bench(threeStages());
        bench.view.graph()->select({ QStringLiteral("a"), QStringLiteral("b") });
        bench.actions.action(QStringLiteral("design.frame"))->trigger();
        const curriculum::Frame made = bench.document.project().frames.front();
        const QPointF corner(made.x + made.width, made.y + made.height);
        bench.drag(corner, corner + QPointF(40, 400));
        const curriculum::Frame large = bench.document.project().frames.front();
        QCOMPARE(QSizeF(large.width, large.height), QSizeF(made.width + 40, made.height + 400));
        QCOMPARE(bench.node("a").y, 0.0); // what is inside stays
        QCOMPARE(bench.view.graph()->nodesInside(QStringLiteral("frame")).size(), 3);
        bench.actions.action(QStringLiteral("design.frameFit"))->trigger();
        const curriculum::Frame fitted = bench.document.project().frames.front();
        QVERIFY(fitted.height > made.height && fitted.height < large.height);
    }

    // As "Fit to its stages" would make them: no node of another stage in them, none of their own cut.
    void theFramesOfTheTemplatesFitTheirStages()
    {
        for (const char* key : { "paper", "scripts" }) {
            const curriculum::Project project = *curriculum::templateProject(key);
            Bench bench(project);
            widgets::GraphScene& graph = *bench.view.graph();
            for (const curriculum::Frame& frame : project.frames) {
                const QString id = QString::fromStdString(frame.id);
                const QRectF area = graph.frameItem(id)->area();
                const QStringList inside = graph.nodesInside(id);
                QCOMPARE(graph.frameAround(inside), area);
                for (const curriculum::Node& node : project.nodes) {
                    const QString name = QString::fromStdString(node.id);
                    QCOMPARE(graph.nodeItem(name)->bodyRect().intersects(area), inside.contains(name));
                }
            }
        }
    }

    // The end of an edge is taken from its input to another one, or let go over nothing.
    void anEdgeIsReconnectedByItsEnd()
    {
        Bench bench(threeStages());
        const auto port = [&](const char* id) {
            return bench.view.graph()
                ->nodeItem(QString::fromLatin1(id))
                ->portScenePosition(QStringLiteral("preferences"), false);
        };
        bench.drag(port("b"), port("b")); // a click takes nothing away
        QCOMPARE(bench.document.project().edges.size(), std::size_t { 1 });
        bench.drag(port("b"), port("far"));
        QCOMPARE(bench.document.project().edges,
            (std::vector<curriculum::Edge> { { "a", "samples", "far", "preferences" } }));
        bench.document.undoStack().undo();
        QCOMPARE(bench.document.project().edges.front().toNode, std::string("b"));
        bench.drag(port("b"), port("b") + QPointF(-50, 250));
        QVERIFY(bench.document.project().edges.empty());
        bench.document.undoStack().undo();
        QCOMPARE(bench.document.project().edges.size(), std::size_t { 1 });
    }

    // The line itself is taken near one of its ends; let go over nothing it stays.
    void anEdgeIsReconnectedAtItsSource()
    {
        curriculum::Project project = threeStages();
        project.nodes.push_back(project.nodes.front());
        project.nodes.back().id = "c";
        project.nodes.back().y = 320;
        Bench bench(project);
        const auto output = [&](const char* id) {
            return bench.view.graph()
                ->nodeItem(QString::fromLatin1(id))
                ->portScenePosition(QStringLiteral("samples"), true);
        };
        const QPointF nearSource = output("a") + QPointF(18, 0);
        bench.drag(nearSource, output("a") + QPointF(30, 250));
        QCOMPARE(bench.document.project().edges.front().fromNode, std::string("a"));
        bench.drag(nearSource, nearSource); // a click selects it
        QCOMPARE(bench.document.undoStack().index(), 0);
        bench.drag(nearSource, output("c"));
        QCOMPARE(bench.document.project().edges,
            (std::vector<curriculum::Edge> { { "c", "samples", "b", "preferences" } }));
        bench.document.undoStack().undo();
        const QPointF input = bench.view.graph()
                                  ->nodeItem(QStringLiteral("far"))
                                  ->portScenePosition(QStringLiteral("preferences"), false);
        const QPointF nearTarget = bench.view.graph()
                                       ->nodeItem(QStringLiteral("b"))
                                       ->portScenePosition(QStringLiteral("preferences"), false)
            - QPointF(14, 0);
        bench.drag(nearTarget, input);
        QCOMPARE(bench.document.project().edges,
            (std::vector<curriculum::Edge> { { "a", "samples", "far", "preferences" } }));
    }

    // An output begins a new edge, unless one of its edges is selected: then its end is taken, as off an
    // input.
    void theSelectedEdgeIsTakenOffItsSource()
    {
        curriculum::Project project = threeStages();
        project.nodes.push_back(project.nodes.front());
        project.nodes.back().id = "c";
        project.nodes.back().y = 320;
        Bench bench(project);
        widgets::GraphScene& graph = *bench.view.graph();
        const auto output = [&](const char* id) {
            return graph.nodeItem(QString::fromLatin1(id))
                ->portScenePosition(QStringLiteral("samples"), true);
        };
        const QPointF far
            = graph.nodeItem(QStringLiteral("far"))->portScenePosition(QStringLiteral("preferences"), false);
        const auto& edges = bench.document.project().edges;
        bench.drag(output("a"), far);
        QCOMPARE(edges.size(), std::size_t { 2 });
        bench.document.undoStack().undo();
        const auto select = [&] {
            const QPointF line = output("a") + QPointF(18, 0);
            bench.drag(line, line);
            QCOMPARE(graph.selectedEdges().size(), 1);
        };
        select();
        bench.drag(output("a"), output("a")); // a click takes nothing away
        QCOMPARE(edges.front().fromNode, std::string("a"));
        QCOMPARE(graph.selectedEdges().size(), 1);
        bench.drag(output("a"), output("c"));
        QCOMPARE(edges, (std::vector<curriculum::Edge> { { "c", "samples", "b", "preferences" } }));
        bench.document.undoStack().undo();
        select();
        bench.drag(output("a"), output("a") + QPointF(30, 250));
        QVERIFY(edges.empty());
        bench.document.undoStack().undo();
        QCOMPARE(edges.size(), std::size_t { 1 });
    }

    void theKeysOfTheCanvasAreThePersonsOwn()
    {
        Bench bench(threeStages());
        const auto count = [&] { return bench.document.project().nodes.size(); };
        QAction* remove = bench.actions.action(QStringLiteral("design.remove"));
        bench.actions.setShortcut(remove, QKeySequence(Qt::Key_X));
        bench.view.graph()->select({ QStringLiteral("a") });
        QTest::keyClick(&bench.view, Qt::Key_Delete);
        QCOMPARE(count(), std::size_t { 3 });
        QTest::keyClick(&bench.view, Qt::Key_X);
        QCOMPARE(count(), std::size_t { 2 });
        // The page's keys answer on the canvas too, so they conflict with the canvas's.
        const auto taken = bench.actions.conflicts(remove, QKeySequence(Qt::Key_F2));
        QCOMPARE(taken, (std::vector<QAction*> { bench.actions.action(QStringLiteral("design.rename")) }));
        const double zoom = bench.view.zoom();
        QTest::keyClick(&bench.view, Qt::Key_Plus);
        QVERIFY(bench.view.zoom() > zoom);
        QTest::keyClick(&bench.view, Qt::Key_0);
        QCOMPARE(bench.view.zoom(), 1.0);
        // In a field the same keys write.
        bench.page.selectNode(QStringLiteral("b"));
        auto* title = bench.page.findChild<QLineEdit*>(QStringLiteral("stageTitle"));
        title->setFocus();
        title->selectAll();
        QTest::keyClicks(title, QStringLiteral("x0"));
        QCOMPARE(title->text(), QStringLiteral("x0"));
        QCOMPARE(count(), std::size_t { 2 });
    }

    // What takes the keyboard says what it is to who cannot see it.
    void everythingThatTakesTheKeyboardHasAName()
    {
        Bench bench(threeStages());
        for (const char* shown : { "a", "b", "" }) {
            if (*shown)
                bench.page.selectNode(QString::fromLatin1(shown));
            else
                bench.view.graph()->select({});
            for (QWidget* widget : bench.page.findChildren<QWidget*>()) {
                if (!widget->isVisible() || !(widget->focusPolicy() & Qt::TabFocus) || widget->focusProxy())
                    continue;
                QAccessibleInterface* known = QAccessible::queryAccessibleInterface(widget);
                QVERIFY2(known && !known->text(QAccessible::Name).isEmpty(),
                    qPrintable(
                        QStringLiteral("%1 %2 in %3")
                            .arg(QLatin1String(widget->metaObject()->className()), widget->objectName(),
                                QLatin1String(widget->parent()->metaObject()->className()))));
            }
        }
    }

    void noNameInTheComparisonOfPresetsIsCutOff()
    {
        Bench bench(threeStages());
        bench.page.selectNode(QStringLiteral("b"));
        bench.page.findChild<QToolButton*>(QStringLiteral("presetToggle"))->click();
        QCoreApplication::processEvents();
        const auto* table = bench.page.findChild<QTreeWidget*>(QStringLiteral("presetTable"));
        QVERIFY(table->isVisible() && table->topLevelItemCount() > 5);
        QVERIFY(table->header()->length() <= table->viewport()->width()); // no value beyond the edge
        int shown = table->header()->height();
        for (int row = 0; row < table->topLevelItemCount(); ++row) {
            const QTreeWidgetItem* item = table->topLevelItem(row);
            const QRect cell = table->visualRect(table->model()->index(row, 0));
            const QRect room(0, 0, cell.width() - 18, 1000); // without the style's padding and margin
            const QRect words = table->fontMetrics().boundingRect(room, Qt::TextWordWrap, item->text(0));
            QVERIFY2(
                words.width() <= room.width() && words.height() <= cell.height(), qPrintable(item->text(0)));
            for (int column = 0; column < table->columnCount(); ++column)
                QCOMPARE(item->toolTip(column), item->text(column));
            shown += cell.height();
        }
        QVERIFY(table->height() >= shown); // all of them without a second scroll bar
    }

    void theSearchOfTheLibraryLeadsIntoWhatItFound()
    {
        Bench bench(threeStages());
        auto* search = bench.page.findChild<QLineEdit*>(QStringLiteral("librarySearch"));
        auto* list = bench.page.findChild<QListView*>(QStringLiteral("libraryList"));
        const auto* hint = bench.page.findChild<QLabel*>(QStringLiteral("libraryHint"));
        search->setFocus();
        QTest::keyClicks(search, QStringLiteral("zzz"));
        QVERIFY2(hint->text().contains(QStringLiteral("zzz")), qPrintable(hint->text()));
        QTest::keyClick(search, Qt::Key_Down); // to nothing
        QVERIFY(search->hasFocus());
        search->clear();
        QVERIFY(!hint->text().contains(QStringLiteral("zzz")));
        QTest::keyClick(search, Qt::Key_Down);
        QVERIFY(list->hasFocus());
        QTest::keyClick(list, Qt::Key_Down);
        QCOMPARE(list->currentIndex().row(), 1);
        QTest::keyClick(list, Qt::Key_Return);
        QCOMPARE(bench.document.project().nodes.size(), std::size_t { 4 });
    }

    void noNameOfTheLibraryIsCutOff()
    {
        const QTemporaryDir folder;
        services::Settings settings(folder.filePath(QStringLiteral("settings.json")));
        services::RunRegistry runs(folder.path(), folder.filePath(QStringLiteral("runs.json")));
        models::ProjectDocument document;
        pages::DesignPage page({ settings, runs });
        page.setProject(document);
        page.resize(1000, 700);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        for (const QListView* list : page.findChildren<QListView*>()) {
            if (list->accessibleName() != QLatin1String("Stages that can be added"))
                continue;
            QVERIFY(list->model()->rowCount() > 5);
            for (int row = 0; row < list->model()->rowCount(); ++row) {
                const QString name = list->model()->index(row, 0).data().toString();
                QVERIFY2(list->fontMetrics().horizontalAdvance(name) + list->iconSize().width()
                        < list->viewport()->width(),
                    qPrintable(name));
            }
        }
    }
};

QTEST_MAIN(TestDesignPage)
#include "tst_design_page.moc"
