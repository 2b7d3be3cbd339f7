// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/device/workers.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <numeric>
#include <stop_token>
#include <thread>

namespace msrl::device {

namespace {

constexpr std::int64_t kLargestModelBytes = std::int64_t { 512 } << 20;

std::atomic<int> g_workers { 1 };
thread_local bool t_inTask = false;

// The first question of a thread sets the process's count for it, so it comes before ours.
void useOneThreadPerOperation()
{
    at::get_num_threads();
    at::set_num_threads(1);
}

// Threads stay between calls: the math library keeps buffers for each thread that it has seen.
class Pool
{
public:
    void run(int count, const std::function<void(int)>& task)
    {
        const std::lock_guard oneCall(m_calls);
        const int threadsOfCaller = at::get_num_threads();
        {
            const std::lock_guard lock(m_mutex);
            while (static_cast<int>(m_threads.size()) + 1 < count)
                m_threads.emplace_back([this, worker = static_cast<int>(m_threads.size()) + 1, call = m_call](
                                           const std::stop_token& stop) { serve(stop, worker, call); });
            m_task = &task;
            m_count = count;
            m_open = count - 1;
            m_faults.assign(static_cast<std::size_t>(count), nullptr);
            ++m_call;
        }
        m_changed.notify_all();
        perform(0, task);
        {
            std::unique_lock lock(m_mutex);
            m_changed.wait(lock, [this] { return m_open == 0; });
        }
        at::set_num_threads(threadsOfCaller);
        for (const std::exception_ptr& fault : m_faults)
            if (fault)
                std::rethrow_exception(fault);
    }

private:
    void serve(const std::stop_token& stop, int worker, std::uint64_t call)
    {
        std::unique_lock lock(m_mutex);
        while (m_changed.wait(lock, stop, [&] { return m_call != call; })) {
            call = m_call;
            if (worker >= m_count)
                continue;
            const std::function<void(int)>& task = *m_task;
            lock.unlock();
            perform(worker, task);
            lock.lock();
            if (--m_open == 0)
                m_changed.notify_all();
        }
    }

    void perform(int worker, const std::function<void(int)>& task)
    {
        t_inTask = true;
        try {
            useOneThreadPerOperation();
            task(worker);
        } catch (...) {
            m_faults[static_cast<std::size_t>(worker)] = std::current_exception();
        }
        t_inTask = false;
    }

    std::mutex m_calls; // one call at a time
    std::mutex m_mutex; // what follows
    std::condition_variable_any m_changed;
    const std::function<void(int)>* m_task = nullptr;
    int m_count = 0;
    int m_open = 0; // tasks of other threads that have not ended
    std::uint64_t m_call = 0;
    std::vector<std::exception_ptr> m_faults; // one per task, each written by its own thread
    std::vector<std::jthread> m_threads; // last: they end before what they use
};

} // namespace

void setWorkers(int count)
{
    g_workers = std::max(1, count);
}

int numWorkers()
{
    return g_workers;
}

bool suitsWorkers(c10::Device device, std::int64_t parameterBytes)
{
    return device.is_cpu() && parameterBytes <= kLargestModelBytes;
}

int workersFor(c10::Device device, std::int64_t parameterBytes)
{
    return suitsWorkers(device, parameterBytes) ? numWorkers() : 1;
}

void runWorkers(int count, const std::function<void(int)>& task)
{
    if (count > 1 && !t_inTask) {
        static Pool pool;
        pool.run(count, task);
        return;
    }
    for (int worker = 0; worker < count; ++worker)
        task(worker);
}

OneThreadPerOperation::OneThreadPerOperation(bool wanted)
{
    if (!wanted)
        return;
    m_before = at::get_num_threads();
    useOneThreadPerOperation();
}

OneThreadPerOperation::~OneThreadPerOperation()
{
    if (m_before > 0)
        at::set_num_threads(m_before);
}

std::vector<std::vector<std::size_t>> shareOut(const std::vector<std::int64_t>& costs, int count)
{
    std::vector<std::size_t> order(costs.size());
    std::iota(order.begin(), order.end(), std::size_t { 0 });
    std::stable_sort(
        order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return costs[a] > costs[b]; });
    std::vector<std::vector<std::size_t>> shares(static_cast<std::size_t>(std::max(1, count)));
    std::vector<std::int64_t> loads(shares.size(), 0);
    for (std::size_t number : order) {
        const auto least = std::min_element(loads.begin(), loads.end());
        shares[static_cast<std::size_t>(least - loads.begin())].push_back(number);
        *least += costs[number];
    }
    return shares;
}

} // namespace msrl::device
