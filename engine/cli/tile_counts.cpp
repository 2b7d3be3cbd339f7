// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/tile_counts.h"

#include "engine/vision/media.h"
#include "engine/vision/preprocess.h"

#include <unordered_map>

namespace msrl::cli {

base::Result<std::map<std::int64_t, std::int64_t>> tileCounts(
    std::span<const data::Sample> samples, std::int64_t tileSize, std::int64_t maxTiles)
{
    vision::PreprocessSettings settings;
    settings.tileSize = tileSize;
    settings.maxTiles = maxTiles;
    std::unordered_map<std::string, std::int64_t> known; // by file: a picture is often in several samples
    std::map<std::int64_t, std::int64_t> counts;
    for (const data::Sample& sample : samples) {
        std::int64_t tiles = 0;
        for (const data::Media& media : sample.allMedia()) {
            const std::string key = media.inRow() ? std::string() : media.key();
            if (const auto seen = known.find(key); !key.empty() && media.frames == 0 && seen != known.end()) {
                tiles += seen->second;
                continue;
            }
            const auto each = vision::countTiles(media, settings);
            if (!each)
                return base::within(each.error(), sample.where());
            std::int64_t sum = 0;
            for (const std::int64_t one : *each)
                sum += one;
            tiles += sum;
            if (!key.empty() && media.frames == 0)
                known.emplace(key, sum);
        }
        ++counts[tiles];
    }
    return counts;
}

} // namespace msrl::cli
