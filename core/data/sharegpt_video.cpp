// SPDX-License-Identifier: GPL-3.0-or-later
// ShareGPTVideo's preference rows: {id, video, prompt, chosen, rejected}, with the video as a folder of
// frames under the media root, or as a list of frames. The better answer always stands first; the data set's
// swap setting, or `score --both-orders`, keeps a judge from learning or gaining by that.
#include "core/base/trimmed.h"
#include "core/data/media_paths.h"
#include "core/data/readers.h"

#include <fmt/format.h>

namespace msrl::data {

namespace {

namespace fs = std::filesystem;

std::optional<Media> readVideo(base::ObjectReader& in, const fs::path& mediaRoot)
{
    const base::Json& value = in.any("video");
    if (value.is_string() && !isBlankPath(value.get<std::string>()))
        return videoAt(value.get<std::string>(), mediaRoot);
    std::vector<std::string> frames;
    if (value.is_array()) {
        for (const base::Json& frame : value) {
            if (!frame.is_string() || isBlankPath(frame.get<std::string>()))
                break;
            frames.push_back(frame.get<std::string>());
        }
    }
    if (!frames.empty() && frames.size() == value.size())
        return mediaOfFrames(std::move(frames), mediaRoot);
    in.fault("video", "is neither a folder nor a list of frames");
    return std::nullopt;
}

// "<video>\n" and "<image>\n" at either end mark where the frames go.
std::string withoutMark(std::string text)
{
    for (const std::string_view mark : { "<video>", "<image>" }) {
        if (const std::size_t at = text.find(mark); at != std::string::npos)
            text.erase(at, mark.size());
    }
    return std::string(base::trimmed(text));
}

base::Result<Sample> shareGptVideoSample(const JsonRow& row, std::size_t, const fs::path& mediaRoot)
{
    base::ObjectReader in(row.value, row.place);
    Sample sample;
    sample.place = row.place;
    sample.id = in.text("id");
    sample.source = "sharegptvideo";
    sample.task = TaskType::VideoUnderstanding;
    sample.query = withoutMark(in.text("prompt"));
    if (in.has("prompt") && sample.query.empty())
        in.fault("prompt", "is blank");
    sample.responseA = in.text("chosen");
    sample.responseB = in.text("rejected");
    sample.gold = Side::A;
    if (const auto video = readVideo(in, mediaRoot))
        sample.media = { *video };
    if (auto status = in.finish(base::ObjectReader::Unknown::Keep); !status)
        return status.error();
    return sample;
}

} // namespace

const SampleFormat kShareGptVideoFormat { "sharegptvideo", "ShareGPTVideo pairs",
    "Preference rows of ShareGPTVideo with videos as folders of frames.",
    // The files are *.jsonl, like our own: the format has to be named.
    [](const fs::path&) { return false; }, shareGptVideoSample };

} // namespace msrl::data
