// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/project.h"

#include "core/curriculum/plan.h"
#include "core/curriculum/validate.h"
#include "targets.h"

namespace msrl::fuzz {
namespace {

constexpr std::string_view kWords[] = { "\"schema\":", "\"msrl-project/1.0\"", "\"nodes\":", "\"edges\":",
    "\"params\":", "\"id\":", "\"type\":", "\"from\":", "\"to\":", "\"position\":", "\"bypassed\":true",
    "\"frozen\":true", "\"seed\":", "null", "-1", "1e308", "9223372036854775807", "{}", "[]", "\"a.b\"" };

base::Result<std::string> contentName(curriculum::FieldContent, const curriculum::PlanContent& content)
{
    return content.value;
}

// An accepted project is the same after being written and read; one without errors has a plan.
void run(std::string_view bytes)
{
    const auto project = curriculum::parseProject(bytes, "project.msrl");
    if (!project) {
        require(!project.error().what.empty(), "a refusal says why");
        return;
    }
    const std::string written = curriculum::serialiseProject(*project);
    const auto again = curriculum::parseProject(written, "again");
    require(again.ok(), "a written project can be read");
    require(curriculum::serialiseProject(*again) == written, "writing is stable");
    const auto problems = curriculum::validate(*project);
    for (const curriculum::Problem& problem : problems)
        require(!problem.message().empty(), "a problem says what is wrong");
    if (!curriculum::firstError(problems, "project.msrl"))
        return;
    curriculum::PlanOptions options;
    options.hashContent = contentName;
    const auto plan = curriculum::makePlan(*project, options);
    if (plan)
        require(!curriculum::planToJson(*plan).dump().empty(), "a plan can be written");
}

} // namespace

const Target kProject { "project", run, kWords };

} // namespace msrl::fuzz
