// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/parquet/sample_rows.h"

#include "core/parquet/row_writer.h"

namespace msrl::parquet {

namespace {

using base::Json;
using Kind = Column::Kind;

Column mediumColumn(const char* name)
{
    return { name, Kind::Struct,
        { { "image", Kind::Image }, { "video", Kind::Text }, { "frames", Kind::Integer },
            { "frame_rule", Kind::Text } } };
}

base::Status embed(Json& medium, const data::Media& media)
{
    if (!media.frameFiles.empty())
        return base::badInput("a video listed by its frames has no place in a column", media.name(),
            "put the frames into a folder and name that, or convert to JSON lines");
    if (media.kind == data::Media::Kind::Video)
        return {};
    auto image = embeddedImage(media);
    if (!image)
        return image.error();
    medium["image"] = *std::move(image);
    return {};
}

} // namespace

std::vector<Column> sampleColumns()
{
    return { { "id" }, { "task" }, { "context" }, { "query" },
        { "media", Kind::List, { mediumColumn("item") } }, { "a" }, { "b" }, mediumColumn("media_a"),
        mediumColumn("media_b"), { "caption" }, { "caption_a" }, { "caption_b" }, { "gold" }, { "source" },
        { "weight", Kind::Real }, { "completion" } };
}

base::Result<Json> sampleRow(const data::Sample& sample)
{
    Json row = data::sampleToJson(sample);
    for (std::size_t i = 0; i < sample.media.size(); ++i) {
        if (auto done = embed(row["media"][i], sample.media[i]); !done)
            return base::within(done.error(), sample.where());
    }
    for (const auto& [name, media] :
        { std::pair("media_a", &sample.mediaA), { "media_b", &sample.mediaB } }) {
        if (!*media)
            continue;
        if (auto done = embed(row[name], **media); !done)
            return base::within(done.error(), sample.where());
    }
    return row;
}

} // namespace msrl::parquet
