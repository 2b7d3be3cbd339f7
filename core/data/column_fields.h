// SPDX-License-Identifier: GPL-3.0-or-later
// The fields that columns can stand for, for column_map*.cpp alone.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace msrl::data {

struct ColumnField
{
    std::string_view name;
    std::string_view otherName; // may be empty
    bool needed; // in every row, where it is mapped
};

inline constexpr std::array<ColumnField, 19> kColumnFields { { { "id", "", true }, { "task", "", true },
    { "context", "", false }, { "query", "prompt", true }, { "a", "", true }, { "b", "", true },
    { "responses", "", true }, { "images", "image", false }, { "videos", "video", false },
    { "media_a", "", true }, { "media_b", "", true }, { "candidates", "", true }, { "caption", "", false },
    { "caption_a", "", false }, { "caption_b", "", false }, { "gold", "label", false },
    { "source", "", false }, { "weight", "", false }, { "completion", "", false } } };

inline const ColumnField* findColumnField(std::string_view name)
{
    const auto* at = std::find_if(kColumnFields.begin(), kColumnFields.end(), [&](const ColumnField& field) {
        return name == field.name || (!name.empty() && name == field.otherName);
    });
    return at == kColumnFields.end() ? nullptr : at;
}

} // namespace msrl::data
