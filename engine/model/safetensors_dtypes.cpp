// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/safetensors.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace msrl::model {
namespace {

// The format's names; F4 and F6 pack several numbers into a byte and have no counterpart that computes.
constexpr std::pair<std::string_view, c10::ScalarType> kTags[] = { { "F64", c10::ScalarType::Double },
    { "F32", c10::ScalarType::Float }, { "F16", c10::ScalarType::Half },
    { "BF16", c10::ScalarType::BFloat16 }, { "F8_E4M3", c10::ScalarType::Float8_e4m3fn },
    { "F8_E5M2", c10::ScalarType::Float8_e5m2 }, { "F8_E8M0", c10::ScalarType::Float8_e8m0fnu },
    { "C64", c10::ScalarType::ComplexFloat }, { "I64", c10::ScalarType::Long },
    { "I32", c10::ScalarType::Int }, { "I16", c10::ScalarType::Short }, { "I8", c10::ScalarType::Char },
    { "U64", c10::ScalarType::UInt64 }, { "U32", c10::ScalarType::UInt32 },
    { "U16", c10::ScalarType::UInt16 }, { "U8", c10::ScalarType::Byte }, { "BOOL", c10::ScalarType::Bool } };

} // namespace

std::optional<c10::ScalarType> dtypeFromTag(std::string_view tag)
{
    const auto* found = std::find_if(
        std::begin(kTags), std::end(kTags), [&](const auto& known) { return known.first == tag; });
    return found == std::end(kTags) ? std::nullopt : std::optional(found->second);
}

std::string_view tagFromDtype(c10::ScalarType dtype)
{
    const auto* found = std::find_if(
        std::begin(kTags), std::end(kTags), [&](const auto& known) { return known.second == dtype; });
    return found == std::end(kTags) ? std::string_view() : found->first;
}

} // namespace msrl::model
