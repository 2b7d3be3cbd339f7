// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/field_builders.h"
#include "core/curriculum/nodes/nodes.h"
#include "core/curriculum/validate.h"
#include "core/data/readers.h"

namespace msrl::curriculum {

namespace {

std::vector<std::string> formatChoices()
{
    std::vector<std::string> names { "auto" };
    for (const data::SampleFormat& format : data::sampleFormats())
        names.emplace_back(format.name);
    return names;
}

// The map of columns, which the field table knows as a text.
std::vector<Problem> checkColumns(const Project&, const Node& node)
{
    const auto problem = [&](std::string text, std::string hint) {
        return std::vector<Problem> { { Severity::Error, node.id, "columns", std::move(text),
            std::move(hint) } };
    };
    const base::Json text = fieldValue(node, "columns");
    if (!text.is_string())
        return {};
    const auto columns = data::ColumnMap::parseText(text.get<std::string>(), {});
    if (!columns)
        return problem(columns.error().what, columns.error().hint);
    const base::Json format = fieldValue(node, "format");
    if (!columns->empty() && format != "auto" && format != data::kJsonlFormat.name)
        return problem("the format reads its own columns", "leave one of the two fields as it was");
    return {};
}

} // namespace

NodeTypeSpec datasetNode()
{
    NodeTypeSpec spec;
    spec.type = "dataset";
    spec.title = "Dataset";
    spec.icon = "dataset";
    spec.summary = "Samples from a file: preferences with two answers, or examples to imitate.";
    spec.drawsRandomly = false;
    spec.traits = { .stored = true, .preparesData = true };
    spec.outputs = { { "samples", "Samples",
        { PortType::TextPreferences, PortType::VisualPreferences, PortType::SftSamples }, "content", false,
        false, "The samples, in file order or shuffled by the subset's seed." } };
    addSection(spec.fields, "Source",
        {
            choiceField({ "content", "Content", "What a row is." },
                { "text-preferences", "visual-preferences", "sft-samples" }),
            required(pathField(
                { "path", "File", "Rows of our own (.jsonl, .jsonl.gz, .parquet), or of the format below." },
                FieldContent::DataFile)),
            choiceField({ "format", "Format",
                            "Whose rows the file has; auto goes by its name, and *.jsonl is our own." },
                formatChoices()),
            textField(
                { "columns", "Columns",
                    "For a file whose columns have other names: FIELD=COLUMN, separated by commas, such as "
                    "query=question, a=chosen, b=rejected, gold=label, gold:0=A, gold:1=B." },
                ""),
            pathField({ "media_root", "Media folder",
                          "Images, videos and frame folders are looked up here; empty: beside the file." },
                FieldContent::None),
            integerField({ "video_frames", "Frames per video",
                             "Shown of a video file whose row names no number; folders of frames are shown "
                             "whole.",
                             "frames" },
                8, 1, 1024),
            choiceField(
                { "frame_rule", "Frame rule",
                    "How frames of a video file are chosen. original: the middle of equal segments, as "
                    "InternVL's code. hf: as its processor in transformers." },
                { "original", "hf" }),
        });
    addSection(spec.fields, "Subset",
        {
            integerField(
                { "limit", "At most", "Number of samples taken; 0 takes all.", "samples" }, 0, 0, 1e12),
            integerField(
                { "subset_seed", "Subset seed", "Which samples a limit takes; 0 takes the first.", "" }, 0, 0,
                1e12),
            choiceField({ "swap", "Swap A and B",
                            "none: as in the file. random: half of the samples, chosen by the subset seed. "
                            "both: every sample in both orders." },
                { "none", "random", "both" }),
        });
    spec.headline = { "path", "limit" };
    spec.check = checkColumns;
    return spec;
}

} // namespace msrl::curriculum
