// SPDX-License-Identifier: GPL-3.0-or-later
// What `msrl-engine evaluate --json` wrote about a judge on a benchmark: accuracy by group, votes of k and
// calibration by our protocol, the figures of the official ones, and the paired test against another judge.
#pragma once

#include "app/models/official_figures.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/groups/tables.h"
#include "core/judge/calibration.h"
#include "core/judge/statistics.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace msrl::models {

struct GroupShare
{
    std::string group;
    std::int64_t right = 0; // votes: one of a pair, or one of each order
    std::int64_t pairs = 0;
    std::optional<double> accuracy; // nothing without pairs; over both orders where both were judged
    judge::Interval interval; // Wilson's, 95 %
};

struct VotePoint
{
    std::int64_t k = 0;
    double accuracy = 0; // of the majority of the first k
    judge::Interval interval;
    double expected = 0; // over every choice of k of the judgements
};

// Two judges on the same pairs.
struct JudgesCompared
{
    double first = 0; // accuracies
    double second = 0;
    double difference = 0; // first - second
    judge::Interval interval; // of the difference, bootstrap over pairs, 95 %
    std::int64_t firstBetter = 0; // pairs
    std::int64_t secondBetter = 0;
    double pValue = 1; // exact and two-sided
};

// One set of the benchmark; most have only one.
struct BenchmarkPart
{
    std::string name; // empty where there is one
    std::vector<OfficialFigure> official;
    std::optional<JudgesCompared> comparison;
    bool hasOurs = false; // else all that follows is empty: scores, or answers of another form
    std::vector<GroupShare> groups;
    GroupShare all;
    std::optional<double> macro; // mean over groups
    std::int64_t tiesLeftOut = 0;
    std::int64_t judgements = 0;
    std::int64_t unread = 0;
    std::optional<double> firstShown; // share of answers that name what was shown first
    std::optional<GroupShare> rightInBoth; // of pairs; only where both orders were judged
    std::optional<double> consistent; // share of pairs with one answer in both orders
    std::int64_t tied = 0; // pairs with as many answers for A as for B
    std::vector<VotePoint> voting; // by rising k
    std::vector<judge::ReliabilityBin> bins; // empty where no judgement tells its probability
    std::optional<double> calibrationError;
};

struct BenchmarkReport
{
    std::string benchmark;
    std::vector<OfficialFigure> official; // over all parts, where there are several
    std::vector<BenchmarkPart> parts;
};

// Our shares as the page shows them, then the official figures, each under the names that lead to it.
groups::Table tableOf(const BenchmarkPart& part);

// BadInput: not such a report; the place names the file and the member.
base::Result<BenchmarkReport> benchmarkReportOf(const base::Json& json, const std::string& place);
base::Result<BenchmarkReport> readBenchmarkReport(const std::filesystem::path& file);

} // namespace msrl::models
