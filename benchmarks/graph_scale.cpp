// SPDX-License-Identifier: GPL-3.0-or-later
// The Design page over a graph of many stages: opening the file, and the time from a hand's movement to the
// painted frame.
//
//     QT_QPA_PLATFORM=offscreen bench_graph_scale [STAGES]     300 where none are named
#include "app/models/project_document.h"
#include "app/pages/design_page.h"
#include "app/services/run_registry.h"
#include "app/services/settings.h"
#include "core/base/clock.h"
#include "core/curriculum/project.h"
#include "widgets/graph/graph_scene.h"
#include "widgets/graph/graph_view.h"
#include "widgets/graph/node_item.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QMouseEvent>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

using namespace msrl;

namespace {

constexpr int kFrames = 60;
constexpr int kOpenings = 9;
constexpr double kOpenLimit = 200; // milliseconds
constexpr double kFrameLimit = 16;
constexpr int kColumns = 20;

// Chains of training stages, each with a dataset of its own and a replay of the chain's first.
curriculum::Project projectOf(int stages)
{
    curriculum::Project project;
    project.name = "bench";
    for (int i = 0; i < stages; ++i) {
        curriculum::Node node;
        node.id = fmt::format("stage_{}", i);
        const bool isData = i % 2 == 0;
        node.type = isData ? "dataset" : "rl";
        node.title = fmt::format("{} {}", isData ? "Pairs" : "Stage", i);
        if (isData)
            node.params = { { "path", fmt::format("data/{}.jsonl", i) } };
        else
            node.params = { { "steps", 100 + i }, { "lr", 1e-6 * (1 + i) } };
        node.x = 272.0 * (i % kColumns);
        node.y = 184.0 * (i / kColumns);
        project.nodes.push_back(node);
        if (isData)
            continue;
        project.edges.push_back({ fmt::format("stage_{}", i - 1), "samples", node.id, "preferences" });
        if (i >= 3)
            project.edges.push_back({ fmt::format("stage_{}", i - 2), "policy", node.id, "policy" });
        if (i >= 3 && i % 4 == 3)
            project.edges.push_back({ fmt::format("stage_{}", i - 3), "samples", node.id, "replay" });
    }
    return project;
}

double median(std::vector<double> times)
{
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

double milliseconds(const std::function<void()>& work)
{
    const double begin = base::monotonicSeconds();
    work();
    return (base::monotonicSeconds() - begin) * 1000;
}

// Every frame: the step, what Qt queued because of it, and the painting of all that it made dirty.
double medianFrame(widgets::GraphView& view, const std::function<void(int)>& step)
{
    std::vector<double> times;
    for (int i = 0; i < kFrames; ++i)
        times.push_back(milliseconds([&] {
            step(i);
            QCoreApplication::processEvents();
            QCoreApplication::sendPostedEvents(nullptr, 0);
        }));
    static_cast<void>(view);
    return median(times);
}

bool report(const std::string& what, double time, double limit)
{
    fmt::print(
        "{:<34} {:8.2f} ms   limit {:g} ms   {}\n", what, time, limit, time <= limit ? "ok" : "MISSED");
    return time <= limit;
}

void moveMouse(widgets::GraphView& view, QEvent::Type type, const QPoint& at, Qt::MouseButtons held)
{
    const Qt::MouseButton button = type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton;
    QMouseEvent event(type, at, view.viewport()->mapToGlobal(QPointF(at)), button, held, Qt::NoModifier);
    QCoreApplication::sendEvent(view.viewport(), &event);
}

bool measureMovements(widgets::GraphView& view, const std::string& scale)
{
    bool good = true;
    const QPoint ground(view.viewport()->width() / 2, view.viewport()->height() / 2);
    view.setFocus();
    const QString held = view.graph()->selectedNodes().value(0, QStringLiteral("stage_1"));
    view.graph()->select({});
    QMouseEvent middle(QEvent::MouseButtonPress, ground, view.viewport()->mapToGlobal(QPointF(ground)),
        Qt::MiddleButton, Qt::MiddleButton, Qt::NoModifier);
    QCoreApplication::sendEvent(view.viewport(), &middle);
    good &= report("pan, " + scale,
        medianFrame(view,
            [&](int i) {
                const QPoint at = ground + QPoint(i % 2 ? 7 * (i % 20) : -5 * (i % 20), 3 * (i % 20));
                moveMouse(view, QEvent::MouseMove, at, Qt::MiddleButton);
            }),
        kFrameLimit);
    QMouseEvent up(QEvent::MouseButtonRelease, ground, view.viewport()->mapToGlobal(QPointF(ground)),
        Qt::MiddleButton, Qt::NoButton, Qt::NoModifier);
    QCoreApplication::sendEvent(view.viewport(), &up);
    const QTransform kept = view.transform();
    good &= report("zoom, " + scale,
        medianFrame(view,
            [&](int i) {
                QWheelEvent wheel(ground, view.viewport()->mapToGlobal(QPointF(ground)), {},
                    { 0, i % 2 ? 120 : -120 }, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
                QCoreApplication::sendEvent(view.viewport(), &wheel);
            }),
        kFrameLimit);
    view.setTransform(kept);
    view.reveal(held);
    QCoreApplication::processEvents();
    const QPoint grip = view.mapFromScene(view.graph()->nodeItem(held)->pos() + QPointF(100, 16));
    moveMouse(view, QEvent::MouseButtonPress, grip, Qt::LeftButton);
    good &= report("drag a stage, " + scale,
        medianFrame(view,
            [&](int i) {
                moveMouse(view, QEvent::MouseMove, grip + QPoint(9 * (i % 12), 5 * (i % 9)), Qt::LeftButton);
            }),
        kFrameLimit);
    const double dropped = milliseconds([&] {
        moveMouse(view, QEvent::MouseButtonRelease, grip + QPoint(9, 5), Qt::NoButton);
        QCoreApplication::processEvents();
    });
    fmt::print("{:<34} {:8.2f} ms\n", "let go (edges find their way), " + scale, dropped);
    return good;
}

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    widgets::Theme theme(application);
    theme.setMode(widgets::ThemeMode::Light);
    const int stages = argc > 1 ? std::atoi(argv[1]) : 300;
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("bench.msrl"));
    if (const base::Status saved = curriculum::saveProject(projectOf(stages), file.toStdString()); !saved) {
        fmt::print(stderr, "{}\n", saved.error().message());
        return 1;
    }
    services::Settings settings(folder.filePath(QStringLiteral("settings.json")));
    services::RunRegistry runs(folder.path(), folder.filePath(QStringLiteral("runs.json")));
    models::ProjectDocument document;
    pages::DesignPage page({ settings, runs });
    page.setProject(document);
    page.resize(1440, 850);
    page.show();
    QCoreApplication::processEvents();
    auto* view = page.findChild<widgets::GraphView*>();
    std::vector<double> openings;
    for (int i = 0; i < kOpenings; ++i) {
        document.reset({});
        QCoreApplication::processEvents();
        openings.push_back(milliseconds([&] {
            if (!document.open(file))
                std::abort();
            QCoreApplication::processEvents();
            view->viewport()->repaint();
        }));
    }
    fmt::print("{} stages, {} edges\n", stages, document.project().edges.size());
    bool good = report("open the file, painted", median(openings), kOpenLimit);
    view->fit();
    QCoreApplication::processEvents();
    good &= measureMovements(*view, "all in sight");
    view->resetZoom();
    good &= measureMovements(*view, "full size");
    return good ? 0 : 1;
}
