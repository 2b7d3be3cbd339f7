// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of ms-swift, as MSRL's own scripts read them: {messages: [{role, content}], images, videos, solution
// or chosen or label: "A" or "B", task_type}. The user's last turn holds question and candidates in a known
// layout (pair_text.h); its <image> and <video> marks stand for the media in order. A last turn of the
// assistant is the text to imitate. System turns are instructions and are left to the prompt set.
#include "core/data/media_paths.h"
#include "core/data/pair_text.h"
#include "core/data/readers.h"

#include <fmt/format.h>

namespace msrl::data {

namespace {

namespace fs = std::filesystem;
using base::Json;

struct Turns
{
    std::string user; // the last one
    std::string assistant; // behind it; empty: none
};

Turns readTurns(const Json& messages, base::ObjectReader& in)
{
    Turns turns;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const Json& turn = messages[i];
        const bool complete = turn.is_object() && turn.contains("role") && turn["role"].is_string()
            && turn.contains("content") && turn["content"].is_string();
        if (!complete) {
            in.fault("messages", fmt::format("turn {} lacks a role or a text as its content", i));
            return turns;
        }
        const auto role = turn["role"].get<std::string>();
        const auto content = turn["content"].get<std::string>();
        if (role == "user") {
            turns = { content, {} };
        } else if (role == "assistant") {
            turns.assistant = content;
        } else if (role != "system") {
            in.fault("messages", fmt::format("turn {} has the role '{}'", i, role),
                "known: system, user, assistant");
        }
    }
    if (turns.user.empty())
        in.fault("messages", "has no user turn with a text");
    return turns;
}

// Paths: a list of texts or of {"path": text}, or one text.
std::vector<std::string> readPaths(base::ObjectReader& in, const char* key)
{
    std::vector<std::string> paths;
    if (!in.has(key))
        return paths;
    const Json& value = in.any(key);
    const Json list = value.is_string() ? Json::array({ value }) : value;
    if (!list.is_array() && !list.is_null())
        in.fault(key, "is neither a path nor a list of paths");
    for (const Json& one : list) {
        const Json& path = one.is_object() && one.contains("path") ? one["path"] : one;
        if (!path.is_string() || isBlankPath(path.get<std::string>()))
            in.fault(key, fmt::format("member {} is not a path", paths.size()));
        paths.push_back(path.is_string() ? path.get<std::string>() : std::string());
    }
    return paths;
}

// Videos: paths as above, or lists of the frames of one.
std::vector<Media> readVideos(base::ObjectReader& in, const fs::path& mediaRoot)
{
    std::vector<Media> videos;
    const Json value = in.has("videos") ? in.any("videos") : Json::array();
    const Json list = value.is_string() ? Json::array({ value }) : value;
    if (!list.is_array() && !list.is_null())
        in.fault("videos", "is neither a path nor a list of paths");
    for (const Json& one : list) {
        std::vector<std::string> files;
        for (const Json& file : one.is_array() ? one : Json::array({ one })) {
            const Json& path = file.is_object() && file.contains("path") ? file["path"] : file;
            if (path.is_string() && !isBlankPath(path.get<std::string>()))
                files.push_back(path.get<std::string>());
        }
        if (files.empty() || files.size() != (one.is_array() ? one.size() : 1))
            in.fault(
                "videos", fmt::format("member {} is neither a path nor a list of frames", videos.size()));
        else if (files.size() == 1 && !isImagePath(files.front()))
            videos.push_back(videoAt(files.front(), mediaRoot));
        else
            videos.push_back(mediaOfFrames(std::move(files), mediaRoot));
    }
    return videos;
}

std::optional<Side> readGold(base::ObjectReader& in)
{
    std::optional<Side> gold;
    for (const char* key : { "solution", "chosen", "label" }) {
        if (!in.has(key))
            continue;
        const std::string text = in.text(key);
        const auto side = sideFromName(text);
        if (!side)
            in.fault(key, fmt::format("is '{}', expected A or B", text));
        else if (gold && gold != side)
            in.fault(key, fmt::format("is {}, but another label of the row is {}", text, sideName(*gold)));
        else
            gold = side;
    }
    return gold;
}

// ms-swift puts marks that lack before the text and keeps those that are too many as words, with a warning.
// Where the row has media of the kind that is a fault of the row; elsewhere it is text, as of HTML's <video>.
void checkMarks(base::ObjectReader& in, const std::string& text, std::string_view mark, std::size_t media)
{
    std::size_t marks = 0;
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + mark.size()))
        ++marks;
    if (media > 0 && marks > media)
        in.fault("messages", fmt::format("has {} marks {} for {} media", marks, mark, media),
            "name a medium for each, or take the mark out");
}

