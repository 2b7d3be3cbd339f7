// SPDX-License-Identifier: GPL-3.0-or-later
// The safetensors format: eight bytes of header length, a JSON header, then the tensors' bytes without gaps.
// Reading maps the file; nothing in a header is trusted before it is checked against the file's size.
#pragma once

#include "core/base/result.h"

#include <ATen/core/Tensor.h>
#include <c10/core/ScalarType.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace msrl::model {

// The format's names of number formats ("BF16") and ATen's. Nothing, and an empty name, where the other has
// no such format.
std::optional<c10::ScalarType> dtypeFromTag(std::string_view tag);
std::string_view tagFromDtype(c10::ScalarType dtype);

struct TensorEntry
{
    std::string name;
    c10::ScalarType dtype = c10::ScalarType::Float;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0; // bytes from the end of the header
    std::uint64_t end = 0;

    std::int64_t numElements() const;
};

class SafetensorsFile
{
public:
    // Refused with its cause: too short, header longer than the file or 100 MB, no JSON object, a name that
    // comes twice, metadata that is not text, unknown dtype, negative or overflowing shape, offsets out of
    // range, overlapping, with gaps, or not matching the shape.
    static base::Result<SafetensorsFile> open(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return m_path; }
    const std::vector<TensorEntry>& entries() const { return m_entries; } // by offset
    const std::map<std::string, std::string>& metadata() const { return m_metadata; }
    const TensorEntry* find(const std::string& name) const; // null: no such tensor

    // The tensor's bytes in the mapped file (a copy where the file does not align them), valid as long as the
    // tensor lives. What is written to it stays in this process.
    at::Tensor view(const TensorEntry& entry) const;
    // Gives the memory of the tensor's bytes back to the system; a later access reads the file again. Without
    // it a model that is copied out of its file counts twice.
    void release(const TensorEntry& entry) const;

private:
    class Mapping;
    base::Status parseHeader();

    std::filesystem::path m_path;
    std::shared_ptr<Mapping> m_mapping; // shared: views keep the file mapped
    std::uint64_t m_dataStart = 0;
    std::vector<TensorEntry> m_entries;
    std::map<std::string, std::size_t> m_index;
    std::map<std::string, std::string> m_metadata;
};

using NamedTensor = std::pair<std::string, at::Tensor>;

// Writes aside and renames. Tensors are stored in the given order, in their own dtype.
base::Status writeSafetensors(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors,
    const std::map<std::string, std::string>& metadata = { { "format", "pt" } });

} // namespace msrl::model
