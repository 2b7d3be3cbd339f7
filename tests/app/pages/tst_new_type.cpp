// SPDX-License-Identifier: GPL-3.0-or-later
// A stage type that app/ has never heard of: the table alone makes it appear in library, canvas, inspector
// and file, in the person's language.
#include "app/models/launch_options.h"
#include "app/models/table_text.h"
#include "app/pages/design_page.h"
#include "app/pages/window_header.h"
#include "app/services/run_session.h"
#include "core/curriculum/field_builders.h"
#include "core/curriculum/nodes/nodes.h"
#include "studio_bench.h"
#include "widgets/feedback/labels.h"
#include "widgets/form/form_row.h"
#include "widgets/form/form_view.h"
#include "widgets/graph/graph_scene.h"
#include "widgets/graph/node_item.h"

#include <QLineEdit>
#include <QListView>
#include <QTranslator>

#include <set>

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

// Every text of the tables in quotes.
class Quoting : public QTranslator
{
public:
    QString translate(const char* context, const char* text, const char*, int) const override
    {
        return qstrcmp(context, models::kTableContext) == 0
            ? QStringLiteral("‹%1›").arg(QString::fromUtf8(text))
            : QString();
    }
    bool isEmpty() const override { return false; }
};

// Whether the text was translated, and is one of those that translators are given.
bool isTranslated(const QString& shown)
{
    static const std::set<std::string> known = [] {
        const std::vector<std::string> all = models::tableTexts();
        return std::set<std::string>(all.begin(), all.end());
    }();
    return shown.isEmpty()
        || (shown.startsWith(QChar(0x2039)) && shown.endsWith(QChar(0x203A))
            && known.count(shown.mid(1, shown.size() - 2).toStdString()) == 1);
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

    void theTablesTextsAreTranslatedWhereTheyAreShown()
    {
        Quoting quoting;
        QVERIFY(QCoreApplication::installTranslator(&quoting));
        const QTemporaryDir folder;
        services::RunSession session(folder.filePath(QStringLiteral("run")));
        pages::WindowHeader header;
        header.showRun(&session);
        const QString state = header.findChild<widgets::StateLabel*>()->word();
        QVERIFY2(!state.isEmpty() && isTranslated(state), qPrintable(state));
        test::StudioBench bench(folder.path());
        pages::MainWindow* window = bench.window.get();
        curriculum::Project project;
        for (const curriculum::NodeTypeSpec& type : curriculum::nodeTypes()) {
            project.nodes.emplace_back();
            project.nodes.back().id = project.nodes.back().type = type.type;
        }
        window->document().reset(project);
        window->showPage(QStringLiteral("design"));
        const auto* library = window->findChild<QListView*>(QStringLiteral("libraryList"))->model();
        for (int row = 0; row < library->rowCount(); ++row)
            for (const int role : { Qt::DisplayRole, Qt::ToolTipRole })
                QVERIFY(isTranslated(library->index(row, 0).data(role).toString()));
        for (const auto& [id, title] : models::lastNodes(project)) {
            QVERIFY2(isTranslated(title), qPrintable(title));
            QVERIFY2(!curriculum::traitsOf(id.toStdString()).stored, qPrintable(id)); // nothing to end with
        }
        auto* scene = window->findChild<widgets::GraphScene*>();
        auto* form = window->findChild<widgets::FormView*>();
        for (const curriculum::NodeTypeSpec& type : curriculum::nodeTypes()) {
            const QString id = QString::fromStdString(type.type);
            const widgets::GraphNode& shown = scene->nodeItem(id)->node();
            QVERIFY2(isTranslated(shown.title), qPrintable(shown.title));
            for (const widgets::GraphPort& port : shown.inputs + shown.outputs)
                for (const QString& text : { port.label, port.help, port.typeName })
                    QVERIFY2(isTranslated(text), qPrintable(text));
            scene->select({ id });
            for (const curriculum::FieldSpec& field : type.fields) {
                const widgets::FormRow* row = form->row(QString::fromStdString(field.name));
                QVERIFY2(row, field.name.c_str());
                const widgets::FormField& given = row->field();
                QCOMPARE(given.choiceLabels.size(), given.choices.size());
                for (const QString& text :
                    QStringList { given.label, given.section, given.help, given.unit } + given.choiceLabels)
                    QVERIFY2(isTranslated(text), qPrintable(text));
                QVERIFY(!isTranslated(given.name)); // what is written into the file stays
            }
        }
    }
};

QTEST_MAIN(TestNewType)
#include "tst_new_type.moc"
