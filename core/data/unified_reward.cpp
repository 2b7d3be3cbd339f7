// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of UnifiedReward (CodeGoat24): {problem, solution, images}, or {conversations, images} whose second
// turn is or holds the verdict, or the test rows {prompt, responses, answer, images}. "image" and "video" may
// stand for "images". The verdict "Image|Video|Answer|Response N is better" says what is judged: two images;
// two videos, the first half of the frames and the second; or two answers about one image or about the frames
// of a video.
#include "core/data/conversations.h"
#include "core/data/media_paths.h"
#include "core/data/pair_text.h"
#include "core/data/readers.h"

#include <fmt/format.h>

#include <array>

namespace msrl::data {

namespace {

namespace fs = std::filesystem;
using base::Json;

enum class Judged { Images, Videos, Answers };

struct LastVerdict
{
    Judged judged = Judged::Answers;
    std::optional<Side> side; // nothing: equally good
};

// What stands in the last <answer>, or the last verdict of the text.
std::optional<LastVerdict> lastVerdictOf(std::string text)
{
    struct Noun
    {
        std::string_view singular;
        std::string_view plural;
        Judged judged;
    };
    constexpr std::array<Noun, 4> nouns { { { "Image", "images", Judged::Images },
        { "Video", "videos", Judged::Videos }, { "Answer", "answers", Judged::Answers },
        { "Response", "responses", Judged::Answers } } };
    if (const std::size_t open = text.rfind("<answer>"); open != std::string::npos)
        text = text.substr(open, text.find("</answer>", open) - open);
    std::optional<LastVerdict> found;
    std::size_t place = 0;
    const auto take = [&](std::size_t at, LastVerdict verdict) {
        if (at != std::string::npos && (!found || at > place)) {
            found = verdict;
            place = at;
        }
    };
    for (const Noun& noun : nouns) {
        take(text.rfind(fmt::format("{} 1 is better", noun.singular)), { noun.judged, Side::A });
        take(text.rfind(fmt::format("{} 2 is better", noun.singular)), { noun.judged, Side::B });
        take(text.rfind(fmt::format("Both {} are equally good", noun.plural)), { noun.judged, std::nullopt });
    }
    return found;
}

std::vector<std::string> readImages(base::ObjectReader& in)
{
    std::vector<std::string> paths;
    const char* key = in.has("images") ? "images" : in.has("image") ? "image" : "video";
    const Json& value = in.any(key);
    const Json list = value.is_string() ? Json::array({ value }) : value;
    if (!list.is_array() || list.empty())
        in.fault(key, "is missing, or not a list of paths");
    for (const Json& one : list) {
        if (!one.is_string() || isBlankPath(one.get<std::string>()))
            in.fault(key, fmt::format("member {} is not a path", paths.size()));
        paths.push_back(one.is_string() ? one.get<std::string>() : std::string());
    }
    return paths;
}

struct RowText
{
    PairText parts;
    std::string verdict;
};

RowText readTestRow(base::ObjectReader& in)
{
    RowText out;
    out.verdict = in.text("answer");
    out.parts.query = in.text("prompt");
    const Json& responses = in.array("responses");
    if (responses.size() != 2 || !responses[0].is_string() || !responses[1].is_string()) {
        in.fault("responses", fmt::format("has {} members, expected 2 texts", responses.size()));
        return out;
    }
    out.parts.responseA = responses[0].get<std::string>();
    out.parts.responseB = responses[1].get<std::string>();
    return out;
}

base::Result<RowText> readText(base::ObjectReader& in, const std::string& place)
{
    if (in.has("responses"))
        return readTestRow(in);
    RowText out;
    std::string prompt;
    const bool talk = in.has("conversations");
    if (talk) {
        Conversation turns = readConversation(in);
        prompt = std::move(turns.human);
        out.verdict = std::move(turns.gpt);
    } else {
        prompt = in.text("problem");
        out.verdict = in.text("solution");
    }
    if (auto status = in.finish(base::ObjectReader::Unknown::Keep); !status)
        return status.error();
    auto parts = readPairText(prompt, place + (talk ? ", field conversations" : ", field problem"));
    if (!parts)
        return parts.error();
    out.parts = std::move(*parts);
    return out;
}

Media videoOf(
    const std::vector<std::string>& frames, std::size_t begin, std::size_t end, const fs::path& root)
{
    if (end - begin == 1 && !isImagePath(frames[begin]))
        return videoAt(frames[begin], root);
    return mediaOfFrames({ frames.begin() + static_cast<std::ptrdiff_t>(begin),
                             frames.begin() + static_cast<std::ptrdiff_t>(end) },
        root);
}

base::Status placeMedia(
    Sample& sample, Judged judged, const std::vector<std::string>& paths, const fs::path& root)
{
    const std::string place = sample.place + ", field images";
    if (judged == Judged::Images) {
        if (paths.size() != 2)
            return base::badInput(
                fmt::format("has {} images, expected the 2 that are judged", paths.size()), place);
        sample.task = TaskType::ImageGeneration;
        sample.mediaA = imageAt(paths[0], root);
        sample.mediaB = imageAt(paths[1], root);
    } else if (judged == Judged::Videos) {
        if (paths.size() % 2 != 0)
            return base::badInput(
                fmt::format("has {} frames, expected as many of each video", paths.size()), place);
        sample.task = TaskType::VideoGeneration;
        sample.mediaA = videoOf(paths, 0, paths.size() / 2, root);
        sample.mediaB = videoOf(paths, paths.size() / 2, paths.size(), root);
    } else if (paths.size() == 1 && isImagePath(paths[0])) {
        sample.task = TaskType::ImageUnderstanding;
        sample.media = { imageAt(paths[0], root) };
    } else {
        sample.task = TaskType::VideoUnderstanding;
        sample.media = { videoOf(paths, 0, paths.size(), root) };
    }
    return {};
}

base::Result<Sample> unifiedRewardSample(const JsonRow& row, std::size_t number, const fs::path& mediaRoot)
{
    base::ObjectReader in(row.value, row.place);
    Sample sample;
    sample.place = row.place;
    sample.id = in.text("id", fmt::format("unifiedreward-{}", number));
    sample.source = "unifiedreward";
    const std::vector<std::string> paths = readImages(in);
    auto text = readText(in, row.place);
    if (!text)
        return text.error();
    const auto verdict = lastVerdictOf(text->verdict);
    const char* field = in.has("responses") ? "answer"
        : in.has("conversations")           ? "conversations"
                                            : "solution";
    if (!verdict)
        in.fault(field, "has no verdict", "\"Image 1 is better\", also Video, Answer, Response, and 2");
    if (auto status = in.finish(base::ObjectReader::Unknown::Keep); !status)
        return status.error();
    if ((verdict->judged == Judged::Answers) != text->parts.responseA.has_value())
        return base::badInput(text->parts.responseA ? "shows two answers, but the verdict is on media"
                                                    : "shows no two answers, but the verdict is on answers",
            fmt::format("{}, field {}", row.place, field));
    sample.gold = verdict->side;
    sample.query = std::move(text->parts.query);
    sample.responseA = text->parts.responseA.value_or("");
    sample.responseB = text->parts.responseB.value_or("");
    if (auto placed = placeMedia(sample, verdict->judged, paths, mediaRoot); !placed)
        return placed.error();
    return sample;
}

} // namespace

const SampleFormat kUnifiedRewardFormat { "unifiedreward", "UnifiedReward rows",
    "Training and test rows of UnifiedReward and UnifiedReward-Think.",
    // The files are called train_data.json, like anybody's: the format has to be named.
    [](const fs::path&) { return false; }, unifiedRewardSample };

} // namespace msrl::data
