// SPDX-License-Identifier: GPL-3.0-or-later
// Every image and video that a judge is to see is decoded once before any work: a damaged one must not end a
// job in its third hour, with a file half written.
#pragma once

#include "core/base/result.h"
#include "core/data/contest.h"
#include "core/data/sample.h"

#include <cstddef>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

namespace msrl::judging {

// Media looked at, of all; called from several threads, one call at a time.
using CheckProgress = std::function<void(std::size_t done, std::size_t total)>;

class MediaCheck
{
public:
    void add(const data::Sample& sample);
    void add(const data::Contest& contest);
    // `where`: the row, and its field where that can be told.
    void add(const data::Media& media, const std::string& where);

    // BadInput for the first medium, in the order in which they were added, that is missing or cannot be
    // decoded; the place is its row, the message names the file. Stopped when asked to.
    base::Status run(const CheckProgress& progress = {}, std::stop_token stop = {}) const;
    // The same for all of them, each once for every place that names it; other errors: stopped.
    base::Result<std::vector<base::Error>> faults(
        const CheckProgress& progress = {}, std::stop_token stop = {}) const;

    // Of this kind, each file with its frames once.
    std::size_t count(data::Media::Kind kind) const;

private:
    struct Medium
    {
        data::Media media;
        std::vector<std::string> where;
    };
    enum class Until { FirstFault, End };
    // Faults by number of the medium.
    base::Result<std::map<std::size_t, base::Error>> look(
        Until until, const CheckProgress& progress, const std::stop_token& stop) const;

    std::vector<Medium> m_media; // each file with its frames once
    std::unordered_map<std::string, std::size_t> m_known; // number of the medium
};

} // namespace msrl::judging
