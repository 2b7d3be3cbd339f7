// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/base/json.h"
#include "engine/model/safetensors.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>

namespace msrl::model {
namespace {

constexpr std::size_t kHeaderAlignment = 8;

struct CloseFile
{
    void operator()(std::FILE* file) const { std::fclose(file); }
};

base::Result<std::string> headerOf(const std::vector<NamedTensor>& tensors,
    const std::map<std::string, std::string>& metadata, const std::string& place)
{
    base::Json header = base::Json::object();
    if (!metadata.empty())
        header["__metadata__"] = metadata;
    std::uint64_t at = 0;
    for (const auto& [name, tensor] : tensors) {
        if (header.contains(name))
            return base::failed("two tensors are named '" + name + "'", place);
        const std::string_view tag = tagFromDtype(tensor.scalar_type());
        if (tag.empty())
            return base::failed("tensor '" + name + "' has a format that safetensors cannot hold", place);
        const std::uint64_t end = at + tensor.nbytes();
        header[name]
            = { { "dtype", tag }, { "shape", tensor.sizes().vec() }, { "data_offsets", { at, end } } };
        at = end;
    }
    std::string text = header.dump();
    text.append((kHeaderAlignment - text.size() % kHeaderAlignment) % kHeaderAlignment, ' ');
    return text;
}

} // namespace

base::Status writeSafetensors(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors,
    const std::map<std::string, std::string>& metadata)
{
    const auto header = headerOf(tensors, metadata, path.string());
    if (!header)
        return header.error();
    const std::filesystem::path aside = path.string() + ".partial";
    std::unique_ptr<std::FILE, CloseFile> file(std::fopen(aside.c_str(), "wb"));
    const auto stop = [&](const char* doing) {
        const std::string cause = std::strerror(errno);
        std::error_code ignored;
        std::filesystem::remove(aside, ignored);
        return base::failed(fmt::format("cannot {}: {}", doing, cause), aside.string());
    };
    if (!file)
        return stop("create");
    const std::uint64_t headerBytes = header->size();
    bool good = std::fwrite(&headerBytes, sizeof headerBytes, 1, file.get()) == 1
        && std::fwrite(header->data(), header->size(), 1, file.get()) == 1;
    for (const auto& [name, tensor] : tensors) {
        const at::Tensor plain = tensor.detach().cpu().contiguous();
        good = good
            && (plain.nbytes() == 0
                || std::fwrite(plain.const_data_ptr(), plain.nbytes(), 1, file.get()) == 1);
    }
    if (!good || std::fflush(file.get()) != 0)
        return stop("write");
    file.reset();
    if (const base::Status fault = base::syncToDisk(aside); !fault)
        return fault;
    std::error_code error;
    std::filesystem::rename(aside, path, error);
    if (error)
        return base::failed("cannot rename: " + error.message(), aside.string());
    return base::syncToDisk(path.has_parent_path() ? path.parent_path() : std::filesystem::path("."));
}

} // namespace msrl::model
