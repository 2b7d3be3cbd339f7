// SPDX-License-Identifier: GPL-3.0-or-later
// The Run page over a run of many points, from the key to the painted curves.
//
//     bench_run_scale make DIR [POINTS]     a run of 40 curves, 10 million points where none are named
//     bench_run_scale measure DIR           opening, moving, spikes and memory beside their limits
//     bench_run_scale ingest DIR [SECONDS]  a run that grows by 50,000 rows a second while the page shows it
#include "app/pages/curve_grid.h"
#include "app/pages/run_page.h"
#include "app/services/run_registry.h"
#include "app/services/run_session.h"
#include "app/services/settings.h"
#include "benchmarks/run_scale_rows.h"
#include "core/base/clock.h"
#include "widgets/plot/curve_card.h"
#include "widgets/plot/custom_plot.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QMouseEvent>
#include <QTemporaryDir>
#include <QTimer>
#include <QWheelEvent>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

using namespace msrl;

namespace {

constexpr int kMoves = 60;
constexpr double kOpenLimit = 1000; // milliseconds
constexpr double kFrameLimit = 16;
constexpr double kAnswerLimit = 50;
constexpr double kMemoryLimit = 300; // MB
constexpr int kRowsPerSecond = 50'000;
constexpr int kLookMs = 5;

// MB, of a line of /proc/self/status.
double memory(const std::string& name)
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.rfind(name + ":", 0) == 0)
            return std::stod(line.substr(name.size() + 1)) / 1024;
    return 0;
}

bool report(const std::string& what, double value, const char* unit, double limit)
{
    const bool kept = value <= limit;
    fmt::print(
        "{:<52} {:8.1f} {:<3} limit {:g} {}   {}\n", what, value, unit, limit, unit, kept ? "ok" : "MISSED");
    return kept;
}

struct Bench
{
    explicit Bench(const QString& run)
        : runs(folder.path(), folder.filePath(QStringLiteral("runs.json")))
        , page({ settings, runs })
        , session(run)
    {
        page.resize(1440, 900);
    }

    QTemporaryDir folder;
    services::Settings settings { folder.filePath(QStringLiteral("settings.json")) };
    services::RunRegistry runs;
    pages::RunPage page;
    services::RunSession session;

    widgets::CurvePlot& plot(std::size_t card) { return *page.grid().cards()[card]->curve(); }
    // Cards that are on the screen and have something to paint.
    std::vector<QCustomPlot*> inSight()
    {
        std::vector<QCustomPlot*> plots;
        for (widgets::CurveCard* card : page.grid().cards())
            if (!card->curve()->plot()->visibleRegion().isEmpty())
                plots.push_back(card->curve()->plot());
        return plots;
    }
};

// From the change until every card in sight has been painted anew.
double frame(Bench& bench, const std::function<void()>& change)
{
    std::vector<QCustomPlot*> waiting = bench.inSight();
    QObject context;
    for (QCustomPlot* plot : waiting)
        QObject::connect(plot, &QCustomPlot::afterReplot, &context, [&, plot] { std::erase(waiting, plot); });
    QElapsedTimer watch;
    watch.start();
    change();
    while (!waiting.empty() && watch.elapsed() < 5000)
        QCoreApplication::processEvents(QEventLoop::AllEvents);
    QCoreApplication::processEvents(); // the pixels, after the replots
    return static_cast<double>(watch.nsecsElapsed()) * 1e-6;
}

std::size_t numPoints(const models::CurveSet& curves)
{
    std::size_t count = 0;
    for (const QString& name : curves.names())
        for (const std::string& source : curves.sources(name.toStdString()))
            for (const models::CurveSegment& segment : curves.segments(name.toStdString(), source))
                count += segment.curve->size();
    return count;
}

