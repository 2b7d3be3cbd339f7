// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/sample_run.h"

#include <fmt/format.h>

namespace msrl::tests {

namespace {

constexpr const char* kTasks[]
    = { "image_understanding", "video_understanding", "image_generation", "video_generation" };

// Of six pairs three are right, one follows the place, one is wrong and one is not read when exchanged.
std::string answerOf(int pair, bool exchanged, const std::string& gold)
{
    const std::string other = gold == "A" ? "B" : "A";
    switch (pair % 6) {
    case 3:
        return "A";
    case 4:
        return other;
    case 5:
        return exchanged ? "" : gold;
    default:
        return gold;
    }
}

} // namespace

base::Json sampleMedia(const std::filesystem::path& folder, int pair)
{
    const std::string task = kTasks[pair % 4];
    base::Json media = base::Json::array();
    for (const char* name : task.ends_with("generation") ? std::vector { "a", "b" } : std::vector { "c" }) {
        base::Json frames = base::Json::array();
        for (int frame = 0; frame < (task.starts_with("video") ? 4 : 1); ++frame)
            frames.push_back(
                (folder / "media" / fmt::format("vis-{:05}-{}-{}.png", pair + 1, name, frame)).string());
        media.push_back(frames.size() == 1 ? frames[0] : frames);
    }
    return media;
}

std::vector<store::SampleRow> sampleJudgements(const std::string& policy, const std::filesystem::path& folder)
{
    std::vector<store::SampleRow> rows;
    for (const auto& [set, pairs] : { std::pair { "pixels", 24 }, { "text", 12 } }) {
        for (int pair = 0; pair < pairs; ++pair) {
            for (const bool exchanged : { false, true }) {
                store::SampleRow row;
                row.stage = "evaluate:" + policy;
                row.promptIndex = static_cast<int>(rows.size());
                row.source = set;
                row.sampleId = fmt::format("{}-{:03}", set, pair);
                row.taskType = row.source == "text" ? "text" : kTasks[pair % 4];
                row.prompt = fmt::format(
                    "Image: <img><IMG_CONTEXT> ×4</img>\nQuestion: What color is the circle?\nA: {}\nB: {}",
                    exchanged ? "green" : "red", exchanged ? "red" : "green");
                if (row.taskType != "text")
                    row.media = sampleMedia(folder, pair); // of the same task
                row.gold = exchanged ? "B" : "A";
                row.answer = answerOf(pair, exchanged, row.gold);
                row.completion
                    = fmt::format("<type>{}</type>\n<think> circle: red. A: {} {}. B: {} {}.</think>\n{}",
                        row.taskType, exchanged ? "green" : "red", exchanged ? "no" : "yes",
                        exchanged ? "red" : "green", exchanged ? "yes" : "no",
                        row.answer.empty() ? "<answer>" : "<answer>" + row.answer + "</answer>");
                row.reward = row.answer == row.gold ? 1 : 0;
                row.meanLogprob
                    = row.answer == row.gold ? -0.03 - 0.01 * (pair % 5) : -0.4 - 0.05 * (pair % 3);
                row.numTokens = 34 + pair % 5;
                row.finishReason = row.answer.empty() ? "length" : "stop";
                rows.push_back(std::move(row));
            }
        }
    }
    return rows;
}

} // namespace msrl::tests
