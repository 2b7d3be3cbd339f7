// SPDX-License-Identifier: GPL-3.0-or-later
// A judge at work on a published benchmark: what it writes becomes predictions, from which the figures are
// counted as from anybody's.
#pragma once

#include "core/bench/benchmark.h"
#include "engine/judging/contest_judge.h"

#include <filesystem>
#include <stop_token>

namespace msrl::judging {

struct BenchmarkJob
{
    const bench::Benchmark* benchmark = nullptr;
    std::filesystem::path data;
    std::filesystem::path out; // a file, or a folder where the benchmark has several sets
    Voting voting;
    base::Json request; // what was asked for, for going on with a killed job
    std::size_t batch = 32; // items judged together and then written
    CheckProgress onCheck; // of the media, before any work
};

// Rows {"row", "id", "sample", "swapped", "output", "answer_probability", "finish"} for every judgement, item
// by item. With both orders the judgements of an item alternate between them, so that the first k of a vote
// are of both. Where only one order is judged the pair is shown as the benchmark's protocol says; a random
// order depends on the seed, the set, the item and the sample alone. A killed job goes on where it was.
base::Status judgeBenchmark(const PairJudge& judge, const BenchmarkJob& job, std::stop_token stop = {});

} // namespace msrl::judging
