// SPDX-License-Identifier: GPL-3.0-or-later
// What a judge is taught to write: <type>…</type><caption>…</caption><think>…</think><answer>A|B</answer>.
#pragma once

#include "core/base/result.h"
#include "core/data/sample.h"

#include <optional>
#include <string>
#include <string_view>

namespace msrl::text {

struct Judgement
{
    std::optional<std::string> type; // as data::taskTypeLabel() writes it
    std::optional<std::string> caption; // as captionBody() writes it
    std::string think; // with its leading space, if any
    data::Side answer = data::Side::A;
};

std::string writeJudgement(const Judgement& judgement);

// The body of <caption>: " CAPTION", and for two candidates that are media " A: CAPTION B: CAPTION".
// Refused, naming the sample, when a caption is missing.
base::Result<std::string> captionBody(const data::Sample& sample);

// The student's target [c, o*] (MSRL, caption-based to multimodal distillation): the chosen path of the
// teacher, who read captions, with the caption put after its <type>. A path without <type> gets the sample's
// task. Refused when the path has a <caption> already.
base::Result<std::string> studentTarget(const data::Sample& sample, std::string_view path);
// The same where the body of <caption> is known already; `where` is for messages.
base::Result<std::string> studentTarget(
    data::TaskType task, std::string_view captionBody, std::string_view path, const std::string& where);

} // namespace msrl::text
