// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/replay_use.h"

#include "app/models/strings.h"

#include <algorithm>

namespace msrl::models {

namespace {

template <typename T> T numberIn(const base::Json& json, const char* name)
{
    const auto found = json.find(name);
    return found != json.end() && found->is_number() ? found->get<T>() : T();
}

} // namespace

std::optional<ReplayUse> replayUseOf(const store::EventRow& event)
{
    if (event.kind != "replay-use" || !event.data.is_object())
        return std::nullopt;
    const auto samples = event.data.find("samples");
    if (samples == event.data.end() || !samples->is_array())
        return std::nullopt;
    ReplayUse use;
    use.stage = event.stage;
    use.step = event.step;
    for (const base::Json& one : *samples) {
        if (one.is_object() && one.contains("id") && one["id"].is_string())
            use.samples.emplace_back(toQt(one["id"].get<std::string>()), numberIn<qint64>(one, "times"));
    }
    use.mean = numberIn<double>(event.data, "mean");
    use.numSamples = numberIn<qint64>(event.data, "set");
    use.numUnused = numberIn<qint64>(event.data, "unused");
    return use;
}

bool ReplayUses::add(std::span<const store::EventRow> events)
{
    bool news = false;
    for (const store::EventRow& event : events) {
        std::optional<ReplayUse> use = replayUseOf(event);
        if (!use)
            continue;
        if (!m_uses.contains(use->stage))
            m_stages.push_back(use->stage);
        m_uses[use->stage].insert_or_assign(use->step, *std::move(use));
        news = true;
    }
    return news;
}

void ReplayUses::truncate(const std::string& stage, std::int64_t lastStep)
{
    if (const auto known = m_uses.find(stage); known != m_uses.end())
        known->second.erase(known->second.upper_bound(lastStep), known->second.end());
}

void ReplayUses::clear()
{
    m_stages.clear();
    m_uses.clear();
}

std::vector<const ReplayUse*> ReplayUses::newest() const
{
    std::vector<const ReplayUse*> uses;
    for (const std::string& stage : m_stages)
        if (const auto& known = m_uses.at(stage); !known.empty())
            uses.push_back(&known.rbegin()->second);
    std::reverse(uses.begin(), uses.end());
    return uses;
}

} // namespace msrl::models
