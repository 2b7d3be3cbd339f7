// SPDX-License-Identifier: GPL-3.0-or-later
// The Audit page over a large set, from the key to the painted page.
//
//     bench_audit_scale make RUN [ITEMS] [PATHS]    writes the set as an engine does, and says how fast
//     bench_audit_scale measure RUN [--cold]        figures beside their limits; --cold: run.db is not in
//     memory
//
// Decisions are written to the run's audit.db, which is deleted first.
#include "app/pages/action_registry.h"
#include "app/pages/audit_page.h"
#include "app/pages/decision_bar.h"
#include "app/pages/queue_facet_panel.h"
#include "app/services/run_registry.h"
#include "app/services/settings.h"
#include "benchmarks/audit_text.h"
#include "core/base/clock.h"
#include "core/store/run_folder.h"
#include "core/store/run_store.h"

#include <QApplication>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>

using namespace msrl;
namespace fs = std::filesystem;

namespace {

constexpr int kBulk = 50'000;

int fail(const base::Error& error)
{
    fmt::print(stderr, "{}\n", error.message());
    return 1;
}

int make(const fs::path& folder, int items, int paths)
{
    auto claim = store::claimRunFolder(folder, {});
    if (!claim)
        return fail(claim.error());
    store::RunInfo info = claim->info();
    info.phase = store::RunPhase::AwaitingAudit;
    if (auto told = claim->update(info); !told)
        return fail(told.error());
    auto run = store::RunStore::open(store::RunFolder(folder).runDatabase());
    if (!run)
        return fail(run.error());
    store::StageRow stage;
    stage.stage = stage.nodeId = "cmkd";
    stage.nodeType = "cmkd";
    stage.title = "2b CMKD";
    stage.state = store::StageState::Done;
    stage.step = stage.total = items;
    if (auto put = run->putStage(stage); !put)
        return fail(put.error());
    bench::CandidateMaker maker;
    double writing = 0;
    for (int i = 0; i < items; ++i) {
        const store::CandidateRow row = maker.make(i, paths);
        const double begin = base::monotonicSeconds();
        if (auto written = run->append(row); !written)
            return fail(written.error());
        writing += base::monotonicSeconds() - begin;
    }
    const double begin = base::monotonicSeconds();
    if (auto flushed = run->flush(); !flushed)
        return fail(flushed.error());
    writing += base::monotonicSeconds() - begin;
    fmt::print("{} items with {} paths written in {:.1f} s: {:.0f} items/s, run.db {:.2f} GB\n", items, paths,
        writing, items / writing,
        static_cast<double>(fs::file_size(store::RunFolder(folder).runDatabase())) / 1e9);
    return 0;
}

// Takes the file out of the operating system's memory, as far as it allows.
void forget(const fs::path& file)
{
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    ::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    ::close(fd);
}

double megabytes(const char* field)
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(field))
            return std::stod(line.substr(line.find(':') + 1)) / 1024;
    }
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
    const auto worst = [&](double Time::*part) {
        double most = 0;
        for (const Time& time : times)
            most = std::max(most, time.*part);
        return most;
    };
    const auto median = [&](double Time::*part) {
        std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2),
            times.end(), [part](const Time& a, const Time& b) { return a.*part < b.*part; });
        return times[times.size() / 2].*part;
    };
    fmt::print("{:<42} median {:>7.1f} ms, worst {:>7.1f} ms; on a core {:>6.1f}, {:>6.1f} ms; limit "
               "{:>4.0f} ms ({})\n",
        what, median(&Time::wall), worst(&Time::wall), median(&Time::own), worst(&Time::own), limit,
        times.size());
}

class Bench
{
public:
    Bench(const fs::path& run, bool cold)
        : m_run(run)
        , m_cold(cold)
    {
        m_settings.edit([](services::SettingsData& data) { data.auditor = QStringLiteral("Ada"); });
        m_page = std::make_unique<pages::AuditPage>(pages::PageContext { m_settings, m_runs });
        m_page->registerActions(m_actions);
        m_page->resize(1500, 950);
        m_page->show();
        QCoreApplication::processEvents();
    }
    ~Bench() { m_page->setSession(nullptr); }

