// SPDX-License-Identifier: GPL-3.0-or-later
// Ranks as threads of one process: the double of MPI. Only the carrying of bytes differs.
#pragma once

#include "engine/parallel/exchange_communicator.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace msrl::test {

// Where messages wait, and who has left.
struct PostOffice
{
    std::mutex mutex;
    std::condition_variable changed;
    std::map<std::pair<int, int>, std::deque<std::string>> waiting; // (from, to)
    std::map<int, base::Error> gone; // ranks that gave up, or ended without having been asked to
};

class ThreadCommunicator final : public parallel::ExchangeCommunicator
{
public:
    ThreadCommunicator(PostOffice& office, int rank, int size)
        : m_office(office)
        , m_rank(rank)
        , m_size(size)
    {
    }

    int rank() const override { return m_rank; }
    int size() const override { return m_size; }
    std::optional<base::Error> failure() const override { return m_failure; }
    std::optional<base::Error> lostRank() const override
    {
        const std::lock_guard lock(m_office.mutex);
        for (const auto& [rank, error] : m_office.gone)
            if (rank != m_rank)
                return error;
        return std::nullopt;
    }
    base::Status checkPeers() override
    {
        const std::lock_guard lock(m_office.mutex);
        if (const base::Error* gone = othersGone(); gone && !m_failure)
            m_failure = *gone;
        return m_failure ? base::Status(*m_failure) : base::Status();
    }
    void abort(const base::Error& error) override
    {
        const std::lock_guard lock(m_office.mutex);
        m_failure = error;
        m_office.gone.emplace(m_rank, error);
        m_office.changed.notify_all();
    }

private:
    base::Status exchange(const std::vector<Outgoing>& out, const std::vector<Incoming>& in, Wait) override
    {
        if (m_failure)
            return *m_failure;
        std::unique_lock lock(m_office.mutex);
        for (const Outgoing& message : out) {
            EXPECT_NE(message.peer, m_rank);
            EXPECT_GT(message.bytes, 0U);
            m_office.waiting[{ m_rank, message.peer }].emplace_back(
                static_cast<const char*>(message.data), message.bytes);
        }
        m_office.changed.notify_all();
        for (const Incoming& message : in) {
            std::deque<std::string>& box = m_office.waiting[{ message.peer, m_rank }];
            m_office.changed.wait(lock, [&] { return !box.empty() || othersGone(); });
            if (box.empty()) {
                m_failure = *othersGone();
                return *m_failure;
            }
            EXPECT_EQ(box.front().size(), message.bytes) << "sent and expected lengths differ";
            std::memcpy(message.data, box.front().data(), std::min(message.bytes, box.front().size()));
            box.pop_front();
        }
        return {};
    }

    const base::Error* othersGone() const
    {
        for (const auto& [rank, error] : m_office.gone)
            if (rank != m_rank)
                return &error;
        return nullptr;
    }

    PostOffice& m_office;
    int m_rank;
    int m_size;
    std::optional<base::Error> m_failure;
};

// Runs `work` on `count` ranks at once and returns when all have ended. A rank that throws counts as dead.
inline void onRanks(int count, const std::function<void(parallel::ExchangeCommunicator&)>& work)
{
    PostOffice office;
    std::vector<std::thread> threads;
    for (int rank = 0; rank < count; ++rank)
        threads.emplace_back([&, rank] {
            ThreadCommunicator ranks(office, rank, count);
            try {
                work(ranks);
            } catch (const std::exception& e) {
                const std::lock_guard lock(office.mutex);
                office.gone.emplace(
                    rank, base::failed("rank " + std::to_string(rank) + " has ended: " + e.what()));
                office.changed.notify_all();
            }
        });
    for (std::thread& thread : threads)
        thread.join();
}

} // namespace msrl::test
