// SPDX-License-Identifier: GPL-3.0-or-later
// Which replay samples a run used most, as its engine tells it now and then: the newest word about each
// stage.
#pragma once

#include "core/store/rows.h"

#include <QString>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace msrl::models {

struct ReplayUse
{
    std::string stage;
    std::int64_t step = 0; // counted up to it
    std::vector<std::pair<QString, qint64>> samples; // id and times, the most used first; not all of them
    double mean = 0; // over the whole set
    qint64 numSamples = 0; // of the set
    qint64 numUnused = 0; // never used so far
};

// None: the event is of another kind, or cannot be read.
std::optional<ReplayUse> replayUseOf(const store::EventRow& event);

class ReplayUses
{
public:
    bool add(std::span<const store::EventRow> events); // true: there is news
    void truncate(const std::string& stage, std::int64_t lastStep); // the stage went back to this step
    void clear();
    // Of every stage that replays, the one that began last first.
    std::vector<const ReplayUse*> newest() const;

private:
    std::vector<std::string> m_stages; // in the order in which they began
    std::map<std::string, std::map<std::int64_t, ReplayUse>> m_uses; // by stage and step
};

} // namespace msrl::models
