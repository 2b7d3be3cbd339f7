// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/judging/benchmark_judge.h"

#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/base/resumable_lines.h"

#include <fmt/format.h>

#include <algorithm>

namespace msrl::judging {
namespace fs = std::filesystem;

namespace {

using base::Json;

std::vector<bool> ordersOf(
    const PairJudge& judge, const BenchmarkJob& job, std::uint64_t set, std::uint64_t item)
{
    std::vector<bool> orders = judgementOrders(job.voting.votes, job.voting.bothOrders);
    if (job.benchmark->order == bench::ShownOrder::AsGiven)
        return orders;
    for (std::size_t sample = 0; sample < orders.size(); ++sample) {
        // In both orders an item is shown in turn, and which comes first is drawn: the first judgement alone
        // must not favour a place either.
        const std::size_t draw = job.voting.bothOrders ? 0 : sample;
        const bool swapped
            = base::RandomStream(judge.settings().seed, "benchmark-order", { set, item, draw }).below(2) == 1;
        orders[sample] = job.voting.bothOrders ? orders[sample] != swapped : swapped;
    }
    return orders;
}

std::string rowsOf(std::size_t item, const std::string& id, const std::vector<Judgement>& judgements)
{
    std::string text;
    for (std::size_t sample = 0; sample < judgements.size(); ++sample) {
        const Judgement& one = judgements[sample];
        Json row = { { "row", item }, { "id", id }, { "sample", sample }, { "swapped", one.vote.swapped } };
        row["output"] = one.output;
        // Of the answer that was written, not of a side of the file.
        row["answer_probability"] = nullptr;
        if (one.vote.probabilityA && one.vote.answer)
            row["answer_probability"]
                = *one.vote.answer == data::Side::A ? *one.vote.probabilityA : 1 - *one.vote.probabilityA;
        row["finish"] = rollout::finishName(one.finish);
        text += row.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    }
    return text;
}

struct OpenSet
{
    std::uint64_t number = 0;
    const bench::JudgingSet& set;
    base::ResumableLines lines;
};

base::Status judgeSet(
    const PairJudge& judge, const BenchmarkJob& job, OpenSet& open, const std::stop_token& stop)
{
    const std::vector<data::Sample>& samples = open.set.samples;
    for (std::size_t at = open.lines.rowsDone(); at < samples.size(); at += job.batch) {
        const std::size_t end = std::min(at + job.batch, samples.size());
        std::vector<PairTask> tasks;
        for (std::size_t i = at; i < end; ++i)
            tasks.push_back({ &samples[i], (open.number << 32) + i, ordersOf(judge, job, open.number, i) });
        const auto judged = judge.judgeAll(tasks, stop);
        if (!judged)
            return judged.error();
        std::string text;
        for (std::size_t i = at; i < end; ++i)
            text += rowsOf(i, samples[i].id, (*judged)[i - at]);
        if (base::Status kept = open.lines.append(text, end - at); !kept)
            return kept;
        if (stop.stop_requested())
            return base::stopped(fmt::format(
                "stopped on request after {} of {} items; the same command goes on", end, samples.size()));
    }
    return {};
}

// The texts and the media's names; the bytes of the media are not read twice.
std::string hashOf(const std::vector<bench::JudgingSet>& sets)
{
    base::Sha256 hash;
    for (const bench::JudgingSet& set : sets) {
        for (const data::Sample& sample : set.samples)
            hash.add(data::sampleToJson(sample).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
    }
    return hash.finish();
}

base::Status checkSets(const PairJudge& judge, const std::vector<bench::JudgingSet>& sets,
    const CheckProgress& progress, const std::stop_token& stop)
{
    MediaCheck media;
    for (const bench::JudgingSet& set : sets) {
        for (const data::Sample& sample : set.samples) {
            if (judge.settings().mode == text::PromptMode::Visual)
                media.add(sample);
        }
    }
    if (base::Status decode = media.run(progress, stop); !decode)
        return decode;
    for (const bench::JudgingSet& set : sets) {
        for (const data::Sample& sample : set.samples) {
            if (base::Status fits = judge.check(sample); !fits)
                return fits;
        }
    }
    return {};
}

} // namespace

base::Status judgeBenchmark(const PairJudge& judge, const BenchmarkJob& job, std::stop_token stop)
{
    const auto sets = job.benchmark->judgingSets(job.data);
    if (!sets)
        return sets.error();
    if (base::Status fits = checkSets(judge, *sets, job.onCheck, stop); !fits)
        return fits;
    if (job.benchmark->manySets) {
        if (base::Status made = base::createFolders(job.out); !made)
            return made;
    }
    Json request = job.request;
    request["items"] = hashOf(*sets);
    std::vector<OpenSet> open;
    for (const bench::JudgingSet& set : *sets) {
        const fs::path file = job.benchmark->manySets ? job.out / set.file : job.out;
        auto lines = base::ResumableLines::open(file, request);
        if (!lines)
            return lines.error();
        open.push_back({ open.size(), set, std::move(*lines) });
    }
    for (OpenSet& one : open) {
        if (base::Status judged = judgeSet(judge, job, one, stop); !judged)
            return judged;
    }
    return {};
}

} // namespace msrl::judging
