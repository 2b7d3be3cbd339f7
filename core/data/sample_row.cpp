// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/sample.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace msrl::data {

namespace {

namespace fs = std::filesystem;

bool isBlank(const std::string& text)
{
    return text.find_first_not_of(" \t\n\r\v\f") == std::string::npos;
}

// {"video": ["f0.png", "f1.png"]}
Media readFrameList(base::ObjectReader& in, const fs::path& root)
{
    std::vector<std::string> frames;
    for (const base::Json& frame : in.array("video")) {
        if (!frame.is_string() || isBlank(frame.get<std::string>()))
            in.fault("video", fmt::format("frame {} is not a path", frames.size()));
        frames.push_back(frame.is_string() ? frame.get<std::string>() : std::string());
    }
    if (frames.empty())
        in.fault("video", "has no frames");
    return frames.empty() ? Media {} : mediaOfFrames(std::move(frames), root);
}

// "frames": 8 and with it "frame_rule": "hf".
void readFrames(base::ObjectReader& in, Media& media)
{
    if (in.has("frames")) {
        media.frames = in.integer("frames");
        if (media.frames < 1 || media.frames > kMostFrames)
            in.fault("frames", fmt::format("is {}, expected 1 to {}", media.frames, kMostFrames));
    } else if (in.has("frame_rule"))
        in.fault("frame_rule", "is given without \"frames\"");
    const std::string name = in.text("frame_rule", frameRuleName(media.frameRule));
    if (const auto rule = frameRuleFromName(name))
        media.frameRule = *rule;
    else
        in.fault("frame_rule", fmt::format("is '{}', expected \"original\" or \"hf\"", name));
}

base::Result<Media> readMedia(const base::Json& json, const std::string& place, const fs::path& root)
{
    base::ObjectReader in(json, place);
    Media media;
    const bool image = in.has("image");
    const bool video = in.has("video");
    if (image == video)
        in.fault(image ? "video" : "image", "expected either \"image\" or \"video\"");
    media.kind = video ? Media::Kind::Video : Media::Kind::Image;
    if (video && json["video"].is_array()) {
        media = readFrameList(in, root);
        readFrames(in, media);
        if (auto status = in.finish(); !status)
            return status.error();
        return media;
    }
    media.path = in.text(video ? "video" : "image", "");
    if (image != video && isBlank(media.path))
        in.fault(video ? "video" : "image", "is blank");
    if (video && media.path.starts_with("data:"))
        in.fault("video", "is a data URI; only images can be inside a row");
    if (video)
        readFrames(in, media);
    if (auto status = in.finish(); !status)
        return status.error();
    if (media.inRow()) {
        media = imageInRow(std::move(media.path));
        if (const auto bytes = inRowBytes(media); !bytes)
            return base::badInput(bytes.error().what, place, bytes.error().hint);
        return media;
    }
    media.file = root / fs::u8path(media.path);
    return media;
}

base::Json mediaToJson(const Media& media)
{
    base::Json json = base::Json::object();
    if (!media.frameFiles.empty())
        json["video"] = media.frameFiles;
    else
        json[media.kind == Media::Kind::Video ? "video" : "image"]
            = media.inRow() ? media.dataUri() : media.path;
    if (media.frames > 0) {
        json["frames"] = media.frames;
        if (media.frameRule != FrameRule::Original)
            json["frame_rule"] = frameRuleName(media.frameRule);
    }
    return json;
}

// Collects the members of one row; faults go to the ObjectReader, those of media to m_error.
class RowReader
{
public:
    RowReader(const base::Json& row, const std::string& place, const fs::path& root)
        : m_in(row, place)
        , m_place(place)
        , m_root(root)
    {
    }

    base::Result<Sample> read()
    {
        readTask();
        m_sample.id = m_in.text("id");
        if (m_in.has("id") && m_sample.id.empty())
            m_in.fault("id", "is empty");
        m_sample.query = m_in.text("query");
        m_sample.context = m_in.text("context", "");
        readMediaList();
        readCandidates();
        readCaptions();
        readGold();
        m_sample.source = m_in.text("source", "");
        m_sample.weight = m_in.real("weight", 1.0);
        if (!(m_sample.weight >= 0) || !std::isfinite(m_sample.weight))
            m_in.fault("weight", fmt::format("is {}, expected a number from 0 up", m_sample.weight));
        m_sample.completion = m_in.text("completion", "");
        m_sample.place = m_place;
        if (auto status = m_in.finish(); !status)
            return status.error();
        if (m_error)
            return *m_error;
        if (auto problem = lackOfMedia())
            return *problem;
        return std::move(m_sample);
    }

private:
    void readTask()
    {
        const std::string name = m_in.text("task");
        if (const auto task = taskTypeFromName(name))
            m_sample.task = *task;
        else
            m_in.fault("task", fmt::format("is '{}'", name),
                "expected text, image_understanding, image_generation, video_understanding or "
                "video_generation");
    }