double median(std::vector<double> times)
{
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

void sendMouse(QCustomPlot& plot, QEvent::Type type, const QPoint& at)
{
    const Qt::MouseButton button = type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton;
    QMouseEvent event(type, at, plot.mapToGlobal(QPointF(at)), button,
        type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton, Qt::ShiftModifier);
    QCoreApplication::sendEvent(&plot, &event);
}

void sendWheel(QCustomPlot& plot, const QPoint& at, int notches)
{
    QWheelEvent event(at, plot.mapToGlobal(QPointF(at)), {}, { 0, 120 * notches }, Qt::NoButton,
        Qt::ControlModifier, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&plot, &event);
}

bool measureOpening(Bench& bench)
{
    double firstPaint = 0;
    QElapsedTimer watch;
    widgets::CurvePlot& reward = bench.plot(0);
    const QObject here; // what is connected ends with this function
    QObject::connect(reward.plot(), &QCustomPlot::afterReplot, &here, [&] {
        if (firstPaint == 0 && !reward.isEmpty())
            firstPaint = static_cast<double>(watch.nsecsElapsed()) * 1e-6;
    });
    bool whole = false;
    QObject::connect(&bench.session, &services::RunSession::caughtUp, &here, [&] { whole = true; });
    watch.start();
    const std::clock_t busy = std::clock();
    bench.page.setSession(&bench.session);
    bench.page.show();
    bench.session.start();
    while (!whole)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    frame(bench, [&] {
        for (widgets::CurveCard* card : bench.page.grid().cards())
            card->curve()->sourceChanged(card->curve()->seriesNames().value(0));
    });
    const double all = static_cast<double>(watch.nsecsElapsed()) * 1e-6;
    bool good = report("open: first curves painted", firstPaint, "ms", kOpenLimit);
    good &= report("open: the whole run painted", all, "ms", kOpenLimit);
    fmt::print("    {:.0f} ms of it on the processor\n",
        1000.0 * static_cast<double>(std::clock() - busy) / CLOCKS_PER_SEC);
    return good;
}

bool measureMoves(Bench& bench)
{
    QCustomPlot& plot = *bench.plot(0).plot();
    const QPoint centre = plot.axisRect()->rect().center();
    std::vector<double> zooms, pans;
    for (int i = 0; i < kMoves; ++i) // in by 20 notches, out again, three times
        zooms.push_back(frame(bench, [&] { sendWheel(plot, centre, i / 10 % 2 == 0 ? 2 : -2); }));
    for (const int depth : { 0, 4, 8 }) { // the whole width, and parts of it
        for (int i = 0; i < depth; ++i)
            frame(bench, [&] { sendWheel(plot, centre, 2); });
        sendMouse(plot, QEvent::MouseButtonPress, centre);
        for (int i = 1; i <= kMoves / 3; ++i)
            pans.push_back(frame(bench,
                [&] { sendMouse(plot, QEvent::MouseMove, centre + QPoint(i % 2 ? 9 * i : -7 * i, 0)); }));
        sendMouse(plot, QEvent::MouseButtonRelease, centre);
        frame(bench, [&] {
            bench.plot(0).resetZoom();
            Q_EMIT bench.plot(0).zoomLeft();
        });
    }
    const std::string cards = fmt::format("{} cards in sight", bench.inSight().size());
    bool good = report("zoom, median frame, " + cards, median(zooms), "ms", kFrameLimit);
    good &= report("pan, median frame, " + cards, median(pans), "ms", kFrameLimit);
    return good;
}

// The spike reaches the top of the picture, whatever part of the axis is shown: between the steps around it,
// as the axis may end below its tip.
bool spikeIsPainted(widgets::CurvePlot& curve, double before, double after)
{
    curve.bringUpToDate();
    QCustomPlot& plot = *curve.plot();
    const QImage picture = plot.toPixmap(plot.width(), plot.height()).toImage();
    const QRect area = plot.axisRect()->rect();
    const int first = qFloor(plot.xAxis->coordToPixel(before)) - 1;
    const int last = qCeil(plot.xAxis->coordToPixel(after)) + 1;
    for (int i = std::max(area.left(), first); i <= std::min(area.right(), last); ++i)
        if (picture.pixelColor(i, area.top() + area.height() / 6).saturation() > 30)
            return true;
    return false;
}

bool measureSpikes(Bench& bench)
{
    widgets::CurvePlot& curve = bench.plot(0);
    const double whole = curve.xRange().y();
    int shown = 0;
    int missed = 0;
    for (const int step : bench::kSpikes) {
        const double x = bench::minutesOf(step);
        for (double width = 2 * whole; width > whole / 100'000; width /= 1.7) {
            curve.showXRange(x - width / 3, x + 2 * width / 3);
            const bool painted
                = spikeIsPainted(curve, bench::minutesOf(step - 1), bench::minutesOf(step + 1));
            ++(painted ? shown : missed);
            if (!painted)
                fmt::print("    not painted: step {}, {:g} minutes wide\n", step, width);
        }
    }
    curve.resetZoom();
    fmt::print("{:<52} {:8} of {}   {}\n", "one-point spikes painted, at every zoom", shown, shown + missed,
        missed == 0 ? "ok" : "MISSED");
    return missed == 0;
}

int measure(const QString& run)
{
    bool good = true;
    {
        Bench bench(run);
        const double empty = memory("VmRSS");
        good &= measureOpening(bench);
        fmt::print("    {} curves, {} points\n", bench::kNumCurves, numPoints(bench.page.curves()));
        good &= measureMoves(bench);
        good &= measureSpikes(bench);
        good &= report(fmt::format("memory at its most (of it {:.0f} MB before the run)", empty),
            memory("VmHWM"), "MB", kMemoryLimit);
    }
    return good ? 0 : 1;
}

int ingest(const QString& run, int seconds)
{
    const pid_t writer = ::fork(); // before Qt has threads
    if (writer == 0)
        ::_exit(bench::growRun(run.toStdString(), kRowsPerSecond, seconds));
    int argc = 1;
    char name[] = "bench_run_scale";
    char* argv[] = { name, nullptr };
    QApplication application(argc, argv);
    Bench bench(run);
    bench.page.setSession(&bench.session);
    bench.page.show();
    bench.session.start();
    std::vector<double> late;
    QElapsedTimer since;
    QTimer look;
    look.setTimerType(Qt::PreciseTimer);
    QObject::connect(&look, &QTimer::timeout, &bench.page, [&] {
        if (since.isValid())
            late.push_back(std::max(0.0, static_cast<double>(since.nsecsElapsed()) * 1e-6 - kLookMs));
        since.start();
    });
    look.start(kLookMs);
    int status = 0;
    QElapsedTimer watch;
    watch.start();
    while (::waitpid(writer, &status, WNOHANG) == 0)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    const double took = static_cast<double>(watch.elapsed()) / 1000;
    look.stop();
    const std::int64_t written = bench::numRows(run.toStdString());
    const auto shownAtOnce = static_cast<std::int64_t>(numPoints(bench.page.curves()));
    std::sort(late.begin(), late.end());
    fmt::print("{} rows in {:.1f} s, {} rows a second, {} of them not yet shown at the end\n", written, took,
        static_cast<std::int64_t>(static_cast<double>(written) / took), written - shownAtOnce);
    bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    good &= report("answers within, 99 of 100 times", late[late.size() * 99 / 100], "ms", kAnswerLimit);
    good &= report("answers within, always", late.back(), "ms", kAnswerLimit);
    return good ? 0 : 1;
}

} // namespace

int main(int argc, char** argv)
{
    const std::string what = argc > 2 ? argv[1] : "";
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    if (what == "make")
        return bench::makeRun(argv[2], argc > 3 ? std::stoll(argv[3]) : 10'000'000);
    if (what == "ingest")
        return ingest(QString::fromLocal8Bit(argv[2]), argc > 3 ? std::stoi(argv[3]) : 20);
    if (what == "measure") {
        QApplication application(argc, argv);
        widgets::Theme theme(application);
        theme.setMode(widgets::ThemeMode::Light);
        return measure(QString::fromLocal8Bit(argv[2]));
    }
    fmt::print(stderr, "usage: bench_run_scale make DIR [POINTS] | measure DIR | ingest DIR [SECONDS]\n");
    return 2;
}
