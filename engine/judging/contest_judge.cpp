// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/judging/contest_judge.h"

namespace msrl::judging {

namespace {

// More than the pairs of the largest contest, so that no two pairs of a file have one number.
constexpr std::uint64_t kNumbersPerContest = 4096;
static_assert(data::kMostCandidates * (data::kMostCandidates - 1) / 2 < kNumbersPerContest);

} // namespace

std::optional<std::size_t> JudgedContest::winner() const
{
    if (contest->isPair) {
        const auto side = pairs.front().pair.decision.winner;
        return side ? std::optional<std::size_t>(*side == data::Side::A ? 0 : 1) : std::nullopt;
    }
    return ranking.tiedBest ? std::nullopt : std::optional(ranking.order.front());
}

base::Status checkContests(const PairJudge& judge, std::span<const data::Contest> contests,
    const CheckProgress& progress, std::stop_token stop)
{
    MediaCheck media;
    for (const data::Contest& contest : contests) {
        if (judge.settings().mode == text::PromptMode::Visual)
            media.add(contest);
    }
    if (base::Status decode = media.run(progress, stop); !decode)
        return decode;
    for (const data::Contest& contest : contests) {
        for (const auto& [a, b] : judge::allPairs(contest.candidates.size())) {
            if (base::Status fits = judge.check(contest.pair(a, b)); !fits)
                return fits;
        }
    }
    return {};
}

base::Result<std::vector<JudgedContest>> judgeContests(const PairJudge& judge,
    std::span<const data::Contest> contests, std::uint64_t first, const Voting& voting, std::stop_token stop)
{
    const std::vector<bool> orders = judgementOrders(voting.votes, voting.bothOrders);
    std::vector<JudgedContest> out;
    std::vector<data::Sample> samples;
    for (std::size_t c = 0; c < contests.size(); ++c) {
        out.push_back({ &contests[c], {}, {} });
        for (const auto& [a, b] : judge::allPairs(contests[c].candidates.size())) {
            samples.push_back(contests[c].pair(a, b));
            out.back().pairs.push_back({ { a, b, {} }, {} });
        }
    }
    std::vector<PairTask> tasks;
    for (std::size_t c = 0; c < out.size(); ++c) {
        for (std::size_t p = 0; p < out[c].pairs.size(); ++p)
            tasks.push_back({ &samples[tasks.size()], (first + c) * kNumbersPerContest + p, orders });
    }
    auto judged = judge.judgeAll(tasks, stop);
    if (!judged)
        return judged.error();
    std::size_t at = 0;
    for (JudgedContest& contest : out) {
        std::vector<judge::ContestPair> decided;
        for (JudgedPair& pair : contest.pairs) {
            pair.judgements = std::move((*judged)[at++]);
            std::vector<judge::PairVote> votes;
            for (const Judgement& one : pair.judgements)
                votes.push_back(one.vote);
            pair.pair.decision = judge::decide(votes);
            decided.push_back(pair.pair);
        }
        contest.ranking = judge::rank(contest.contest->candidates.size(), decided);
    }
    return out;
}

} // namespace msrl::judging
