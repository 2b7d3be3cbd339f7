// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/subset.h"

#include "core/base/hash.h"
#include "core/base/random.h"

#include <algorithm>
#include <unordered_map>

namespace msrl::data {

namespace {

bool hasCaption(const Sample& sample)
{
    return isGeneration(sample.task) ? sample.captionA.has_value() : sample.caption.has_value();
}

bool hasMedia(const Sample& sample)
{
    return isGeneration(sample.task) ? sample.mediaA && sample.mediaB : !sample.media.empty();
}

base::Status checkRow(const Sample& sample, const SampleNeeds& needs)
{
    const auto lacks = [&sample](const char* field, const char* hint) {
        return base::badInput("is missing", sample.where() + ", field " + field, hint);
    };
    const bool generation = isGeneration(sample.task);
    if (needs.gold && !sample.gold)
        return lacks("gold", "this stage compares answers with the label");
    if (needs.completion && sample.completion.empty())
        return lacks("completion", "supervised fine-tuning needs the text to learn");
    if (sample.task == TaskType::Text)
        return {};
    if (needs.caption && !hasCaption(sample))
        return lacks(generation ? "caption_a" : "caption", "a captioner node can write it");
    if (needs.media && !hasMedia(sample))
        return lacks(generation ? "media_a" : "media", "this stage shows the media themselves");
    return needs.media ? checkMedia(sample) : base::Status();
}

std::string candidateText(const std::string& response, const std::optional<Media>& media)
{
    return media ? media->key() : response;
}

} // namespace

base::Status checkNeeds(const std::vector<Sample>& samples, const SampleNeeds& needs)
{
    for (const Sample& sample : samples) {
        if (auto status = checkRow(sample, needs); !status)
            return status;
    }
    return {};
}

std::vector<Sample> selectSubset(std::vector<Sample> samples, const SubsetOptions& options)
{
    if (options.shuffleSeed)
        base::RandomStream(*options.shuffleSeed, "subset").shuffle(samples);
    if (options.limit > 0 && options.limit < samples.size())
        samples.erase(samples.begin() + static_cast<std::ptrdiff_t>(options.limit), samples.end());
    return samples;
}

base::Result<std::vector<Sample>> withSwaps(std::vector<Sample> samples, SwapMode mode, std::uint64_t seed)
{
    if (mode == SwapMode::None)
        return samples;
    std::vector<Sample> out;
    out.reserve(mode == SwapMode::Both ? 2 * samples.size() : samples.size());
    for (std::size_t i = 0; i < samples.size(); ++i) {
        Sample& sample = samples[i];
        if (!sample.completion.empty())
            return base::badInput("a row with a written judgement cannot have A and B exchanged",
                sample.where() + ", field completion", "turn the A/B swap off for this data set");
        if (mode == SwapMode::Both) {
            Sample exchanged = swapped(sample);
            exchanged.id += kSwappedSuffix;
            out.push_back(std::move(sample));
            out.push_back(std::move(exchanged));
        } else {
            const bool exchange = base::RandomStream(seed, "swap", { i }).below(2) == 1;
            out.push_back(exchange ? swapped(std::move(sample)) : std::move(sample));
        }
    }
    return out;
}

std::string contentKey(const Sample& sample)
{
    const std::string a = candidateText(sample.responseA, sample.mediaA);
    const std::string b = candidateText(sample.responseB, sample.mediaB);
    base::Json content = base::Json::array(
        { taskTypeName(sample.task), sample.context, sample.query, std::min(a, b), std::max(a, b) });
    for (const Media& media : sample.media)
        content.push_back(media.key());
    return base::sha256(content.dump(-1, ' ', false, base::Json::error_handler_t::replace));
}

std::vector<std::pair<std::size_t, std::size_t>> sharedContent(
    const std::vector<Sample>& first, const std::vector<Sample>& second)
{
    std::unordered_map<std::string, std::size_t> known;
    for (std::size_t i = 0; i < second.size(); ++i)
        known.emplace(contentKey(second[i]), i);
    std::vector<std::pair<std::size_t, std::size_t>> shared;
    for (std::size_t i = 0; i < first.size(); ++i) {
        if (const auto it = known.find(contentKey(first[i])); it != known.end())
            shared.emplace_back(i, it->second);
    }
    return shared;
}

} // namespace msrl::data
