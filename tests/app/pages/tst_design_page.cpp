// SPDX-License-Identifier: GPL-3.0-or-later
// The Design page with real keys over a project of its own.
#include "app/models/project_document.h"
#include "app/pages/design_page.h"
#include "app/services/run_registry.h"
#include "app/services/settings.h"
#include "widgets/graph/graph_scene.h"

#include <QDoubleSpinBox>
#include <QListView>
#include <QTemporaryDir>
#include <QTest>

using namespace msrl;

namespace {

curriculum::Node node(const char* id, const char* type)
{
    curriculum::Node made;
    made.id = id;
    made.type = type;
    return made;
}

} // namespace

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
