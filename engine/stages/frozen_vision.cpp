// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/frozen_vision.h"

#include "core/base/hash.h"
#include "engine/batch/fault_text.h"
#include "engine/device/workers.h"
#include "engine/model/forward.h"
#include "engine/stages/training_session.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>

#include <fmt/format.h>

#include <cstring>

namespace msrl::stages {
namespace {

constexpr std::int64_t kTilesAtOnce = 64;
constexpr const char* kFolder = "features";

// A checkpoint, which a full disk would end the run for, takes about this much; two are kept.
std::uint64_t checkpointBytes(const model::Policy& policy)
{
    constexpr std::uint64_t kParametersAndMoments = 3 * sizeof(float);
    return 2 * kParametersAndMoments * static_cast<std::uint64_t>(policy.numParameters());
}

// Ranks keep different media, but one folder each: what one finds damaged it may remove.
FeatureCacheOptions cacheOptions(const StageContext& context, const model::Policy& policy)
{
    constexpr int kMiB = 20;
    FeatureCacheOptions options;
    options.folder = context.workFolder() / kFolder / fmt::format("rank-{}", context.ranks.rank());
    options.memoryBytes = static_cast<std::uint64_t>(context.integer("feature_memory")) << kMiB;
    options.diskBytes = static_cast<std::uint64_t>(context.integer("feature_disk")) << kMiB;
    options.reserveBytes = checkpointBytes(policy);
    return options;
}

at::Tensor featuresOf(const model::Policy& policy, const at::Tensor& pixels)
{
    const at::NoGradGuard noGrad;
    std::vector<at::Tensor> parts;
    for (const at::Tensor& some : pixels.split(kTilesAtOnce))
        parts.push_back(model::imageFeatures(policy, some.to(policy.device())));
    return parts.size() == 1 ? parts.front() : at::cat(parts);
}

} // namespace

FrozenVision::FrozenVision(StageContext& context, const model::Policy& policy)
    : m_context(context)
    , m_policy(policy)
    , m_limits(PromptLimits::of(context.step))
    , m_cache(cacheOptions(context, policy))
{
}

base::Status FrozenVision::attach(const SampleEncoder& encoder, const std::vector<EncodedPrompt*>& prompts)
{
    const base::Result<Shown> shown = listMedia(encoder, prompts);
    Features features;
    base::Status own = shown ? base::Status() : base::Status(shown.error());
    if (own)
        own = provideOwn(encoder, shown->media, features);
    logFaults();
    if (base::Status fine = parallel::agree(m_context.ranks, own); !fine)
        return fine;
    if (base::Status shared = share(shown->media, features); !shared)
        return shared;
    for (at::Tensor& one : features)
        one = one.to(m_policy.device());
    for (std::size_t p = 0; p < prompts.size(); ++p) {
        std::vector<at::Tensor> parts;
        for (const std::size_t medium : shown->ofPrompt[p])
            parts.push_back(features[medium]);
        if (!parts.empty())
            prompts[p]->input.features = parts.size() == 1 ? parts.front() : at::cat(parts);
    }
    return {};
}

base::Result<FrozenVision::Shown> FrozenVision::listMedia(
    const SampleEncoder& encoder, const std::vector<EncodedPrompt*>& prompts)
{
    Shown shown;
    std::map<std::string, std::size_t> numbers;
    for (const EncodedPrompt* prompt : prompts) {
        const std::string place = "sample " + prompt->input.id;
        shown.ofPrompt.emplace_back();
        for (const data::Media& media : prompt->media) {
            base::Result<std::string> key = keyOf(encoder, media);
            if (!key)
                return base::within(key.error(), place);
            const auto [number, isNew] = numbers.emplace(*key, shown.media.size());
            if (isNew)
                shown.media.push_back({ *std::move(key), &media, place });
            shown.ofPrompt.back().push_back(number->second);
        }
    }
    return shown;
}

base::Result<std::string> FrozenVision::keyOf(const SampleEncoder& encoder, const data::Media& media)
{
    std::string name; // of a file: its pixels are not read again
    if (!media.inRow()) {
        name = fmt::format("{}|{}|{}|{}", media.file.string(), media.key(), media.frames,
            data::frameRuleName(media.frameRule));
        if (const auto known = m_keys.find(name); known != m_keys.end())
            return known->second;
    }
    const base::Result<std::string> pixels = encoder.pixelsHash(media, m_limits);
    if (!pixels)
        return pixels.error();
    if (m_modelHash.empty())
        m_modelHash = parametersHash(m_policy, { model::Part::Vision, model::Part::Projector });
    std::string key = base::sha256(*pixels + "|" + m_modelHash);
    if (!media.inRow())
        m_keys[name] = key;
    return key;
}

int FrozenVision::ownerOf(const Wanted& wanted) const
{
    constexpr std::size_t kDigits = 8;
    const auto number = std::stoull(wanted.key.substr(0, kDigits), nullptr, 16);
    return static_cast<int>(number % static_cast<std::uint64_t>(m_context.ranks.size()));
}

base::Status FrozenVision::provideOwn(
    const SampleEncoder& encoder, const std::vector<Wanted>& wanted, Features& features)
{
    features.resize(wanted.size());
    std::vector<std::size_t> missing;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (ownerOf(wanted[i]) != m_context.ranks.rank())
            continue;
        features[i] = m_cache.find(wanted[i].key);
        if (!features[i].defined())
            missing.push_back(i);
    }
    if (base::Status computed = compute(encoder, wanted, missing, features); !computed)
        return computed;
    for (const std::size_t i : missing)
        m_cache.keep(wanted[i].key, features[i]);
    m_computed += static_cast<std::int64_t>(missing.size());
    return {};
}

