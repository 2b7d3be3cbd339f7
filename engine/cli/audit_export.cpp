// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/audit_export.h"

#include "core/base/files.h"
#include "core/base/json.h"
#include "core/data/media_paths.h"
#include "core/judge/parser.h"
#include "core/parquet/row_writer.h"
#include "core/text/completion.h"
#include "core/text/prompts.h"
#include "engine/cli/accepted_set.h"
#include "engine/cli/output_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

using base::Json;

constexpr std::string_view kTurnBegin = "<|im_start|>";

bool isLiteral(const text::RenderedPrompt& prompt, std::size_t at)
{
    return std::any_of(prompt.literal.begin(), prompt.literal.end(),
        [at](const text::ByteRange& range) { return at >= range.begin && at < range.end; });
}

// Where `part` stands as template text from `from` on; data that spells it is passed over.
std::size_t findToken(const text::RenderedPrompt& prompt, std::string_view part, std::size_t from)
{
    std::size_t at = prompt.text.find(part, from);
    while (at != std::string::npos && isLiteral(prompt, at))
        at = prompt.text.find(part, at + 1);
    return at;
}

// The prompt's bytes [from, end) with each medium's tokens replaced by its mark.
std::string withMarks(
    const text::RenderedPrompt& prompt, std::size_t from, std::size_t end, std::size_t& medium)
{
    const std::string image = text::imageTokens(1);
    const std::string video = text::videoTokens(std::vector<int> { 1 }, {});
    std::string out;
    for (;;) {
        const bool isVideo
            = medium < prompt.media.size() && prompt.media[medium].kind == data::Media::Kind::Video;
        const std::string& tokens = isVideo ? video : image;
        const std::size_t at
            = medium < prompt.media.size() ? findToken(prompt, tokens, from) : std::string::npos;
        if (at == std::string::npos || at >= end)
            return out + prompt.text.substr(from, end - from);
        out += prompt.text.substr(from, at - from) + (isVideo ? "<video>" : "<image>");
        from = at + tokens.size();
        ++medium;
    }
}

Json messagesOf(const text::RenderedPrompt& prompt)
{
    Json messages = Json::array();
    std::size_t medium = 0;
    for (std::size_t begin = findToken(prompt, kTurnBegin, 0); begin != std::string::npos;
         begin = findToken(prompt, kTurnBegin, begin + 1)) {
        const std::size_t role = begin + kTurnBegin.size();
        const std::size_t line = prompt.text.find('\n', role);
        const std::size_t end = findToken(prompt, text::kTurnEnd, line);
        if (end == std::string::npos)
            break; // the assistant's turn, which is to be written
        messages.push_back({ { "role", prompt.text.substr(role, line - role) },
            { "content", withMarks(prompt, line + 1, end, medium) } });
    }
    return messages;
}

base::Result<Json> mediaPaths(const std::vector<data::Media>& media, data::Media::Kind kind)
{
    Json paths = Json::array();
    for (const data::Media& one : media) {
        if (one.kind != kind)
            continue;
        if (one.inRow()) {
            paths.push_back(one.dataUri());
            continue;
        }
        const base::Result<std::vector<fs::path>> files = data::mediaFiles(one);
        if (!files)
            return files.error();
        Json names = Json::array();
        for (const fs::path& file : *files)
            names.push_back(file.string());
        paths.push_back(names.size() == 1 ? names.front() : names);
    }
    return paths;
}

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
        base::Result<Json> row = swiftRow(sample, prompts);
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
            (*row)["rejected_response"] = *rejected;
        }
        if (const base::Status added = add(*row, sample); !added)
            return added.error();
        ++counts.rows;
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

base::Result<Json> swiftRow(const data::Sample& sample, const text::PromptSet& prompts)
{
    const auto rendered = prompts.render(sample, text::PromptMode::Visual,
        [](const data::Media&) -> base::Result<std::vector<int>> { return std::vector<int> { 1 }; });
    if (!rendered)
        return rendered.error();
    Json row = { { "messages", messagesOf(*rendered) } };
    row["messages"].push_back({ { "role", "assistant" }, { "content", sample.completion } });
    for (const auto& [name, kind] :
        { std::pair("images", data::Media::Kind::Image), std::pair("videos", data::Media::Kind::Video) }) {
        base::Result<Json> paths = mediaPaths(rendered->media, kind);
        if (!paths)
            return paths.error();
        if (!paths->empty())
            row[name] = *std::move(paths);
    }
    row["id"] = sample.id;
    return row;
}

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
