// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/device/device.h"
#include "engine/device/workers.h"

#include <ATen/Parallel.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <barrier>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>

namespace msrl::device {
namespace {

TEST(Workers, runAllTasksAtOnceOnThreadsOfTheirOwn)
{
    const int before = at::get_num_threads();
    for (int count : { 2, 3, 2, 5 }) {
        std::barrier meeting(count); // nobody passes unless all are there
        std::vector<std::thread::id> threads(static_cast<std::size_t>(count));
        std::vector<int> perOperation(threads.size());
        runWorkers(count, [&](int worker) {
            meeting.arrive_and_wait();
            threads[static_cast<std::size_t>(worker)] = std::this_thread::get_id();
            perOperation[static_cast<std::size_t>(worker)] = at::get_num_threads();
        });
        EXPECT_EQ(std::set(threads.begin(), threads.end()).size(), threads.size());
        EXPECT_EQ(threads.front(), std::this_thread::get_id());
        EXPECT_EQ(perOperation, std::vector<int>(threads.size(), 1));
        EXPECT_EQ(at::get_num_threads(), before);
    }
}

TEST(Workers, runInlineWhenAloneOrInsideATask)
{
    const auto self = std::this_thread::get_id();
    runWorkers(1, [&](int) { EXPECT_EQ(std::this_thread::get_id(), self); });
    std::vector<std::vector<int>> inner(2);
    runWorkers(2, [&](int outer) {
        const auto thread = std::this_thread::get_id();
        runWorkers(3, [&](int worker) {
            EXPECT_EQ(std::this_thread::get_id(), thread);
            inner[static_cast<std::size_t>(outer)].push_back(worker);
        });
    });
    EXPECT_EQ(inner, (std::vector<std::vector<int>>(2, { 0, 1, 2 })));
}

TEST(Workers, throwTheFaultOfTheLowestNumberAndGoOn)
{
    for (int repeat = 0; repeat < 20; ++repeat) {
        try {
            runWorkers(4, [](int worker) {
                if (worker > 0)
                    throw std::runtime_error(std::to_string(worker));
            });
            FAIL() << "no exception";
        } catch (const std::runtime_error& fault) {
            EXPECT_STREQ(fault.what(), "1");
        }
    }
    std::vector<int> done(4, 0);
    runWorkers(4, [&](int worker) { done[static_cast<std::size_t>(worker)] = 1; });
    EXPECT_EQ(done, std::vector<int>(4, 1));
}

TEST(Workers, leaveTheThreadsOfTheCallerAsTheyWere)
{
    at::set_num_threads(2);
    {
        const OneThreadPerOperation one(true);
        EXPECT_EQ(at::get_num_threads(), 1);
        runWorkers(2, [](int) {});
        EXPECT_EQ(at::get_num_threads(), 1);
    }
    EXPECT_EQ(at::get_num_threads(), 2);
    const OneThreadPerOperation unasked(false);
    EXPECT_EQ(at::get_num_threads(), 2);
}

TEST(Workers, areAsManyAsThreadsForSmallModelsOnTheCpu)
{
    ASSERT_TRUE(setThreads(numProcessors()).ok());
    EXPECT_EQ(numWorkers(), numProcessors());
    setWorkers(3);
    EXPECT_EQ(workersFor(c10::kCPU, std::int64_t { 512 } << 20), 3);
    EXPECT_EQ(workersFor(c10::kCPU, (std::int64_t { 512 } << 20) + 1), 1);
    EXPECT_EQ(workersFor(c10::kCUDA, 1000), 1);
    setWorkers(1);
}

TEST(ShareOut, isEvenAndFixed)
{
    EXPECT_EQ(shareOut({ 3, 9, 3, 5 }, 2), (std::vector<std::vector<std::size_t>> { { 1 }, { 3, 0, 2 } }));
    EXPECT_EQ(shareOut({ 1, 1, 1 }, 2), (std::vector<std::vector<std::size_t>> { { 0, 2 }, { 1 } }));
    EXPECT_EQ(shareOut({ 4 }, 3), (std::vector<std::vector<std::size_t>> { { 0 }, {}, {} }));
    std::vector<std::int64_t> costs;
    for (std::int64_t i = 0; i < 100; ++i)
        costs.push_back(10 + i * 37 % 91);
    const auto shares = shareOut(costs, 4);
    std::vector<std::int64_t> loads;
    std::set<std::size_t> all;
    for (const auto& share : shares) {
        all.insert(share.begin(), share.end());
        loads.push_back(std::accumulate(share.begin(), share.end(), std::int64_t { 0 },
            [&](std::int64_t sum, std::size_t i) { return sum + costs[i]; }));
    }
    EXPECT_EQ(all.size(), costs.size());
    // No worker is ahead of another by more than one number's cost.
    EXPECT_LE(*std::max_element(loads.begin(), loads.end()) - *std::min_element(loads.begin(), loads.end()),
        *std::max_element(costs.begin(), costs.end()));
}

} // namespace
} // namespace msrl::device
