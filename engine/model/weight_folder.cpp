// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/weight_folder.h"

#include "core/base/files.h"
#include "core/base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace msrl::model {
namespace {

constexpr std::uint64_t kMaxIndexBytes = 100'000'000;

// tensor name -> file name
base::Result<std::map<std::string, std::string>> readIndex(const std::filesystem::path& path)
{
    const std::string place = path.string();
    const auto text = base::readFile(path, kMaxIndexBytes);
    if (!text)
        return text.error();
    const auto json = base::parseSortedJson(*text, place, { .maxBytes = kMaxIndexBytes });
    if (!json)
        return json.error();
    const auto map = json->is_object() ? json->find("weight_map") : json->end();
    if (!json->is_object() || map == json->end() || !map->is_object() || map->empty())
        return base::badInput("no weight_map", place);
    std::map<std::string, std::string> out;
    for (const auto& [tensor, file] : map->items()) {
        if (!file.is_string()
            || std::filesystem::path(file.get<std::string>()).filename() != file.get<std::string>())
            return base::badInput("the file of tensor '" + tensor + "' is not a plain file name", place);
        out[tensor] = file.get<std::string>();
    }
    return out;
}

} // namespace

base::Result<WeightFolder> WeightFolder::open(const std::filesystem::path& folder)
{
    const std::filesystem::path single = folder / "model.safetensors";
    const std::filesystem::path index = folder / "model.safetensors.index.json";
    std::error_code ignored;
    const bool isSingle = std::filesystem::exists(single, ignored);
    if (!isSingle && !std::filesystem::exists(index, ignored))
        return base::badInput("no model.safetensors and no model.safetensors.index.json", folder.string(),
            "choose a Hugging Face folder with safetensors weights");
    std::map<std::string, std::string> fileOfTensor;
    std::set<std::string> names { "model.safetensors" };
    if (!isSingle) {
        auto map = readIndex(index);
        if (!map)
            return map.error();
        fileOfTensor = std::move(*map);
        names.clear();
        for (const auto& [tensor, file] : fileOfTensor)
            names.insert(file);
    }
    WeightFolder out;
    out.m_place = folder.string();
    for (const std::string& name : names) {
        auto file = SafetensorsFile::open(folder / name);
        if (!file)
            return file.error();
        out.m_files.push_back(std::make_unique<SafetensorsFile>(std::move(*file)));
    }
    for (const auto& [tensor, file] : fileOfTensor) {
        const auto shard = std::find_if(out.m_files.begin(), out.m_files.end(),
            [&name = file](const auto& f) { return f->path().filename() == name; });
        if (!(*shard)->find(tensor))
            return base::badInput(
                fmt::format("tensor '{}' is not in {}, where the index says", tensor, file), index.string());
    }
    return out;
}

std::vector<WeightFolder::Item> WeightFolder::items() const
{
    std::vector<Item> out;
    for (const auto& file : m_files) {
        for (const TensorEntry& entry : file->entries())
            out.push_back({ file.get(), &entry });
    }
    return out;
}

} // namespace msrl::model
