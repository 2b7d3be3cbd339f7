// SPDX-License-Identifier: GPL-3.0-or-later
// Counting a judge's work on a set in which every pair is shown in both orders.
#pragma once

#include "core/base/json.h"
#include "core/judge/parser.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace msrl::judge {

// What one judgement came to.
struct Outcome
{
    bool parsed = false; // an answer was read
    bool right = false; // and it is the gold of the order shown; unparsed counts as wrong
    bool formatOk = false;
    std::optional<bool> typeRight; // nothing where no type was asked for
    std::optional<bool> captionExact; // nothing where no caption was asked for
};

// `gold` is the better candidate in the order that was shown. `caption` is the expected one, where known.
Outcome outcomeOf(const Judgement& judgement, data::Side gold, data::TaskType task, Requirements requirements,
    const std::optional<std::string>& caption = std::nullopt);

// Adds up pairs; holds only counts, so that partial sums can be merged.
class EvaluationSummary
{
public:
    // One pair: the judgement of the order in the file and of the swapped order.
    void add(data::TaskType task, const Outcome& asGiven, const Outcome& asSwapped);
    void merge(const EvaluationSummary& other);

    std::int64_t numPairs() const { return m_pairs; }
    // Shares are over judgements (two per pair) unless said otherwise, and 0 without any.
    double accuracy() const;
    double bothOrders() const; // of pairs
    double format() const;
    std::optional<double> type() const; // nothing when no type was asked for
    std::optional<double> captionExact() const; // nothing when no caption was compared
    std::int64_t parseFailures() const { return m_unparsed; }
    std::map<std::string, double> byTask() const; // accuracy; keys are taskTypeName()

    // {"accuracy", "both_orders", "by_task": {task: accuracy}, "by_task_n": {task: pairs}, "format", "type",
    // "parse_failures", "n"}: type may be null, parse_failures counts judgements, n counts pairs.
    base::Json toJson() const;

private:
    struct Share
    {
        std::int64_t hits = 0;
        std::int64_t total = 0;

        void add(bool hit);
        void add(const std::optional<bool>& hit);
        void merge(const Share& other);
        double value() const;
        std::optional<double> valueIfAny() const;
    };
    void addOne(data::TaskType task, const Outcome& outcome);

    std::int64_t m_pairs = 0;
    std::int64_t m_unparsed = 0;
    Share m_right;
    Share m_bothRight;
    Share m_format;
    Share m_type;
    Share m_caption;
    std::map<data::TaskType, Share> m_byTask;
};

} // namespace msrl::judge
