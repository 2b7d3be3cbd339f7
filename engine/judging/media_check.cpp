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
        add(media, sample.where());
}

void MediaCheck::add(const data::Contest& contest)
{
    add(contest.question);
    for (const data::Candidate& candidate : contest.candidates) {
        if (candidate.media)
            add(*candidate.media, contest.question.where());
    }
}

void MediaCheck::add(const data::Media& media, const std::string& where)
{
    // The same file with the same frames; an image in the row is its own.
    if (!media.inRow()) {
        const std::string key = fmt::format("{}|{}|{}|{}", media.file.string(), media.key(), media.frames,
            data::frameRuleName(media.frameRule));
        const auto [known, isNew] = m_known.emplace(key, m_media.size());
        if (!isNew) {
            m_media[known->second].where.push_back(where);
            return;
        }
    }
    m_media.push_back({ media, { where } });
}

std::size_t MediaCheck::count(data::Media::Kind kind) const
{
    return static_cast<std::size_t>(std::count_if(
        m_media.begin(), m_media.end(), [kind](const Medium& medium) { return medium.media.kind == kind; }));
}

base::Result<std::map<std::size_t, base::Error>> MediaCheck::look(
    Until until, const CheckProgress& progress, const std::stop_token& stop) const
{
    std::mutex mutex;
    std::size_t next = 0;
    std::size_t done = 0;
    std::map<std::size_t, base::Error> faults;
    // Media are handed out in order, so whatever comes before a fault is being looked at already.
    const auto take = [&]() -> std::optional<std::size_t> {
        const std::lock_guard lock(mutex);
        const bool enough = until == Until::FirstFault && !faults.empty();
        return next < m_media.size() && !enough && !stop.stop_requested() ? std::optional(next++)
                                                                          : std::nullopt;
    };
    const auto lookAt = [&](std::size_t index) {
        const base::Status decodes = checkMedium(m_media[index].media);
        const std::lock_guard lock(mutex);
        if (!decodes)
            faults.emplace(index, decodes.error());
        ++done;
        if (progress)
            progress(done, m_media.size());
    };
    const auto most = static_cast<int>(std::min<std::size_t>(m_media.size(), 1024));
    device::runWorkers(std::clamp(device::numWorkers(), 1, std::max(1, most)), [&](int) {
        while (const auto index = take())
            lookAt(*index);
    });
    const bool answered = until == Until::FirstFault && !faults.empty();
    if (!answered && stop.stop_requested())
        return base::stopped(fmt::format("stopped on request after {} of {} media", done, m_media.size()));
    return faults;
}

base::Status MediaCheck::run(const CheckProgress& progress, std::stop_token stop) const
{
    const auto found = look(Until::FirstFault, progress, stop);
    if (!found)
        return found.error();
    if (found->empty())
        return {};
    const auto& [index, error] = *found->begin();
    return base::within(error, m_media[index].where.front());
}

base::Result<std::vector<base::Error>> MediaCheck::faults(
    const CheckProgress& progress, std::stop_token stop) const
{
    const auto found = look(Until::End, progress, stop);
    if (!found)
        return found.error();
    std::vector<base::Error> all;
    for (const auto& [index, error] : *found) {
        for (const std::string& where : m_media[index].where)
            all.push_back(base::within(error, where));
    }
    return all;
}

} // namespace msrl::judging
