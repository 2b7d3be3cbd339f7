// SPDX-License-Identifier: GPL-3.0-or-later
// A newcomer builds the paper's curriculum on a blank canvas, once without touching the mouse, once without
// touching the keyboard; both times it is the template, stage by stage and edge by edge.
#include "app/pages/connection_choices.h"
#include "app/pages/design_page.h"
#include "core/curriculum/templates.h"
#include "core/curriculum/validate.h"
#include "studio_bench.h"
#include "widgets/graph/graph_scene.h"
#include "widgets/graph/graph_view.h"
#include "widgets/graph/node_item.h"

#include <QComboBox>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QToolButton>
#include <QWheelEvent>

#include <set>

using namespace msrl;
using test::press;
using test::type;

namespace {

QString text(const std::string& value)
{
    return QString::fromStdString(value);
}

// By titles, which the template uses once each: ids and places are the editor's own.
std::string idOf(const curriculum::Project& project, const std::string& title)
{
    for (const curriculum::Node& node : project.nodes)
        if (curriculum::displayTitle(node) == title)
            return node.id;
    return {};
}

std::string titleOf(const curriculum::Project& project, const std::string& id)
{
    return curriculum::displayTitle(*project.node(id));
}

std::set<std::string> stages(const curriculum::Project& project)
{
    std::set<std::string> all;
    for (const curriculum::Node& node : project.nodes)
        all.insert(curriculum::displayTitle(node) + " is " + node.type + ", " + node.comment + ", "
            + curriculum::resolvedParams(node).dump());
    return all;
}

std::set<std::string> edges(const curriculum::Project& project)
{
    std::set<std::string> all;
    for (const curriculum::Edge& edge : project.edges)
        all.insert(titleOf(project, edge.fromNode) + "." + edge.fromPort + " -> "
            + titleOf(project, edge.toNode) + "." + edge.toPort);
    return all;
}

void compareWithTemplate(const curriculum::Project& built)
{
    const curriculum::Project paper = *curriculum::templateProject("paper");
    QCOMPARE(built.nodes.size(), paper.nodes.size());
    const auto wanted = stages(paper);
    for (const std::string& stage : stages(built))
        QVERIFY2(wanted.count(stage), stage.c_str());
    const auto wantedEdges = edges(paper);
    for (const std::string& edge : edges(built))
        QVERIFY2(wantedEdges.count(edge), edge.c_str());
    QCOMPARE(edges(built), wantedEdges);
    const auto problems = curriculum::validate(built);
    QVERIFY2(problems.empty(), problems.empty() ? "" : problems.front().message().c_str());
}

// Types what the search popup is to be narrowed to and takes the first line.
void choose(QWidget* window, const QString& words)
{
    QVERIFY2(QApplication::activePopupWidget(), qPrintable(words));
    type(window, words);
    press(window, Qt::Key_Return);
    QTRY_VERIFY(!QApplication::activePopupWidget());
    QCoreApplication::processEvents();
}

void fillField(QWidget* window, const curriculum::FieldSpec& field, const base::Json& value)
{
    press(window, Qt::Key_I, Qt::ControlModifier);
    choose(window, text(field.name));
    if (auto* combo = qobject_cast<QComboBox*>(test::keyTarget(window))) {
        const int wanted = combo->findText(text(value.get<std::string>()));
        while (combo->currentIndex() != wanted)
            press(window, combo->currentIndex() < wanted ? Qt::Key_Down : Qt::Key_Up);
        return;
    }
    press(window, Qt::Key_A, Qt::ControlModifier);
    type(window, value.is_string() ? text(value.get<std::string>()) : text(value.dump()));
    press(window, Qt::Key_Return);
}

void addByKeys(QWidget* window, const curriculum::Node& wanted)
{
    const curriculum::NodeTypeSpec* spec = curriculum::findNodeType(wanted.type);
    press(window, Qt::Key_F, Qt::ControlModifier);
    type(window, text(spec->title));
    press(window, Qt::Key_Return);
    press(window, Qt::Key_F2);
    type(window, text(wanted.title));
    press(window, Qt::Key_Return);
    if (!wanted.comment.empty()) {
        press(window, Qt::Key_Tab);
        type(window, text(wanted.comment));
        press(window, Qt::Key_Return);
    }
    for (const auto& [name, value] : wanted.params.items())
        fillField(window, *spec->field(name), value);
}

void connectByKeys(QWidget* window, const curriculum::Project& built, const std::string& from,
    const curriculum::Edge& edge, const std::string& to)
{
    const curriculum::Node& source = *built.node(idOf(built, from));
    const curriculum::Node& target = *built.node(idOf(built, to));
    press(window, Qt::Key_G, Qt::ControlModifier);
    choose(window, pages::stageLine(source));
    press(window, Qt::Key_E, Qt::ControlModifier);
    const auto* port = curriculum::findNodeType(target.type)->input(edge.toPort);
    choose(window, QStringLiteral("%1: %2").arg(pages::stageLine(target), text(port->label)));
}

// The mouse alone, on a canvas that is small enough to be seen whole.
class Hand
{
public:
    explicit Hand(pages::MainWindow& window)
        : m_window(window)
        , m_view(window.findChild<widgets::GraphView*>())
        , m_library(window.findChild<QListView*>(QStringLiteral("libraryList")))
    {
    }

