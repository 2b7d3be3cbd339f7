// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/audit_export.h"

#include "core/base/files.h"
#include "core/base/json.h"
#include "core/data/media_paths.h"
#include "core/judge/parser.h"
#include "core/parquet/row_writer.h"
#include "core/text/completion.h"
#include "engine/cli/accepted_set.h"
#include "engine/cli/output_file.h"
#include "engine/cli/swift_row.h"

#include <fmt/format.h>

#include <limits>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

using base::Json;

base::Result<text::PromptSet> promptsOf(const store::RunFolder& folder, const ExportOptions& options)
{
    if (!options.prompts.empty())
        return text::PromptSet::named(options.prompts, fs::current_path());
    const base::Result<Json> plan = base::readJsonFile(folder.planFile());
    if (!plan)
        return plan.error();
    std::string name = "msrl";
    for (const Json& step : plan->value("steps", Json::array())) {
        if (step.value("id", std::string()) == options.stage && step.contains("params"))
            name = step["params"].value("prompts", name);
    }
    return text::PromptSet::named(name, folder.root());
}

// The surest path that says the other letter; an empty text when there is none.
base::Result<std::string> rejectedTarget(
    const data::Sample& sample, store::RunReader& reader, const std::string& stage)
{
    const auto item = reader.candidate(stage, sample.id);
    if (!item)
        return item.error();
    const auto accepted = judge::looseAnswer(sample.completion);
    if (!*item || !accepted)
        return std::string();
    const store::CandidatePath* best = nullptr;
    double surest = -std::numeric_limits<double>::infinity();
    for (const store::CandidatePath& path : (*item)->paths) {
        const auto mean = path.confidence.find("mean_logprob");
        const bool known = mean != path.confidence.end() && mean->is_number();
        if (!path.formatOk || path.answer != data::sideName(data::otherSide(*accepted)) || !known
            || mean->get<double>() <= surest)
            continue;
        surest = mean->get<double>();
        best = &path;
    }
    return best ? text::studentTarget(sample, best->text) : std::string();
}

// Each row of the export in turn; what `add` says ends it.
template <class Add>
base::Result<ExportCounts> forEachRow(const std::vector<data::Sample>& samples,
    const text::PromptSet& prompts, store::RunReader& reader, const ExportOptions& options, const Add& add)
{
    ExportCounts counts;
    for (const data::Sample& sample : samples) {
        base::Result<SwiftRow> row = swiftRow(sample, prompts);
        if (!row)
            return row.error();
        if (options.kind == ExportKind::Pairs) {
            const base::Result<std::string> rejected = rejectedTarget(sample, reader, options.stage);
            if (!rejected)
                return rejected.error();
            if (rejected->empty()) {
                ++counts.withoutRejected;
                continue;
            }
            row->json["rejected_response"] = *rejected;
        }
        if (const base::Status added = add(row->json, sample); !added)
            return added.error();
        ++counts.rows;
        counts.respelled += row->respelled ? 1 : 0;
    }
    return counts;
}

base::Result<ExportCounts> exportLines(const std::vector<data::Sample>& samples,
    const text::PromptSet& prompts, store::RunReader& reader, const ExportOptions& options)
{
    std::string lines;
    const auto counts = forEachRow(
        samples, prompts, reader, options, [&](const Json& row, const data::Sample&) -> base::Status {
            lines += row.dump() + "\n";
            return {};
        });
    if (!counts)
        return counts.error();
    if (base::Status written = base::writeFileAtomically(options.file, lines); !written)
        return written.error();
    return *counts;
}

// The columns that Hugging Face datasets shows as what they are: turns, images, paths of videos.
std::vector<parquet::Column> swiftColumns(ExportKind kind)
{
    using Kind = parquet::Column::Kind;
    std::vector<parquet::Column> columns
        = { { "id" }, { "messages", Kind::List, { { "turn", Kind::Struct, { { "role" }, { "content" } } } } },
              { "images", Kind::List, { { "image", Kind::Image } } },
              { "videos", Kind::List, { { "frames", Kind::List, { { "file" } } } } } };
    if (kind == ExportKind::Pairs)
        columns.push_back({ "rejected_response" });
    return columns;
}

// A video is a list in a column of lists, of one file or of its frames. Images are put inside.
base::Result<Json> withMediaInside(Json row)
{
    for (Json& image : row.contains("images") ? row["images"] : row["images"] = Json::array()) {
        auto inside = parquet::embeddedImage(data::imageAt(image.get<std::string>(), {}));
        if (!inside)
            return inside.error();
        image = *std::move(inside);
    }
    for (Json& video : row.contains("videos") ? row["videos"] : row["videos"] = Json::array()) {
        if (video.is_string())
            video = Json::array({ video });
    }
    return row;
}

base::Result<ExportCounts> exportTable(const std::vector<data::Sample>& samples,
    const text::PromptSet& prompts, store::RunReader& reader, const ExportOptions& options)
{
    auto table = parquet::RowWriter::create(options.file, swiftColumns(options.kind));
    if (!table)
        return table.error();
    const auto counts = forEachRow(
        samples, prompts, reader, options, [&](const Json& row, const data::Sample& sample) -> base::Status {
            const auto inside = withMediaInside(row);
            if (!inside)
                return base::within(inside.error(), sample.where());
            return table->add(*inside, sample.where());
        });
    if (!counts)
        return counts.error();
    if (base::Status written = table->finish(); !written)
        return written.error();
    return *counts;
}

} // namespace

base::Result<ExportCounts> exportAccepted(
    const store::RunFolder& folder, store::RunReader& reader, const ExportOptions& options)
{
    if (fs::exists(options.file))
        return base::badInput("the file is there already", options.file.string(), "name another one");
    if (base::Status fine = checkOutputFile(options.file); !fine)
        return fine.error();
    const base::Result<text::PromptSet> prompts = promptsOf(folder, options);
    if (!prompts)
        return prompts.error();
    const base::Result<std::vector<data::Sample>> samples
        = acceptedSet(folder, reader, options.stage, options.gate);
    if (!samples)
        return samples.error();
    return options.file.extension() == ".parquet" ? exportTable(*samples, *prompts, reader, options)
                                                  : exportLines(*samples, *prompts, reader, options);
}

} // namespace msrl::cli
