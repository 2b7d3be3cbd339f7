// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/selection.h"
#include "engine/cli/debug_commands.h"
#include "engine/cli/json_lines.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace msrl::cli {

namespace {

using data::Side;

base::Json sideJson(const std::optional<Side>& side)
{
    return side ? base::Json(data::sideName(*side)) : base::Json(nullptr);
}

std::optional<Side> sideAt(base::ObjectReader& in, const char* key)
{
    const base::Json& value = in.any(key);
    if (value.is_null())
        return std::nullopt;
    const auto side = value.is_string() ? data::sideFromName(value.get<std::string>()) : std::nullopt;
    if (!side)
        in.fault(key, "is not \"A\", \"B\" or null");
    return side;
}

bool allNumbers(const base::Json& values)
{
    return values.is_array()
        && std::all_of(values.begin(), values.end(), [](const base::Json& one) { return one.is_number(); });
}

base::Result<judge::PathEvidence> pathFrom(const base::Json& json, const std::string& place)
{
    if (!json.is_object())
        return base::badInput("not a JSON object", place);
    base::ObjectReader in(json, place);
    judge::PathEvidence path;
    path.answer = sideAt(in, "answer");
    path.formatOk = in.boolean("format_ok");
    const base::Json& logprobs = in.array("logprobs");
    const base::Json& top = in.array("topk_logprobs");
    const base::Json& answers = in.any("answer_logprobs");
    if (!allNumbers(logprobs))
        in.fault("logprobs", "holds something other than numbers");
    if (!std::all_of(top.begin(), top.end(), allNumbers))
        in.fault("topk_logprobs", "is not a list of lists of numbers");
    const bool hasAnswers = !answers.is_null();
    if (hasAnswers
        && !(answers.is_object() && answers.contains("A") && answers.contains("B") && answers["A"].is_number()
            && answers["B"].is_number()))
        in.fault("answer_logprobs", "is not {\"A\": number, \"B\": number}");
    if (auto status = in.finish(base::ObjectReader::Unknown::Keep); !status)
        return status.error();
    path.logprobs = logprobs.get<std::vector<double>>();
    path.topLogprobs = top.get<std::vector<std::vector<double>>>();
    if (hasAnswers)
        path.answerLogprobs = { answers["A"].get<double>(), answers["B"].get<double>() };
    return path;
}

struct Question
{
    std::vector<judge::PathEvidence> paths;
    std::optional<Side> gold;
    judge::SelectionOptions options;
};

base::Result<Question> questionFrom(const base::Json& row, const std::string& place)
{
    if (!row.is_object())
        return base::badInput("not a JSON object", place);
    base::ObjectReader in(row, place);
    Question question;
    question.gold = sideAt(in, "gold");
    const std::string label = in.text("label_mode", "vote");
    const std::string tie = in.text("tie_policy", "drop");
    const std::int64_t window = in.integer("window", static_cast<std::int64_t>(question.options.window));
    const base::Json& paths = in.array("paths");
    if (label != "vote" && label != "gold")
        in.fault("label_mode", fmt::format("is '{}'", label), "use vote or gold");
    if (tie != "drop" && tie != "confidence")
        in.fault("tie_policy", fmt::format("is '{}'", tie), "use drop or confidence");
    if (window < 1)
        in.fault("window", fmt::format("is {} tokens", window), "use at least 1");
    if (auto status = in.finish(base::ObjectReader::Unknown::Keep); !status)
        return status.error();
    question.options.label = label == "gold" ? judge::LabelMode::Gold : judge::LabelMode::Vote;
    question.options.tie = tie == "confidence" ? judge::TiePolicy::Confidence : judge::TiePolicy::Drop;
    question.options.window = static_cast<std::size_t>(window);
    for (std::size_t i = 0; i < paths.size(); ++i) {
        auto path = pathFrom(paths[i], fmt::format("{}, path {}", place, i));
        if (!path)
            return path.error();
        question.paths.push_back(std::move(*path));
    }
    return question;
}

base::Json selectionJson(const judge::Selection& selection)
{
    base::Json out = base::Json::object();
    out["votes"] = { { "A", selection.votesA }, { "B", selection.votesB } };
    out["vote_share"] = { { "A", selection.shareA }, { "B", selection.shareB } };
    out["tie"] = selection.tie;
    out["majority"] = sideJson(selection.majority);
    out["label"] = sideJson(selection.label);
    out["filtered"] = selection.kept;
    out["confidence"] = base::Json::array();
    for (const std::optional<double>& value : selection.confidence)
        out["confidence"].push_back(value ? base::Json(*value) : base::Json(nullptr));
    out["chosen"] = selection.chosen ? base::Json(*selection.chosen) : base::Json(nullptr);
    return out;
}

base::Result<base::Json> selectRow(
    const base::Json& row, const std::string& place, const std::string& measure)
{
    auto question = questionFrom(row, place);
    if (!question)
        return question.error();
    question->options.measure = measure;
    const auto selection = judge::selectCandidate(question->paths, question->gold, question->options);
    if (!selection)
        return base::within(selection.error(), place);
    return selectionJson(*selection);
}

} // namespace

void addDebugSelect(CLI::App& debug, Action& action)
{
    CLI::App* command = debug.add_subcommand("select",
        "Choose the teaching path as distillation does: {paths, gold, label_mode, tie_policy, window} per "
        "line.");
    const auto measure = std::make_shared<std::string>("mean_logprob");
    std::vector<std::string> names;
    for (const judge::ConfidenceMeasure& one : judge::confidenceMeasures())
        names.emplace_back(one.name);
    command->add_option("--confidence", *measure, "The confidence measure.")->check(CLI::IsMember(names));
    command->callback([&action, measure] {
        action = [measure] {
            return answerLines([measure](const base::Json& row, const std::string& place) {
                return selectRow(row, place, *measure);
            });
        };
    });
}

} // namespace msrl::cli
