// SPDX-License-Identifier: GPL-3.0-or-later
// Reading what a judge wrote: <type>…</type> <caption>…</caption> <think>…</think> <answer>A|B</answer>.
#pragma once

#include "core/data/sample.h"

#include <optional>
#include <string>
#include <string_view>

namespace msrl::judge {

// What stands between the parts of a completion and around them: ASCII alone.
inline constexpr std::string_view kWhiteSpace = " \t\n\r\v\f";

// Strict: the whole completion is the tags in their order, each once, with white space between. Script: what
// the released training scripts do, with their holes (see parseScript).
enum class ParserMode { Strict, Script };

// The tags that a stage asks for besides <think> and <answer>.
struct Requirements
{
    bool type = false;
    bool caption = false;
};

struct Judgement
{
    bool formatOk = false;
    std::optional<data::Side> answer;
    std::optional<std::string> type; // normalised: lower case, '_', '-' and runs of space as one space
    std::optional<std::string> caption;
    std::optional<std::string> thought;
};

// All or nothing: a completion that breaks the grammar has no answer and no parts. Tags are lower case; a tag
// that is not required may still be there, in its place. White space is ASCII.
Judgement parseStrict(std::string_view completion, Requirements requirements = {});

// The answer is the body of the first <answer> pair, or the whole completion when there is none or it is
// blank; type likewise. The format holds when a think pair and an answer pair occur anywhere. Tags match in
// any case. White space and case are ASCII here (the scripts use Python's Unicode rules).
Judgement parseScript(std::string_view completion);

// What the scripts compare with the gold label, read from either: the body of the first <answer> pair, or the
// whole text when there is none or it is blank; trimmed, upper case. Not only A and B.
std::string scriptLabel(std::string_view text);

Judgement parse(std::string_view completion, ParserMode mode, Requirements requirements);

// The letter in the first <answer> pair, whatever surrounds it: the vote of a path whose format may be
// broken.
std::optional<data::Side> looseAnswer(std::string_view completion);

// Lower case, '_' and '-' as spaces, runs of white space as one space, trimmed.
std::string normalisedType(std::string_view text);
bool namesTask(const std::optional<std::string>& type, data::TaskType task);

} // namespace msrl::judge
