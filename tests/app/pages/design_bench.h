// SPDX-License-Identifier: GPL-3.0-or-later
// The Design page over a project of three stages, with its actions and settings of its own.
#pragma once

#include "app/models/project_document.h"
#include "app/pages/action_registry.h"
#include "app/pages/design_page.h"
#include "app/services/run_registry.h"
#include "app/services/settings.h"
#include "widgets/graph/graph_scene.h"
#include "widgets/graph/graph_view.h"

#include <QTemporaryDir>
#include <QTest>

namespace msrl::test {

inline curriculum::Node node(const char* id, const char* type)
{
    curriculum::Node made;
    made.id = id;
    made.type = type;
    return made;
}

// The page over a project, shown and with the keyboard on the canvas.
struct Bench
{
    explicit Bench(const curriculum::Project& project)
        : settings(folder.filePath(QStringLiteral("settings.json")))
        , runs(folder.path(), folder.filePath(QStringLiteral("runs.json")))
        , page({ settings, runs })
        , view(*page.findChild<widgets::GraphView*>())
    {
        document.restore(project, {});
        page.registerActions(actions);
        page.setProject(document);
        page.resize(1300, 800);
        page.show();
        if (!QTest::qWaitForWindowActive(&page))
            qFatal("the page does not become active");
        page.activated();
        QCoreApplication::processEvents();
        view.resetZoom();
        view.centerOn(300, 200);
    }

    ~Bench() { page.close(); } // what is half typed is kept, as when a person closes the window

    const curriculum::Node& node(const char* id) const { return *document.project().node(id); }

    void drag(const QPointF& from, const QPointF& to)
    {
        QWidget* canvas = view.viewport();
        const QPoint a = view.mapFromScene(from);
        const QPoint b = view.mapFromScene(to);
        QTest::mousePress(canvas, Qt::LeftButton, {}, a);
        QTest::mouseMove(canvas, (a + b) / 2);
        QTest::mouseMove(canvas, b);
        QTest::mouseRelease(canvas, Qt::LeftButton, {}, b);
        QCoreApplication::processEvents();
    }

    QTemporaryDir folder;
    services::Settings settings;
    services::RunRegistry runs;
    models::ProjectDocument document;
    pages::ActionRegistry actions;
    pages::DesignPage page;
    widgets::GraphView& view;
};

inline curriculum::Node placed(const char* id, const char* type, double x, double y)
{
    curriculum::Node made = node(id, type);
    made.x = x;
    made.y = y;
    return made;
}

inline curriculum::Project threeStages()
{
    curriculum::Project project;
    project.nodes
        = { placed("a", "dataset", 0, 0), placed("b", "rl", 272, 0), placed("far", "rl", 272, 320) };
    project.edges = { { "a", "samples", "b", "preferences" } };
    return project;
}

} // namespace msrl::test