base::Status FrozenVision::compute(const SampleEncoder& encoder, const std::vector<Wanted>& wanted,
    const std::vector<std::size_t>& missing, Features& features)
{
    const std::stop_token stop = m_context.control.stopToken();
    const int workers = device::workersFor(m_policy.device(), m_policy.numBytes());
    const auto shares = device::shareOut(std::vector<std::int64_t>(missing.size(), 1), workers);
    std::vector<base::Status> ends(missing.size());
    try {
        device::runWorkers(workers, [&](int worker) {
            for (const std::size_t number : shares[static_cast<std::size_t>(worker)]) {
                const Wanted& one = wanted[missing[number]];
                if (stop.stop_requested()) {
                    ends[number] = base::stopped("image features stopped on request");
                    return;
                }
                const base::Result<at::Tensor> pixels = encoder.loadPixels(*one.media, m_limits);
                if (pixels)
                    features[missing[number]] = featuresOf(m_policy, *pixels);
                else
                    ends[number] = base::within(pixels.error(), one.place);
            }
        });
    } catch (const std::exception& fault) {
        return base::failed(
            fmt::format("image features failed: {}", batch::faultText(fault)), "vision tower");
    }
    for (const base::Status& end : ends)
        if (!end)
            return end;
    return {};
}

// Of each medium what its owner says.
base::Result<std::vector<std::int64_t>> FrozenVision::tilesOfAll(
    const std::vector<Wanted>& wanted, const Features& features) const
{
    std::string mine;
    for (const at::Tensor& own : features) {
        const std::int64_t tiles = own.defined() ? own.size(0) : 0;
        mine.append(reinterpret_cast<const char*>(&tiles), sizeof tiles);
    }
    const base::Result<std::vector<std::string>> all = m_context.ranks.allGather(mine);
    if (!all)
        return all.error();
    std::vector<std::int64_t> tiles(wanted.size(), 0);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const std::string& said = (*all)[static_cast<std::size_t>(ownerOf(wanted[i]))];
        if (said.size() != mine.size())
            return base::failed("ranks show different media");
        std::memcpy(&tiles[i], said.data() + i * sizeof tiles[i], sizeof tiles[i]);
    }
    return tiles;
}

// All features travel at once, in a format that ranks exchange and that holds the policy's exactly.
base::Status FrozenVision::share(const std::vector<Wanted>& wanted, Features& features)
{
    parallel::Communicator& ranks = m_context.ranks;
    if (ranks.size() == 1 || wanted.empty())
        return {};
    const at::NoGradGuard noGrad;
    const base::Result<std::vector<std::int64_t>> tiles = tilesOfAll(wanted, features);
    if (!tiles)
        return tiles.error();
    const std::int64_t tokens = m_policy.config.tokensPerTile();
    const std::int64_t hidden = m_policy.config.text.hidden;
    std::vector<std::int64_t> lengths(static_cast<std::size_t>(ranks.size()), 0);
    std::vector<std::int64_t> begins;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        std::int64_t& length = lengths[static_cast<std::size_t>(ownerOf(wanted[i]))];
        begins.push_back(length);
        length += (*tiles)[i] * tokens * hidden;
    }
    const auto format = m_policy.dtype() == at::kDouble ? at::kDouble : at::kFloat;
    std::vector<at::Tensor> shares;
    for (const std::int64_t length : lengths)
        shares.push_back(at::empty({ length }, at::TensorOptions().dtype(format).device(m_policy.device())));
    const auto placeOf = [&](std::size_t i) {
        const std::int64_t count = (*tiles)[i];
        return shares[static_cast<std::size_t>(ownerOf(wanted[i]))]
            .narrow(0, begins[i], count * tokens * hidden)
            .view({ count, tokens, hidden });
    };
    for (std::size_t i = 0; i < wanted.size(); ++i)
        if (features[i].defined())
            placeOf(i).copy_(features[i]);
    if (base::Status gathered = ranks.gatherShares(shares); !gathered)
        return gathered;
    for (std::size_t i = 0; i < wanted.size(); ++i)
        features[i] = placeOf(i).to(m_policy.dtype());
    return {};
}

void FrozenVision::logFaults()
{
    for (const std::string& fault : m_cache.takeFaults())
        m_context.log(store::EventLevel::Warning, "features", fault);
}

void FrozenVision::report()
{
    const FeatureCounts& counts = m_cache.counts();
    if (m_computed + counts.fromMemory + counts.fromDisk == 0)
        return;
    m_context.log(store::EventLevel::Info, "features",
        fmt::format(
            "the vision tower ran for {} media; {} were found in memory and {} on disk, {} had no room",
            m_computed, counts.fromMemory, counts.fromDisk, counts.notKept),
        { { "computed", m_computed }, { "memory", counts.fromMemory }, { "disk", counts.fromDisk },
            { "not_kept", counts.notKept } });
}

} // namespace msrl::stages
