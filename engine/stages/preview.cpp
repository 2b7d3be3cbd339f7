// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/preview.h"

#include "core/text/chat.h"
#include "engine/stages/epoch_order.h"
#include "engine/stages/inputs.h"
#include "engine/stages/rl_batches.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace msrl::stages {

namespace {

constexpr std::size_t kMostRefusals = 20; // that are named
constexpr const char* kReplay = "replay";

struct Source
{
    std::string name; // "new", "replay" where a stage mixes, else "data"
    const std::vector<data::Sample>* samples = nullptr;
    text::PromptMode mode = text::PromptMode::Visual;
    bool hasTargets = false; // completions to imitate
};

struct Chosen
{
    const Source* source;
    std::size_t index;
};

class Preview
{
public:
    Preview(const curriculum::Plan& plan, const curriculum::PlanStep& step, const RunSettings& settings,
        const PreviewOptions& options)
        : m_plan(plan)
        , m_step(step)
        , m_type(*curriculum::findNodeType(step.nodeType))
        , m_mixes(m_type.input(kReplay) != nullptr)
        , m_options(options)
        , m_data(plan, settings)
        , m_limits(PromptLimits::of(step))
    {
    }

    base::Result<base::Json> run()
    {
        base::Result<const SampleEncoder*> encoder = m_data.encoderFor(m_step);
        if (!encoder)
            return encoder.error();
        m_encoder = *encoder;
        if (base::Status found = addSource(m_type.promptInput()->name, m_mixes ? "new" : "data"); !found)
            return found.error();
        if (m_step.inputs.count(kReplay)) {
            if (base::Status found = addSource(kReplay, kReplay); !found)
                return found.error();
        }
        base::Result<std::vector<Chosen>> batch = firstBatch();
        if (!batch)
            return batch.error();
        base::Json json = { { "node", m_step.nodeId }, { "type", m_step.nodeType },
            { "limits",
                { { "prompt_tokens", m_limits.tokens },
                    { "completion_tokens", m_step.params.at("max_new_tokens") },
                    { "sample_tiles", m_limits.tilesPerSample } } },
            { "batch_size", batch->size() }, { "batch", base::Json::array() },
            { "sources", base::Json::array() } };
        for (std::size_t i = 0; i < std::min(m_options.mostRows, batch->size()); ++i)
            json["batch"].push_back(rowOf((*batch)[i]));
        for (const Source& source : m_sources)
            json["sources"].push_back(sourceJson(source));
        return json;
    }

private:
    base::Status addSource(const std::string& port, const char* name)
    {
        const auto inputs = m_step.inputs.find(port);
        if (inputs == m_step.inputs.end())
            return base::badInput(fmt::format("input {} is not connected", port), "node " + m_step.nodeId);
        const curriculum::PlanInput& input = inputs->second.front();
        const curriculum::PlanStep* dataset = m_data.datasetBehind(input);
        if (!dataset)
            return base::badInput(
                fmt::format("the samples of input {} are yet to be written by {}", port, input.step),
                "node " + m_step.nodeId, "run the project up to that stage first");
        base::Result<const std::vector<data::Sample>*> samples = m_data.samplesOf(*dataset);
        if (!samples)
            return samples.error();
        m_sources.push_back(
            { name, *samples, promptModeOf(input.type), input.type == curriculum::PortType::SftSamples });
        return {};
    }

    base::Result<std::vector<Chosen>> firstBatch() const
    {
        std::vector<Chosen> batch;
        const Source& fresh = m_sources.front();
        if (m_mixes) {
            const std::size_t numReplay = m_sources.size() > 1 ? m_sources[1].samples->size() : 0;
            const base::Result<data::ReplayRatio> ratio = replayRatioOf(m_step);
            if (!ratio)
                return ratio.error();
            base::Result<data::ReplayMixer> mixer
                = makeMixer(m_plan, m_step, fresh.samples->size(), ratio->usesReplay() ? numReplay : 0);
            if (!mixer)
                return mixer.error();
            for (const data::MixedSample& one : mixer->nextBatch())
                batch.push_back({ &m_sources[one.source == data::SampleSource::New ? 0 : 1], one.index });
            return batch;
        }
        std::vector<std::size_t> order(fresh.samples->size());
        std::iota(order.begin(), order.end(), std::size_t { 0 });
        if (m_type.traits.trains)
            order = EpochOrder(order.size(), m_step.params.at("batch_size").get<std::size_t>(), m_plan.seed,
                streamIdOf(m_step))
                        .batch(0);
        for (const std::size_t index : order)
            batch.push_back({ &fresh, index });
        return batch;
    }

