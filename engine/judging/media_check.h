// SPDX-License-Identifier: GPL-3.0-or-later
// Every image and video that a judge is to see is decoded once before any work: a damaged one must not end a
// job in its third hour, with a file half written.
#pragma once

#include "core/base/result.h"
#include "core/data/contest.h"
#include "core/data/sample.h"

#include <cstddef>
#include <functional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace msrl::judging {

// Media looked at, of all; called from several threads, one call at a time.
using CheckProgress = std::function<void(std::size_t done, std::size_t total)>;

class MediaCheck
{
public:
    void add(const data::Sample& sample);
    void add(const data::Contest& contest);

    // BadInput for the first medium, in the order in which they were added, that is missing or cannot be
    // decoded; the place is its row, the message names the file. Stopped when asked to.
    base::Status run(const CheckProgress& progress = {}, std::stop_token stop = {}) const;

private:
    struct Medium
    {
        data::Media media;
        std::string where;
    };
    void addMedium(const data::Media& media, const std::string& where);

    std::vector<Medium> m_media; // each file with its frames once
    std::set<std::string> m_known;
};

} // namespace msrl::judging