    void zoomOut()
    {
        const QPointF middle = m_view->viewport()->rect().center();
        while (m_view->zoom() > 0.36) {
            QWheelEvent wheel(middle, m_view->viewport()->mapToGlobal(middle), {}, { 0, -120 }, Qt::NoButton,
                Qt::NoModifier, Qt::NoScrollPhase, false);
            QCoreApplication::sendEvent(m_view->viewport(), &wheel);
        }
        m_middle = m_view->centre();
    }

    void add(const curriculum::Node& wanted)
    {
        const QString title = text(curriculum::findNodeType(wanted.type)->title);
        const QAbstractItemModel* rows = m_library->model();
        for (int row = 0; row < rows->rowCount(); ++row)
            if (const QModelIndex index = rows->index(row, 0); index.data().toString() == title) {
                m_library->scrollTo(index);
                const QPoint at = m_library->visualRect(index).center();
                QTest::mouseClick(m_library->viewport(), Qt::LeftButton, {}, at);
                QTest::mouseDClick(m_library->viewport(), Qt::LeftButton, {}, at);
            }
        QCoreApplication::processEvents();
        if (m_view->zoom() > 0.36) // the first stage was shown at full size
            zoomOut();
        move(m_window.document().project().nodes.back().id,
            m_middle + QPointF(wanted.x - 500, wanted.y - 500));
        takePaper(text(wanted.title));
    }

    void connect(const curriculum::Project& paper, const curriculum::Edge& edge)
    {
        const curriculum::Project& built = m_window.document().project();
        const auto item = [&](const std::string& id) {
            return m_view->graph()->nodeItem(text(idOf(built, titleOf(paper, id))));
        };
        drag(item(edge.fromNode)->portScenePosition(text(edge.fromPort), true),
            item(edge.toNode)->portScenePosition(text(edge.toPort), false));
    }

private:
    void drag(const QPointF& from, const QPointF& to)
    {
        QWidget* canvas = m_view->viewport();
        const QPoint a = m_view->mapFromScene(from);
        const QPoint b = m_view->mapFromScene(to);
        QVERIFY2(canvas->rect().contains(a) && canvas->rect().contains(b),
            qPrintable(QStringLiteral("%1 %2 to %3 %4").arg(a.x()).arg(a.y()).arg(b.x()).arg(b.y())));
        QTest::mousePress(canvas, Qt::LeftButton, {}, a);
        QTest::mouseMove(canvas, (a + b) / 2);
        QTest::mouseMove(canvas, b);
        QTest::mouseRelease(canvas, Qt::LeftButton, {}, b);
        QCoreApplication::processEvents();
    }

