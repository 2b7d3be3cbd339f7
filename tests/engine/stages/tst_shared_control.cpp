// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/followers.h"
#include "engine/stages/shared_control.h"
#include "tests/engine/parallel/thread_ranks.h"

#include <gtest/gtest.h>

#include <deque>

using namespace msrl;
using namespace msrl::stages;

namespace {

// Answers from lists, as a person's requests would arrive between steps.
class ScriptedControl final : public RunControl
{
public:
    StopRequest stopRequested() override { return take(stops, StopRequest::None); }
    std::stop_token stopToken() override { return {}; }
    void waitWhilePaused() override { ++pauses; }
    bool waitForCheckpointRequest() override { return take(checkpoints, false); }
    std::map<std::string, base::Json> takeLiveChanges(const std::string& node) override
    {
        EXPECT_EQ(node, "sft");
        return take(changes, std::map<std::string, base::Json> {});
    }
    void waitForRequest(std::chrono::milliseconds) override { ++pauses; }

    std::deque<StopRequest> stops;
    std::deque<bool> checkpoints;
    std::deque<std::map<std::string, base::Json>> changes;
    int pauses = 0;

private:
    template <class T> static T take(std::deque<T>& list, T otherwise)
    {
        if (list.empty())
            return otherwise;
        T first = std::move(list.front());
        list.pop_front();
        return first;
    }
};

} // namespace

TEST(SharedControl, givesTheLeadsAnswersToAll)
{
    ScriptedControl lead;
    lead.stops = { StopRequest::None, StopRequest::Checkpoint, StopRequest::Now };
    lead.checkpoints = { false, true };
    lead.changes = { {}, { { "lr", 0.1 }, { "beta", 1e-5 } } };
    test::onRanks(3, [&](parallel::Communicator& ranks) {
        NoRequests none;
        RunControl& own = ranks.isLead() ? static_cast<RunControl&>(lead) : none;
        SharedControl shared(own, ranks);
        for (const StopRequest expected : { StopRequest::None, StopRequest::Checkpoint, StopRequest::Now })
            EXPECT_EQ(shared.stopRequested(), expected);
        EXPECT_FALSE(shared.waitForCheckpointRequest());
        EXPECT_TRUE(shared.waitForCheckpointRequest());
        EXPECT_TRUE(shared.takeLiveChanges("sft").empty());
        const auto changes = shared.takeLiveChanges("sft");
        ASSERT_EQ(changes.size(), 2U);
        EXPECT_EQ(changes.at("lr").get<double>(), 0.1);
        EXPECT_EQ(changes.at("beta").get<double>(), 1e-5);
        shared.waitWhilePaused();
        shared.waitForRequest(std::chrono::milliseconds(0));
    });
    EXPECT_EQ(lead.pauses, 2);
}

TEST(SharedControl, stopsWhenTheLeadIsGone)
{
    test::onRanks(2, [](parallel::Communicator& ranks) {
        if (ranks.isLead())
            throw std::runtime_error("killed");
        NoRequests none;
        SharedControl shared(none, ranks);
        EXPECT_EQ(shared.stopRequested(), StopRequest::Now);
        EXPECT_FALSE(shared.waitForCheckpointRequest());
        EXPECT_TRUE(shared.takeLiveChanges("sft").empty());
        EXPECT_TRUE(ranks.failure().has_value());
    });
}
