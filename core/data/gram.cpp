// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of GRAM and GRAM-RR-TrainingData (NiuTrans/GRAM): {instruction: a whole judging prompt, input: "" or
// more of it, output: "A" or "B", or a judgement with an <answer> tag}, a JSON array or JSON lines.
#include "core/base/trimmed.h"
#include "core/data/pair_text.h"
#include "core/data/readers.h"

#include <fmt/format.h>

namespace msrl::data {

namespace {

namespace fs = std::filesystem;

// The letter alone, or the body of the last <answer>.
std::optional<Side> answerOf(std::string text)
{
    if (const std::size_t open = text.rfind("<answer>"); open != std::string::npos) {
        text = text.substr(open + 8);
        text = text.substr(0, text.find("</answer>"));
    }
    return sideFromName(base::trimmed(text));
}

base::Result<Sample> gramSample(const JsonRow& row, std::size_t number, const fs::path&)
{
    base::ObjectReader in(row.value, row.place);
    Sample sample;
    sample.place = row.place;
    sample.id = fmt::format("gram-{}", number);
    sample.source = "gram";
    const std::string input = in.text("input", "");
    const std::string prompt = in.text("instruction") + (input.empty() ? "" : "\n\n" + input);
    const std::string output = in.text("output");
    sample.gold = answerOf(output);
    if (!sample.gold)
        in.fault("output", fmt::format("is '{}', expected A or B", output.substr(0, 60)));
    if (auto status = in.finish(base::ObjectReader::Unknown::Keep); !status)
        return status.error();
    auto parts = readPairText(prompt, row.place + ", field instruction");
    if (!parts)
        return parts.error();
    if (!parts->responseA)
        return base::badInput("asks about media, these rows are text", row.place + ", field instruction");
    sample.query = std::move(parts->query);
    sample.responseA = *std::move(parts->responseA);
    sample.responseB = *std::move(parts->responseB);
    return sample;
}

} // namespace

const SampleFormat kGramFormat { "gram", "GRAM rows",
    "Rows of GRAM-RR-TrainingData: instruction with the whole judging prompt, output A or B.",
    [](const fs::path& path) { return path.filename().string().starts_with("rationale_free_data"); },
    gramSample };

} // namespace msrl::data
