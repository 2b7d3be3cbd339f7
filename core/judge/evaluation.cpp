// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/evaluation.h"

namespace msrl::judge {

Outcome outcomeOf(const Judgement& judgement, data::Side gold, data::TaskType task, Requirements requirements,
    const std::optional<std::string>& caption)
{
    Outcome outcome;
    outcome.parsed = judgement.answer.has_value();
    outcome.right = judgement.answer == gold;
    outcome.formatOk = judgement.formatOk;
    if (requirements.type)
        outcome.typeRight = namesTask(judgement.type, task);
    if (requirements.caption && caption)
        outcome.captionExact = judgement.caption == caption;
    return outcome;
}

void EvaluationSummary::Share::add(bool hit)
{
    hits += hit ? 1 : 0;
    ++total;
}

void EvaluationSummary::Share::add(const std::optional<bool>& hit)
{
    if (hit)
        add(*hit);
}

void EvaluationSummary::Share::merge(const Share& other)
{
    hits += other.hits;
    total += other.total;
}

double EvaluationSummary::Share::value() const
{
    return total == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(total);
}

std::optional<double> EvaluationSummary::Share::valueIfAny() const
{
    return total == 0 ? std::nullopt : std::optional(value());
}

void EvaluationSummary::addOne(data::TaskType task, const Outcome& outcome)
{
    m_unparsed += outcome.parsed ? 0 : 1;
    m_right.add(outcome.right);
    m_byTask[task].add(outcome.right);
    m_format.add(outcome.formatOk);
    m_type.add(outcome.typeRight);
    m_caption.add(outcome.captionExact);
}

void EvaluationSummary::add(data::TaskType task, const Outcome& asGiven, const Outcome& asSwapped)
{
    ++m_pairs;
    addOne(task, asGiven);
    addOne(task, asSwapped);
    m_bothRight.add(asGiven.right && asSwapped.right);
}

void EvaluationSummary::merge(const EvaluationSummary& other)
{
    m_pairs += other.m_pairs;
    m_unparsed += other.m_unparsed;
    m_right.merge(other.m_right);
    m_bothRight.merge(other.m_bothRight);
    m_format.merge(other.m_format);
    m_type.merge(other.m_type);
    m_caption.merge(other.m_caption);
    for (const auto& [task, share] : other.m_byTask)
        m_byTask[task].merge(share);
}

double EvaluationSummary::accuracy() const
{
    return m_right.value();
}

double EvaluationSummary::bothOrders() const
{
    return m_bothRight.value();
}

double EvaluationSummary::format() const
{
    return m_format.value();
}

std::optional<double> EvaluationSummary::type() const
{
    return m_type.valueIfAny();
}

std::optional<double> EvaluationSummary::captionExact() const
{
    return m_caption.valueIfAny();
}

std::map<std::string, double> EvaluationSummary::byTask() const
{
    std::map<std::string, double> shares;
    for (const auto& [task, share] : m_byTask)
        shares[data::taskTypeName(task)] = share.value();
    return shares;
}

base::Json EvaluationSummary::toJson() const
{
    base::Json json = base::Json::object();
    json["accuracy"] = accuracy();
    json["both_orders"] = bothOrders();
    json["by_task"] = base::Json::object();
    json["by_task_n"] = base::Json::object();
    for (const auto& [task, share] : m_byTask) {
        json["by_task"][data::taskTypeName(task)] = share.value();
        json["by_task_n"][data::taskTypeName(task)] = share.total / 2;
    }
    json["format"] = format();
    const auto typeShare = type();
    json["type"] = typeShare ? base::Json(*typeShare) : base::Json();
    json["parse_failures"] = m_unparsed;
    json["n"] = m_pairs;
    return json;
}

} // namespace msrl::judge
