// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/judging/media_check.h"

#include "engine/device/workers.h"
#include "engine/vision/media.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <optional>

namespace msrl::judging {

namespace {

base::Status checkMedium(const data::Media& media)
{
    if (const auto files = data::mediaFiles(media); !files)
        return files.error();
    return vision::checkDecodes(media);
}

} // namespace

void MediaCheck::add(const data::Sample& sample)
{
    for (const data::Media& media : sample.allMedia())
        addMedium(media, sample.where());
}

void MediaCheck::add(const data::Contest& contest)
{
    add(contest.question);
    for (const data::Candidate& candidate : contest.candidates) {
        if (candidate.media)
            addMedium(*candidate.media, contest.question.where());
    }
}

void MediaCheck::addMedium(const data::Media& media, const std::string& where)
{
    // The same file with the same frames; an image in the row is its own.
    if (!media.inRow()
        && !m_known
                .insert(fmt::format("{}|{}|{}|{}", media.file.string(), media.key(), media.frames,
                    data::frameRuleName(media.frameRule)))
                .second)
        return;
    m_media.push_back({ media, where });
}

base::Status MediaCheck::run(const CheckProgress& progress, std::stop_token stop) const
{
    std::mutex mutex;
    std::size_t next = 0;
    std::size_t done = 0;
    std::optional<std::pair<std::size_t, base::Error>> fault; // the first in order
    // Media are handed out in order, so whatever comes before a fault is being looked at already.
    const auto take = [&]() -> std::optional<std::size_t> {
        const std::lock_guard lock(mutex);
        return next < m_media.size() && !fault && !stop.stop_requested() ? std::optional(next++)
                                                                         : std::nullopt;
    };
    const auto look = [&](std::size_t index) {
        const base::Status decodes = checkMedium(m_media[index].media);
        const std::lock_guard lock(mutex);
        if (!decodes && (!fault || index < fault->first))
            fault.emplace(index, base::within(decodes.error(), m_media[index].where));
        ++done;
        if (progress)
            progress(done, m_media.size());
    };
    const auto most = static_cast<int>(std::min<std::size_t>(m_media.size(), 1024));
    device::runWorkers(std::clamp(device::numWorkers(), 1, std::max(1, most)), [&](int) {
        while (const auto index = take())
            look(*index);
    });
    if (fault)
        return fault->second;
    if (stop.stop_requested())
        return base::stopped(fmt::format("stopped on request after {} of {} media", done, m_media.size()));
    return {};
}

} // namespace msrl::judging
