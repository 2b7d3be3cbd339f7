// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/inputs.h"

namespace msrl::stages {
namespace fs = std::filesystem;

fs::path policyFolder(const StageContext& context, const curriculum::PlanInput& input)
{
    const curriculum::PlanStep& step = *context.plan.step(input.step);
    if (curriculum::traitsOf(step.nodeType).stored)
        return context.settings.projectFolder / step.params.at("path").get<std::string>();
    return context.inputFolder(input) / kPolicyFolder;
}

base::Result<model::Policy> loadInputPolicy(const StageContext& context, const char* port)
{
    return model::loadPolicy(
        policyFolder(context, *context.input(port)), c10::ScalarType::Float, context.settings.device);
}

data::Sample withAbsoluteMedia(data::Sample sample)
{
    const auto fix = [](data::Media& media) {
        if (!media.inRow())
            media.path = fs::absolute(media.file).string();
        for (std::string& frame : media.frameFiles)
            frame = (fs::absolute(media.file) / frame).string();
    };
    for (data::Media& media : sample.media)
        fix(media);
    if (sample.mediaA)
        fix(*sample.mediaA);
    if (sample.mediaB)
        fix(*sample.mediaB);
    return sample;
}

base::Result<std::vector<data::Sample>> loadInputSamples(
    const StageContext& context, const curriculum::PlanInput& input)
{
    const curriculum::PlanStep& step = *context.plan.step(input.step);
    if (curriculum::traitsOf(step.nodeType).stored)
        return loadDataset(step.params, context.settings.projectFolder);
    return readSamples(context.inputFolder(input) / kSamplesFile);
}

text::PromptMode promptModeOf(curriculum::PortType type)
{
    return type == curriculum::PortType::CaptionedPreferences ? text::PromptMode::Caption
                                                              : text::PromptMode::Visual;
}

base::Status writeSamples(const std::vector<data::Sample>& samples, const fs::path& file)
{
    std::string text;
    for (const data::Sample& sample : samples)
        text += data::sampleToJson(withAbsoluteMedia(sample)).dump() + "\n";
    return base::writeFileAtomically(file, text);
}

base::Result<std::vector<data::Sample>> readSamples(const fs::path& file)
{
    return data::loadSamples(file, data::LoadOptions { .mediaRoot = "/" });
}

} // namespace msrl::stages