    void open()
    {
        if (m_cold)
            forget(m_run / "run.db");
        const double before = megabytes("VmRSS");
        const Time time = measured([&] {
            m_session = std::make_unique<services::RunSession>(QString::fromStdString(m_run.string()));
            m_page->setSession(m_session.get());
            m_session->start();
            while (m_page->queue().numItems() == 0 || m_page->current().empty())
                QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 5);
        });
        report("open", { time }, 1000);
        fmt::print("{:<34} {:.0f} MB of which the set {:.0f} MB, limit 400 MB\n", "memory after opening",
            megabytes("VmRSS"), megabytes("VmRSS") - before);
    }

    void facets()
    {
        std::vector<Time> times;
        for (QToolButton* chip : m_page->findChild<pages::QueueFacetPanel*>()->findChildren<QToolButton*>()) {
            if (chip->property("kind") != QLatin1String("chip") || !chip->isEnabled() || !chip->isVisible())
                continue;
            for (int press = 0; press < 2; ++press)
                times.push_back(measured([&] { chip->click(); }));
        }
        report("facet change", times, 150);
    }

    void next()
    {
        m_page->activated();
        std::vector<Time> times, far;
        for (int i = 0; i < 200; ++i)
            times.push_back(measured([&] { key(Qt::Key_J); }));
        report("next item", times, 50);
        QListView* list = m_page->findChild<QListView*>();
        if (m_cold)
            forget(m_run / "run.db");
        for (int i = 1; i <= 100; ++i) {
            const int row = static_cast<int>(i * 7919LL * 31 % m_page->queue().rowCount());
            far.push_back(measured([&] { list->setCurrentIndex(m_page->queue().index(row)); }));
        }
        report("an item far away", far, 50);
        std::vector<Time> decide;
        for (int i = 0; i < 100; ++i)
            decide.push_back(measured([&] { key(Qt::Key_R); }));
        report("reject, and the next undecided", decide, 50);
    }

    void search()
    {
        const bench::CandidateMaker words;
        auto* line = m_page->findChild<QLineEdit*>(QStringLiteral("queueSearch"));
        const std::string common = words.word(20);
        const std::vector<std::pair<const char*, std::string>> queries { { "commonest word", words.word(0) },
            { "common word", common }, { "rare word", words.word(35'000) },
            { "three words", common + " " + words.word(900) + " " + words.word(5'000) },
            { "two letters", "ba" }, { "one id", "llava-critic/0004242" }, { "nothing", "xyzzyx" } };
        if (m_cold)
            forget(m_run / "run.db");
        for (const auto& [name, text] : queries) {
            line->setText(QString::fromStdString(text));
            const Time time = measured([&] { QTest::keyClick(line, Qt::Key_Return); });
            report(fmt::format("search, {} ({})", name, m_page->queue().rowCount()), { time }, 200);
        }
        line->clear();
        QTest::keyClick(line, Qt::Key_Return);
    }

    void quality()
    {
        std::vector<Time> times;
        for (int i = 0; i < 3; ++i) {
            times.push_back(measured([&] { m_page->showQuality(true); }));
            m_page->showQuality(false);
        }
        report("quality view", times, 1000);
    }

    void bulk()
    {
        std::vector<std::int64_t> undecided;
        for (const models::QueueItem& item : m_page->queue().items()) {
            if (item.summary.chosen >= 0 && item.opinions.empty()
                && undecided.size() < static_cast<std::size_t>(kBulk))
                undecided.push_back(item.summary.rowid);
        }
        models::QueueFilter filter;
        filter.sample.emplace(std::move(undecided));
        const auto count = filter.sample->size();
        m_page->queue().setFilter(filter);
        auto* bar = m_page->findChild<pages::DecisionBar*>();
        const Time ask = measured([&] { Q_EMIT bar->acted(pages::AuditAct::AcceptShown); });
        auto* confirm = bar->findChild<QPushButton*>(QStringLiteral("bulkConfirm"));
        const Time decide = measured([&] { confirm->click(); });
        const int accepted = m_page->queue().numWithStatus(models::ItemStatus::Accepted);
        const Time undo = measured([&] { m_page->activated(), key(Qt::Key_Z); });
        report(fmt::format("preview of {} decisions", count), { ask }, 1000);
        report(fmt::format("decide about {} at once", accepted), { decide }, 1000);
        report("undo of them", { undo }, 1000);
        if (m_page->queue().numWithStatus(models::ItemStatus::Accepted) != 0)
            fmt::print("the undo left decisions behind\n");
        m_page->queue().setFilter({});
    }

private:
    void key(Qt::Key key)
    {
        QWidget* target = m_page->focusWidget() ? m_page->focusWidget() : m_page.get();
        QTest::keyClick(target, key);
    }

    fs::path m_run;
    bool m_cold;
    QTemporaryDir m_folder;
    services::Settings m_settings { m_folder.path() + QStringLiteral("/settings.json") };
    services::RunRegistry m_runs { m_folder.path(), m_folder.path() + QStringLiteral("/runs.json") };
    pages::ActionRegistry m_actions;
    std::unique_ptr<services::RunSession> m_session;
    std::unique_ptr<pages::AuditPage> m_page;
};

int measure(const fs::path& run, bool cold)
{
    for (const char* ending : { "", "-wal", "-shm" })
        fs::remove(run / (std::string("audit.db") + ending));
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    fmt::print("studio without a run: {:.0f} MB\n", megabytes("VmRSS"));
    Bench bench(run, cold);
    bench.open();
    bench.facets();
    bench.next();
    bench.search();
    bench.quality();
    bench.bulk();
    fmt::print("{:<34} {:.0f} MB, limit 400 MB\n", "memory at the highest", megabytes("VmHWM"));
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    const std::string what = argc > 2 ? argv[1] : "";
    if (what == "make")
        return make(argv[2], argc > 3 ? std::stoi(argv[3]) : 100'000, argc > 4 ? std::stoi(argv[4]) : 16);
    if (what == "measure") {
        QApplication app(argc, argv);
        return measure(argv[2], argc > 3 && std::string(argv[3]) == "--cold");
    }
    fmt::print(stderr, "usage: bench_audit_scale make RUN [ITEMS] [PATHS] | measure RUN [--cold]\n");
    return 2;
}