    base::Json rowOf(const Chosen& chosen) const
    {
        const data::Sample& sample = (*chosen.source->samples)[chosen.index];
        base::Json row = { { "source", chosen.source->name }, { "sample", sample.id },
            { "place", sample.place }, { "task", data::taskTypeName(sample.task) },
            { "gold", sample.gold ? base::Json(data::sideName(*sample.gold)) : base::Json() } };
        const base::Result<EncodedPrompt> prompt
            = m_encoder->encode(sample, chosen.source->mode, m_limits, SampleEncoder::Pixels::Skip);
        if (!prompt) {
            row["refused"] = prompt.error().message();
            return row;
        }
        row["tokens"] = prompt->input.ids.size();
        row["pieces"] = piecesOf(*prompt);
        row["images"] = base::Json::array();
        for (const base::Json& piece : row["pieces"])
            if (piece["role"] == "image")
                row["images"].push_back(piece["tokens"]);
        if (!chosen.source->hasTargets)
            return row;
        if (const auto target = m_encoder->encodeCompletion(sample.completion, sample.where())) {
            row["target_tokens"] = target->size();
            row["pieces"].push_back(
                { { "role", "target" }, { "text", sample.completion }, { "tokens", target->size() } });
        }
        return row;
    }

    // Neighbouring tokens of one role together; the features of a picture have no text.
    base::Json piecesOf(const EncodedPrompt& prompt) const
    {
        base::Json pieces = base::Json::array();
        const text::Tokenizer& tokenizer = m_encoder->tokenizer();
        const auto image = tokenizer.tokenId(text::kImageContext);
        std::size_t at = 0;
        auto literal = prompt.literal.begin();
        for (const std::int64_t wide : prompt.input.ids) {
            const auto id = static_cast<text::TokenId>(wide);
            const std::string_view bytes = tokenizer.tokenBytes(id);
            while (literal != prompt.literal.end() && literal->end <= at)
                ++literal;
            const bool isData = literal != prompt.literal.end() && literal->begin <= at;
            const char* role = isData     ? "data"
                : image && id == *image   ? "image"
                : tokenizer.isSpecial(id) ? "special"
                                          : "template";
            if (pieces.empty() || pieces.back()["role"] != role)
                pieces.push_back({ { "role", role }, { "text", "" }, { "tokens", 0 } });
            base::Json& piece = pieces.back();
            piece["tokens"] = piece["tokens"].get<std::int64_t>() + 1;
            if (role != std::string_view("image"))
                piece["text"] = piece["text"].get<std::string>() + std::string(bytes);
            at += bytes.size();
        }
        return pieces;
    }

    base::Json sourceJson(const Source& source) const
    {
        const std::size_t checked = std::min(m_options.mostChecked, source.samples->size());
        std::int64_t longest = 0, refused = 0;
        base::Json named = base::Json::array();
        for (std::size_t i = 0; i < checked; ++i) {
            const base::Result<EncodedPrompt> prompt
                = m_encoder->encode((*source.samples)[i], source.mode, m_limits, SampleEncoder::Pixels::Skip);
            if (prompt) {
                longest = std::max(longest, static_cast<std::int64_t>(prompt->input.ids.size()));
                continue;
            }
            if (refused++ < static_cast<std::int64_t>(kMostRefusals))
                named.push_back(prompt.error().message());
        }
        return { { "name", source.name }, { "samples", source.samples->size() }, { "checked", checked },
            { "longest_prompt", longest }, { "refused", refused }, { "refusals", named } };
    }

    const curriculum::Plan& m_plan;
    const curriculum::PlanStep& m_step;
    const curriculum::NodeTypeSpec& m_type;
    const bool m_mixes; // old samples among the new ones
    const PreviewOptions& m_options;
    PlanData m_data;
    PromptLimits m_limits;
    const SampleEncoder* m_encoder = nullptr;
    std::vector<Source> m_sources;
};

} // namespace

base::Result<base::Json> previewBatch(const curriculum::Plan& plan, const std::string& node,
    const RunSettings& settings, const PreviewOptions& options)
{
    for (const curriculum::PlanStep& step : plan.steps)
        if (step.nodeId == node && !step.bypassed) {
            if (!curriculum::findNodeType(step.nodeType)->promptInput())
                return base::badInput(
                    "reads no samples", "node " + node, "choose a stage that trains, writes or evaluates");
            return Preview(plan, step, settings, options).run();
        }
    return base::badInput("there is no such stage in the plan", "node " + node, "it may be bypassed");
}

} // namespace msrl::stages