std::string withoutMarks(std::string text)
{
    for (const std::string_view mark : { "<image>", "<video>" }) {
        for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark))
            text.erase(at, mark.size());
    }
    return text;
}

TaskType taskOf(const PairText& parts, std::size_t images, std::size_t videos)
{
    if (!parts.responseA)
        return videos > 0 ? TaskType::VideoGeneration : TaskType::ImageGeneration;
    return videos > 0 ? TaskType::VideoUnderstanding
        : images > 0  ? TaskType::ImageUnderstanding
                      : TaskType::Text;
}

base::Status placeMedia(Sample& sample, std::vector<Media> media)
{
    if (!isGeneration(sample.task)) {
        sample.media = std::move(media);
        return {};
    }
    if (media.size() != 2)
        return base::badInput(
            fmt::format("has {} media, a request with two candidates needs 2", media.size()),
            sample.place + (isVideo(sample.task) ? ", field videos" : ", field images"));
    sample.mediaA = media[0];
    sample.mediaB = media[1];
    return {};
}

base::Result<Sample> swiftSample(const JsonRow& row, std::size_t number, const fs::path& mediaRoot)
{
    base::ObjectReader in(row.value, row.place);
    Sample sample;
    sample.place = row.place;
    sample.id = in.text("id", fmt::format("swift-{}", number));
    sample.source = in.text("channel", "");
    const Turns turns = readTurns(in.array("messages"), in);
    std::vector<Media> media;
    const auto images = readPaths(in, "images");
    const auto videos = readVideos(in, mediaRoot);
    for (const std::string& path : images)
        media.push_back(imageAt(path, mediaRoot));
    media.insert(media.end(), videos.begin(), videos.end());
    checkMarks(in, turns.user, "<image>", images.size());
    checkMarks(in, turns.user, "<video>", videos.size());
    sample.gold = readGold(in);
    sample.completion = turns.assistant;
    const std::string named = in.text("task_type", "");
    if (auto status = in.finish(base::ObjectReader::Unknown::Keep); !status)
        return status.error();
    const std::string place = row.place + ", field messages";
    auto parts = readPairText(turns.user, place);
    if (!parts)
        return parts.error();
    sample.task = taskOf(*parts, images.size(), videos.size());
    if (!named.empty() && named != taskTypeName(sample.task) && named != taskTypeLabel(sample.task))
        return base::badInput(fmt::format("is '{}', but the row is {}", named, taskTypeName(sample.task)),
            row.place + ", field task_type");
    sample.query = withoutMarks(std::move(parts->query));
    sample.responseA = parts->responseA.value_or("");
    sample.responseB = parts->responseB.value_or("");
    if (auto placed = placeMedia(sample, std::move(media)); !placed)
        return placed.error();
    return sample;
}

} // namespace

const SampleFormat kSwiftFormat { "ms-swift", "ms-swift rows",
    "Rows with messages, images, videos and a label, as the released training scripts read them.",
    // The files are called like anybody's: the format has to be named.
    [](const fs::path&) { return false; }, swiftSample };

} // namespace msrl::data