    std::optional<Media> medium(const base::Json& json, const std::string& field)
    {
        auto media = readMedia(json, m_place + ", field " + field, m_root);
        if (media)
            return *media;
        if (!m_error)
            m_error = media.error();
        return std::nullopt;
    }

    void readMediaList()
    {
        for (const base::Json& item : m_in.array("media")) {
            if (auto media = medium(item, "media"))
                m_sample.media.push_back(*media);
        }
        if (m_sample.task == TaskType::Text && !m_sample.media.empty())
            m_in.fault("media", "is given for a text task");
    }

    void readCandidates()
    {
        if (!isGeneration(m_sample.task)) {
            m_sample.responseA = m_in.text("a");
            m_sample.responseB = m_in.text("b");
            return;
        }
        if (m_in.has("media_a"))
            m_sample.mediaA = medium(m_in.object("media_a"), "media_a");
        if (m_in.has("media_b"))
            m_sample.mediaB = medium(m_in.object("media_b"), "media_b");
    }

    std::optional<std::string> optionalText(const char* key)
    {
        return m_in.has(key) ? std::optional(m_in.text(key)) : std::nullopt;
    }

    void readCaptions()
    {
        if (m_sample.task == TaskType::Text)
            return;
        m_sample.caption = optionalText("caption");
        if (isGeneration(m_sample.task)) {
            m_sample.captionA = optionalText("caption_a");
            m_sample.captionB = optionalText("caption_b");
            if (m_sample.captionA.has_value() != m_sample.captionB.has_value())
                m_in.fault(
                    m_sample.captionA ? "caption_b" : "caption_a", "is missing while the other one is given");
        }
    }

    void readGold()
    {
        const base::Json& gold = m_in.any("gold");
        if (gold.is_null())
            return;
        m_sample.gold = gold.is_string() ? sideFromName(gold.get_ref<const std::string&>()) : std::nullopt;
        if (!m_sample.gold)
            m_in.fault("gold", fmt::format("is {}, expected \"A\" or \"B\"", gold.dump()),
                "leave the field out when the sample has no label");
    }

    std::optional<base::Error> lackOfMedia() const
    {
        const auto lacking = [this](const char* field, const std::string& what) {
            return base::badInput(what, m_place + ", field " + field);
        };
        const Media::Kind kind = isVideo(m_sample.task) ? Media::Kind::Video : Media::Kind::Image;
        const char* kindName = kind == Media::Kind::Video ? "video" : "image";
        if (m_sample.task == TaskType::Text)
            return std::nullopt;
        if (isGeneration(m_sample.task)) {
            for (const auto& [field, media] :
                { std::pair { "media_a", m_sample.mediaA }, { "media_b", m_sample.mediaB } }) {
                if (!media && !m_sample.captionA)
                    return lacking(field, "is missing, and there are no captions in its place");
                if (media && media->kind != kind)
                    return lacking(field,
                        fmt::format(
                            "must be {} {} for this task", kindName[0] == 'i' ? "an" : "a", kindName));
            }
            return std::nullopt;
        }
        if (m_sample.media.empty() && !m_sample.caption)
            return lacking("media", "is missing, and there is no caption in its place");
        const auto fits = [kind](const Media& media) { return media.kind == kind; };
        if (!m_sample.media.empty() && std::none_of(m_sample.media.begin(), m_sample.media.end(), fits))
            return lacking("media", fmt::format("holds no {}, which this task is about", kindName));
        return std::nullopt;
    }

    base::ObjectReader m_in;
    const std::string& m_place;
    const fs::path& m_root;
    Sample m_sample;
    std::optional<base::Error> m_error;
};

} // namespace

base::Result<Sample> sampleFromJson(
    const base::Json& row, const std::string& place, const fs::path& mediaRoot)
{
    return RowReader(row, place, mediaRoot).read();
}

base::Json sampleToJson(const Sample& sample)
{
    base::Json row = base::Json::object();
    row["id"] = sample.id;
    row["task"] = taskTypeName(sample.task);
    if (!sample.context.empty())
        row["context"] = sample.context;
    row["query"] = sample.query;
    if (!sample.media.empty()) {
        row["media"] = base::Json::array();
        for (const Media& media : sample.media)
            row["media"].push_back(mediaToJson(media));
    }
    if (!isGeneration(sample.task)) {
        row["a"] = sample.responseA;
        row["b"] = sample.responseB;
    }
    if (sample.mediaA)
        row["media_a"] = mediaToJson(*sample.mediaA);
    if (sample.mediaB)
        row["media_b"] = mediaToJson(*sample.mediaB);
    if (sample.caption)
        row["caption"] = *sample.caption;
    if (sample.captionA)
        row["caption_a"] = *sample.captionA;
    if (sample.captionB)
        row["caption_b"] = *sample.captionB;
    if (sample.gold)
        row["gold"] = sideName(*sample.gold);
    if (!sample.source.empty())
        row["source"] = sample.source;
    if (sample.weight != 1)
        row["weight"] = sample.weight;
    if (!sample.completion.empty())
        row["completion"] = sample.completion;
    return row;
}

} // namespace msrl::data
