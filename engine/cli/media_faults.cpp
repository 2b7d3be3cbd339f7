// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/media_faults.h"

#include "engine/cli/interrupt.h"
#include "engine/cli/progress_line.h"
#include "engine/device/device.h"
#include "engine/judging/media_check.h"

#include <fmt/format.h>

namespace msrl::cli {

namespace {

judging::MediaCheck mediaOf(std::span<const data::Sample> samples)
{
    judging::MediaCheck check;
    const auto add = [&](const data::Media& media, const data::Sample& sample, const std::string& field) {
        if (data::mediaFiles(media))
            check.add(media, fmt::format("{}, field {}", sample.where(), field));
    };
    for (const data::Sample& sample : samples) {
        for (std::size_t i = 0; i < sample.media.size(); ++i)
            add(sample.media[i], sample, fmt::format("media[{}]", i));
        if (sample.mediaA)
            add(*sample.mediaA, sample, "media_a");
        if (sample.mediaB)
            add(*sample.mediaB, sample, "media_b");
    }
    return check;
}

} // namespace

base::Json MediaFaults::toJson() const
{
    return { { "images", images }, { "videos", videos }, { "faults", faults } };
}

base::Result<MediaFaults> findMediaFaults(std::span<const data::Sample> samples)
{
    const Interrupt interrupt;
    if (base::Status set = device::setThreads(device::numProcessors()); !set)
        return set.error();
    const judging::MediaCheck check = mediaOf(samples);
    ProgressLine line("media decoded");
    const auto errors = check.faults(
        [&line](std::size_t done, std::size_t total) { line.update(done, total); }, interrupt.token());
    if (!errors)
        return errors.error();
    MediaFaults found { check.count(data::Media::Kind::Image), check.count(data::Media::Kind::Video), {} };
    for (const base::Error& error : *errors)
        found.faults.push_back(error.message());
    return found;
}

} // namespace msrl::cli
