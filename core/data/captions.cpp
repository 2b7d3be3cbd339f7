// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/captions.h"

#include "core/data/rows.h"

#include <fmt/format.h>

#include <unordered_map>

namespace msrl::data {

namespace {

using CaptionsByMedium = std::unordered_map<std::string, std::string>; // by the path that rows name

base::Result<CaptionsByMedium> readCaptions(const std::filesystem::path& file)
{
    base::Result<std::unique_ptr<RowSource>> rows = openRows(file);
    if (!rows)
        return rows.error();
    CaptionsByMedium captions;
    for (;;) {
        base::Result<std::optional<JsonRow>> row = (*rows)->next();
        if (!row)
            return row.error();
        if (!*row)
            return captions;
        base::ObjectReader in((*row)->value, (*row)->place);
        const char* const medium = in.has("video") ? "video" : "image";
        const std::string path = in.text(medium);
        std::string caption = in.text("caption");
        if (base::Status read = in.finish(base::ObjectReader::Unknown::Keep); !read)
            return read.error();
        if (!captions.emplace(path, std::move(caption)).second)
            return base::badInput(fmt::format("has a caption of {}, as a row before", path), (*row)->place,
                "leave one of the two");
    }
}

} // namespace

void giveCaptions(Sample& sample, std::span<const std::string> captions)
{
    std::size_t next = 0;
    for (std::size_t i = 0; i < sample.media.size(); ++i) {
        const std::string& caption = captions[next++];
        if (sample.media.size() == 1)
            sample.caption = caption;
        else
            sample.caption = fmt::format("{}{}: {}", i == 0 ? "" : *sample.caption + " ", i + 1, caption);
    }
    if (sample.mediaA)
        sample.captionA = captions[next++];
    if (sample.mediaB)
        sample.captionB = captions[next++];
}

base::Status takeCaptions(std::vector<Sample>& samples, const std::filesystem::path& file)
{
    const base::Result<CaptionsByMedium> known = readCaptions(file);
    if (!known)
        return known.error();
    for (Sample& sample : samples) {
        std::vector<std::string> captions;
        for (const Media& medium : sample.allMedia()) {
            const auto found = known->find(medium.inRow() ? medium.dataUri() : medium.path);
            if (found == known->end())
                return base::badInput(fmt::format("{} has no row in {}", medium.name(), file.string()),
                    sample.where(), "add one with its caption");
            captions.push_back(found->second);
        }
        giveCaptions(sample, captions);
    }
    return {};
}

} // namespace msrl::data
