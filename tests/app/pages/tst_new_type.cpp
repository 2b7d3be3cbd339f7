// SPDX-License-Identifier: GPL-3.0-or-later
// A stage type that app/ has never heard of: the table alone makes it appear in library, canvas, inspector
// and file.
#include "app/pages/design_page.h"
#include "core/curriculum/field_builders.h"
#include "core/curriculum/nodes/nodes.h"
#include "studio_bench.h"
#include "widgets/form/form_row.h"
#include "widgets/form/form_view.h"
#include "widgets/graph/graph_scene.h"
#include "widgets/graph/node_item.h"

#include <QLineEdit>
#include <QListView>

using namespace msrl;

namespace {

curriculum::NodeTypeSpec mergeNode()
{
    using namespace curriculum;
    NodeTypeSpec spec;
    spec.type = "merge";
    spec.title = "Merge policies";
    spec.icon = "merge";
    spec.summary = "The mean of two policies' weights.";
    spec.inputs = { { "first", "First", { PortType::Policy }, {}, true, false, "One policy." },
        { "second", "Second", { PortType::Policy }, {}, true, false, "The other." } };
    spec.outputs = { { "policy", "Merged", { PortType::Policy }, {}, false, false, "The mean." } };
    addSection(spec.fields, "Mean",
        { realField({ "weight", "Weight of the first", "Share of the first policy.", "share" }, 0.5, 0, 1),
            choiceField({ "space", "Space", "Where the mean is taken." }, { "weights", "logits" }) });
    spec.headline = { "weight" };
    return spec;
}

} // namespace

class TestNewType : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theTableIsEnough()
    {
        curriculum::addNodeType(mergeNode());
        const QTemporaryDir folder;
        test::StudioBench bench(folder.path());
        pages::MainWindow* window = bench.window.get();
        QVERIFY(QTest::qWaitForWindowActive(window));
        window->showPage(QStringLiteral("design"));
        test::press(window, Qt::Key_F, Qt::ControlModifier);
        test::type(window, QStringLiteral("merge"));
        auto* library = window->findChild<QListView*>(QStringLiteral("libraryList"));
        QCOMPARE(library->model()->rowCount(), 1);
        QCOMPARE(library->model()->index(0, 0).data().toString(), QStringLiteral("Merge policies"));
        test::press(window, Qt::Key_Return);
        const curriculum::Project& project = window->document().project();
        QCOMPARE(project.nodes.size(), std::size_t { 1 });
        const auto* item = window->findChild<widgets::GraphScene*>()->nodeItem(QStringLiteral("merge"));
        QVERIFY(item);
        QCOMPARE(item->node().inputs.size(), 2);
        QCOMPARE(item->node().outputs.value(0).label, QStringLiteral("Merged"));
        // In the inspector with its unit, limits and choices; typed like any other.
        auto* form = window->findChild<widgets::FormView*>();
        const widgets::FormRow* row = form->row(QStringLiteral("weight"));
        QVERIFY(row && row->isVisible());
        QCOMPARE(row->field().unit, QStringLiteral("share"));
        QCOMPARE(row->field().maximum, std::optional<double>(1.0));
        QCOMPARE(form->row(QStringLiteral("space"))->field().choices.size(), 2);
        QVERIFY(form->focusField(QStringLiteral("weight")));
        test::press(window, Qt::Key_A, Qt::ControlModifier);
        test::type(window, QStringLiteral("0.25"));
        test::press(window, Qt::Key_Return);
        QCOMPARE(project.nodes.front().params["weight"].get<double>(), 0.25);
        QCOMPARE(window->document().numErrors(), 2); // both inputs are open
        const auto again = curriculum::parseProject(window->document().text(), "again");
        QVERIFY(again.ok());
        QCOMPARE(*again, project);
    }
};

QTEST_MAIN(TestNewType)
#include "tst_new_type.moc"
