// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/plan_gates.h"

#include "core/base/files.h"
#include "core/base/json.h"

#include <fmt/format.h>

namespace msrl::curriculum {

namespace {

// "cmkd.candidates" is the output `candidates` of the step `cmkd`.
std::string stepOfInput(const base::Json& inputs)
{
    const auto found = inputs.find("candidates");
    if (found == inputs.end() || !found->is_array() || found->empty() || !found->front().is_string())
        return {};
    const std::string source = found->front().get<std::string>();
    return source.substr(0, source.rfind('.'));
}

} // namespace

base::Result<std::vector<PlannedGate>> plannedGates(const std::filesystem::path& planFile)
{
    const base::Result<std::string> text = base::readFile(planFile);
    if (!text)
        return text.error();
    const base::Result<base::Json> json = base::parseJson(*text, planFile.string());
    if (!json)
        return json.error();
    base::ObjectReader plan(*json, planFile.string());
    std::vector<PlannedGate> gates;
    int number = 0;
    for (const base::Json& one : plan.array("steps")) {
        base::ObjectReader step(one, fmt::format("{}, step {}", planFile.string(), ++number));
        PlannedGate gate { step.text("id"), {} };
        if (step.text("type", "") == "gate") {
            gate.teacher = stepOfInput(step.object("inputs"));
            gates.push_back(std::move(gate));
        }
        if (base::Status read = step.finish(base::ObjectReader::Unknown::Keep); !read)
            return read.error();
    }
    if (base::Status read = plan.finish(base::ObjectReader::Unknown::Keep); !read)
        return read.error();
    return gates;
}

} // namespace msrl::curriculum
