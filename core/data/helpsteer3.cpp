// SPDX-License-Identifier: GPL-3.0-or-later
// nvidia/HelpSteer3, configuration preference: {context: [{role, content}], response1, response2,
// overall_preference: -3 … 3}. Negative: the first response is better; 0, a tie: no gold.
#include "core/data/readers.h"

#include <fmt/format.h>

namespace msrl::data {

namespace {

namespace fs = std::filesystem;

// The last turn is the query, the turns before it are the context.
void readTurns(const base::Json& turns, base::ObjectReader& in, Sample& sample)
{
    for (std::size_t i = 0; i < turns.size(); ++i) {
        const base::Json& turn = turns[i];
        const bool complete = turn.is_object() && turn.contains("role") && turn["role"].is_string()
            && turn.contains("content") && turn["content"].is_string();
        if (!complete)
            return in.fault("context", fmt::format("turn {} lacks a role or its content", i));
        const auto role = turn["role"].get<std::string>();
        const auto content = turn["content"].get<std::string>();
        if (i + 1 < turns.size())
            sample.context += fmt::format("{}{}: {}", i > 0 ? "\n\n" : "", role, content);
        else if (role != "user")
            in.fault("context", fmt::format("ends with a turn of '{}', expected user", role));
        else
            sample.query = content;
    }
    if (turns.empty())
        in.fault("context", "has no turns");
}

base::Result<Sample> helpSteer3Sample(const JsonRow& row, std::size_t number, const fs::path&)
{
    base::ObjectReader in(row.value, row.place);
    Sample sample;
    sample.place = row.place;
    sample.id = fmt::format("helpsteer3-{}", number);
    sample.source = "helpsteer3";
    sample.responseA = in.text("response1");
    sample.responseB = in.text("response2");
    readTurns(in.array("context"), in, sample);
    const std::int64_t preference = in.integer("overall_preference");
    if (preference < -3 || preference > 3)
        in.fault("overall_preference", fmt::format("is {}, expected -3 to 3", preference));
    if (preference != 0)
        sample.gold = preference < 0 ? Side::A : Side::B;
    if (auto status = in.finish(base::ObjectReader::Unknown::Keep); !status)
        return status.error();
    return sample;
}

} // namespace

const SampleFormat kHelpSteer3Format { "helpsteer3", "HelpSteer3",
    "Rows of nvidia/HelpSteer3, configuration preference, plain or gzipped.",
    // The files are called train.jsonl.gz, like anybody's: the format has to be named.
    [](const fs::path&) { return false; }, helpSteer3Sample };

} // namespace msrl::data
