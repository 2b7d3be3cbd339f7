// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/parser.h"
#include "core/judge/rewards.h"
#include "engine/cli/debug_commands.h"
#include "engine/cli/json_lines.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace msrl::cli {

namespace {

// What the released scripts give for the right type; their weight comes on top of it.
constexpr double kTaskReward = 0.2;

// The scripts compare whatever stands for a label: "tie" with "tie", also. The product's own labels are A and
// B, and what strict finds is one of them or nothing.
bool matchesGold(const judge::Judgement& judgement, const std::string& completion, const std::string& gold,
    judge::ParserMode mode)
{
    const std::string label = judge::scriptLabel(gold); // the gold may stand in a tag of its own
    if (mode == judge::ParserMode::Script)
        return !label.empty() && judge::scriptLabel(completion) == label;
    return judgement.answer && data::sideName(*judgement.answer) == label;
}

// The type that a task's name stands for, as a completion's is read; nothing equals an empty one.
bool namesType(const judge::Judgement& judgement, const std::string& task, judge::ParserMode mode)
{
    const std::string expected
        = mode == judge::ParserMode::Script ? *judge::parseScript(task).type : judge::normalisedType(task);
    return !expected.empty() && judgement.type == expected;
}

// {completion, gold, task_type} -> {format, accuracy, task, answer, type, has_caption}. A gold of null makes
// the accuracy null: it does not apply. The task's name is compared as the completion's type is.
base::Result<base::Json> parseRow(const base::Json& row, const std::string& place, judge::ParserMode mode)
{
    if (!row.is_object())
        return base::badInput("not a JSON object", place);
    base::ObjectReader in(row, place);
    const std::string completion = in.text("completion");
    const base::Json& gold = in.any("gold");
    const base::Json& task = in.any("task_type");
    if (!gold.is_null() && !gold.is_string())
        in.fault("gold", "is neither text nor null");
    if (!task.is_null() && !task.is_string())
        in.fault("task_type", "is neither text nor null");
    if (auto status = in.finish(base::ObjectReader::Unknown::Keep); !status)
        return status.error();

    const judge::Judgement judgement = judge::parse(completion, mode, {});
    base::Json out = base::Json::object();
    out["format"] = judgement.formatOk ? 1.0 : 0.0;
    out["accuracy"] = nullptr;
    if (gold.is_string())
        out["accuracy"] = matchesGold(judgement, completion, gold.get<std::string>(), mode) ? 1.0 : 0.0;
    out["task"] = nullptr;
    if (task.is_string())
        out["task"] = namesType(judgement, task.get<std::string>(), mode) ? kTaskReward : 0.0;
    out["answer"] = judgement.answer ? base::Json(data::sideName(*judgement.answer)) : base::Json(nullptr);
    out["type"] = judgement.type ? base::Json(*judgement.type) : base::Json(nullptr);
    out["has_caption"] = judgement.caption.has_value();
    return out;
}

} // namespace

void addDebugParse(CLI::App& debug, Action& action)
{
    CLI::App* command = debug.add_subcommand(
        "parse", "Read completions as training does: {completion, gold, task_type} per line.");
    const auto mode = std::make_shared<std::string>("strict");
    command->add_option("--mode", *mode, "The parser.")->check(CLI::IsMember({ "strict", "script" }));
    command->callback([&action, mode] {
        action = [mode] {
            const auto parser = *mode == "strict" ? judge::ParserMode::Strict : judge::ParserMode::Script;
            return answerLines([parser](const base::Json& row, const std::string& place) {
                return parseRow(row, place, parser);
            });
        };
    });
}

} // namespace msrl::cli
