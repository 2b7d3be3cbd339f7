// SPDX-License-Identifier: GPL-3.0-or-later
// All tensors of a Hugging Face folder: model.safetensors, or the shards that model.safetensors.index.json
// names.
#pragma once

#include "core/base/result.h"
#include "engine/model/safetensors.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace msrl::model {

class WeightFolder
{
public:
    // Maps every file; reads no weight. BadInput when there is neither file, when a file is refused
    // (SafetensorsFile::open), when the index is damaged, or when it names a tensor that its shard does not
    // have.
    static base::Result<WeightFolder> open(const std::filesystem::path& folder);

    // Valid as long as the folder.
    struct Item
    {
        const SafetensorsFile* file = nullptr;
        const TensorEntry* entry = nullptr;
    };
    std::vector<Item> items() const; // file by file, in the order of their bytes
    std::string place() const { return m_place; }

private:
    std::string m_place;
    std::vector<std::unique_ptr<SafetensorsFile>> m_files;
};

} // namespace msrl::model
