// SPDX-License-Identifier: GPL-3.0-or-later
// The Compare page over many runs, from the key to the painted page.
//
//     bench_compare_scale make DIR [RUNS]    a runs folder and a study of as many runs, as engines leave them
//     bench_compare_scale measure DIR        figures beside their limits
#include "app/pages/action_registry.h"
#include "app/pages/compare_page.h"
#include "app/pages/run_comparison.h"
#include "app/services/run_registry.h"
#include "app/services/settings.h"
#include "core/base/clock.h"
#include "core/base/files.h"
#include "core/store/run_folder.h"
#include "core/store/run_store.h"
#include "tests/support/sample_group.h"

#include <QApplication>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

using namespace msrl;
namespace fs = std::filesystem;

namespace {

constexpr int kStages = 12; // of a curriculum
constexpr int kCurves = 20;
constexpr int kSteps = 400; // of each of the two stages that have curves
constexpr double kOpenLimit = 500; // milliseconds
constexpr double kDifferenceLimit = 50;

int fail(const base::Error& error)
{
    fmt::print(stderr, "{}\n", error.message());
    return 1;
}

curriculum::Project projectOf(int run)
{
    curriculum::Project project;
    project.name = "bench";
    project.seed = static_cast<std::uint64_t>(run);
    for (int i = 0; i < kStages; ++i) {
        curriculum::Node node;
        node.id = fmt::format("stage_{}", i);
        node.type = "rl";
        node.title = fmt::format("Stage {}", i);
        node.params = { { "steps", 100 + (run + i) % 7 }, { "beta", 0.01 * (run % 5) } };
        project.nodes.push_back(node);
        if (i > 0)
            project.edges.push_back({ fmt::format("stage_{}", i - 1), "policy", node.id, "policy" });
    }
    return project;
}

base::Status writeRun(const fs::path& folder, int number)
{
    const store::RunFolder run(folder);
    if (base::Status made = base::createFolders(folder); !made)
        return made;
    if (base::Status saved = curriculum::saveProject(projectOf(number), run.projectFile()); !saved)
        return saved;
    base::Result<store::RunStore> rows = store::RunStore::open(run.runDatabase());
    if (!rows)
        return rows.error();
    for (int stage = 0; stage < 2; ++stage) {
        for (int step = 1; step <= kSteps; ++step) {
            for (int curve = 0; curve < kCurves; ++curve) {
                store::MetricRow row;
                row.stage = fmt::format("stage_{}", stage);
                row.step = step;
                row.name = curve == 0 ? "reward" : fmt::format("curve/{}", curve);
                row.value = 0.5 + 0.001 * ((step * 7 + curve * 13 + number) % 100);
                row.timeMs = 1000LL * (stage * kSteps + step);
                if (base::Status put = rows->append(row); !put)
                    return put;
            }
        }
    }
    if (base::Status flushed = rows->flush(); !flushed)
        return flushed;
    store::RunInfo info;
    info.runId = fmt::format("{:016x}", number);
    info.name = "bench";
    info.phase = store::RunPhase::Finished;
    info.createdMs = info.startedMs = 1000LL * number;
    info.endedMs = info.startedMs + 60'000;
    return run.writeInfo(info);
}

int make(const fs::path& folder, int runs)
{
    for (int number = 1; number <= runs; ++number) {
        if (base::Status written = writeRun(folder / "runs" / fmt::format("bench-{:03}", number), number);
            !written)
            return fail(written.error());
    }
    constexpr int kSeeds = 10;
    if (base::Status written = tests::writeLargeGroup(folder / "study", runs / kSeeds, kSeeds); !written)
        return fail(written.error());
    fmt::print("{} runs with {} points each, and a study of {} runs\n", runs, 2 * kSteps * kCurves,
        runs / kSeeds * kSeeds);
    return 0;
}

struct Time
{
    double wall = 0; // milliseconds
    double own = 0; // of this process on a core: what other work on the machine does not change
};

double ownSeconds()
{
    timespec now {};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// Until everything that follows from `what` is done and painted.
Time measured(const std::function<void()>& what)
{
    const double begin = base::monotonicSeconds();
    const double own = ownSeconds();
    what();
    QCoreApplication::processEvents();
    QCoreApplication::sendPostedEvents();
    return { 1000 * (base::monotonicSeconds() - begin), 1000 * (ownSeconds() - own) };
}

void report(const std::string& what, std::vector<Time> times, double limit)
{
    std::sort(times.begin(), times.end(), [](const Time& a, const Time& b) { return a.wall < b.wall; });
    const Time& median = times[times.size() / 2];
    fmt::print("{:<44} median {:>6.1f} ms (on a core {:>6.1f}), worst {:>6.1f} ms; limit {:>3.0f} ms ({})\n",
        what, median.wall, median.own, times.back().wall, limit, times.size());
}

// A studio with this runs folder.
struct Bench
{
    explicit Bench(const fs::path& runsFolder)
        : runs(QString::fromStdString(runsFolder.string()), folder.path() + QStringLiteral("/runs.json"))
        , page({ settings, runs })
    {
        page.registerActions(actions);
        page.resize(1500, 950);
    }

    QTreeWidget* list() { return page.findChild<QTreeWidget*>(QStringLiteral("compareList")); }

    QTemporaryDir folder;
    services::Settings settings { folder.path() + QStringLiteral("/settings.json") };
    services::RunRegistry runs;
    pages::ActionRegistry actions;
    pages::ComparePage page;
};

void toggle(QTreeWidget* list, int row)
{
    list->setCurrentItem(list->topLevelItem(row));
    QTest::keyClick(list, Qt::Key_Space);
}

int measure(const fs::path& folder)
{
    constexpr int kRounds = 5;
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    std::vector<Time> open, study, difference, curves;
    for (int round = 0; round < kRounds; ++round) {
        std::unique_ptr<Bench> bench;
        open.push_back(measured([&] {
            bench = std::make_unique<Bench>(folder / "runs");
            bench->page.show();
            bench->page.activated();
        }));
        QTreeWidget* list = bench->list();
        const int runs = list->topLevelItemCount();
        fmt::print("{} runs listed\n", runs);
        for (int row = 0; row < 2; ++row)
            toggle(list, row); // away with the first two
        for (int i = 0; i < 20; ++i) {
            const int row = 2 + (i * 37) % (runs - 3);
            toggle(list, row);
            const Time whole = measured([&] { toggle(list, row + 1); });
            curves.push_back(whole);
            difference.push_back(measured([&] {
                std::vector<models::ConfiguredRun> configured;
                for (const QString& path : bench->page.comparison().checkedRuns()) {
                    auto project
                        = curriculum::loadProject(store::RunFolder(path.toStdString()).projectFile());
                    configured.push_back({ path, *std::move(project) });
                }
                models::RunDifferencesModel model;
                model.setRuns(configured);
                if (model.numDifferences() == 0)
                    fmt::print("no difference was found\n");
            }));
            toggle(list, row);
            toggle(list, row + 1);
        }
        bench = nullptr;
        study.push_back(measured([&] {
            bench = std::make_unique<Bench>(folder);
            bench->page.show();
            bench->page.activated();
        }));
        fmt::print("a study with {} rows\n", bench->page.study().table().rowCount());
    }
    report("open with the runs, list and two runs' curves", open, kOpenLimit);
    report("open with the study, table, plot, members", study, kOpenLimit);
    report("difference of two configurations", difference, kDifferenceLimit);
    report("check a second run: curves and difference", curves, kDifferenceLimit);
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    const std::string what = argc > 2 ? argv[1] : "";
    if (what == "make")
        return make(argv[2], argc > 3 ? std::stoi(argv[3]) : 200);
    if (what == "measure") {
        QApplication app(argc, argv);
        return measure(argv[2]);
    }
    fmt::print(stderr, "usage: bench_compare_scale make DIR [RUNS] | measure DIR\n");
    return 2;
}