    void move(const std::string& id, const QPointF& to)
    {
        const QPointF grip(widgets::kNodeWidth / 2, 16);
        drag(m_view->graph()->nodeItem(text(id))->pos() + grip, to + grip);
    }

    void takePaper(const QString& stage)
    {
        auto* toggle = m_window.findChild<QToolButton*>(QStringLiteral("presetToggle"));
        auto* combo = m_window.findChild<QComboBox*>(QStringLiteral("presetStage"));
        if (!toggle->isChecked())
            QTest::mouseClick(toggle, Qt::LeftButton);
        QCoreApplication::processEvents();
        const int row = combo->findText(stage);
        QVERIFY2(row >= 0, qPrintable(stage));
        if (combo->currentIndex() != row) {
            QTest::mouseClick(combo, Qt::LeftButton);
            QTRY_VERIFY(combo->view()->isVisible());
            const QModelIndex index = combo->model()->index(row, 0);
            combo->view()->scrollTo(index);
            const QPoint at = combo->view()->visualRect(index).center();
            const auto click = [&] { // a popup ignores the click that follows its opening too fast
                if (combo->view()->isVisible()) {
                    QTest::mouseMove(combo->view()->viewport(), at);
                    QTest::mouseClick(combo->view()->viewport(), Qt::LeftButton, {}, at);
                }
                return combo->currentIndex() == row;
            };
            QTRY_VERIFY(click());
        }
        QTest::mouseClick(m_window.findChild<QPushButton*>(QStringLiteral("takePaper")), Qt::LeftButton);
        QCoreApplication::processEvents();
    }

    pages::MainWindow& m_window;
    widgets::GraphView* m_view;
    QListView* m_library;
    QPointF m_middle; // of the canvas once it is seen whole
};

} // namespace

class TestBuildCurriculum : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withTheKeyboardAlone()
    {
        const QTemporaryDir folder;
        test::StudioBench bench(folder.path());
        pages::MainWindow* window = bench.window.get();
        QVERIFY(QTest::qWaitForWindowActive(window));
        window->showPage(QStringLiteral("design"));
        const curriculum::Project paper = *curriculum::templateProject("paper");
        for (const curriculum::Node& node : paper.nodes) {
            addByKeys(window, node);
            if (QTest::currentTestFailed())
                return;
        }
        for (const curriculum::Edge& edge : paper.edges) {
            connectByKeys(window, window->document().project(), titleOf(paper, edge.fromNode), edge,
                titleOf(paper, edge.toNode));
            if (QTest::currentTestFailed())
                return;
        }
        compareWithTemplate(window->document().project());
        press(window, Qt::Key_F6);
        press(window, Qt::Key_L, Qt::ControlModifier); // laid out, still the same curriculum
        compareWithTemplate(window->document().project());
        std::set<std::pair<double, double>> places;
        for (const curriculum::Node& node : window->document().project().nodes)
            places.insert({ node.x, node.y });
        QCOMPARE(places.size(), paper.nodes.size());
    }

    void withTheMouseAlone()
    {
        const QTemporaryDir folder;
        test::StudioBench bench(folder.path());
        pages::MainWindow* window = bench.window.get();
        QVERIFY(QTest::qWaitForWindowActive(window));
        window->showPage(QStringLiteral("design"));
        Hand hand(*window);
        hand.zoomOut();
        const curriculum::Project paper = *curriculum::templateProject("paper");
        for (const curriculum::Node& node : paper.nodes) {
            hand.add(node);
            if (QTest::currentTestFailed())
                return;
        }
        for (const curriculum::Edge& edge : paper.edges) {
            hand.connect(paper, edge);
            if (QTest::currentTestFailed())
                return;
        }
        compareWithTemplate(window->document().project());
    }
};

QTEST_MAIN(TestBuildCurriculum)
#include "tst_build_curriculum.moc"
