// SPDX-License-Identifier: GPL-3.0-or-later
// Addresses of what lies outside of the run: a result is stale when these bytes change, not when a file is
// renamed.
#include "core/base/hash.h"
#include "engine/stages/executor.h"
#include "engine/stages/inputs.h"

#include <algorithm>
#include <set>

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

base::Status addFile(base::Sha256& hash, const std::string& name, const fs::path& file)
{
    base::Result<std::string> digest = base::sha256OfFile(file);
    if (!digest)
        return digest.error();
    hash.add(name + "=" + *digest + "\n");
    return {};
}

base::Result<std::string> hashModelFolder(const fs::path& folder)
{
    std::error_code ec;
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder, ec)) {
        const std::string extension = entry.path().extension().string();
        if (entry.is_regular_file()
            && (extension == ".json" || extension == ".safetensors" || extension == ".jinja"))
            files.push_back(entry.path());
    }
    if (ec || files.empty())
        return base::badInput(
            "is not a model folder: it has no config.json and no safetensors files", folder.string());
    std::sort(files.begin(), files.end());
    base::Sha256 hash;
    for (const fs::path& file : files) {
        if (base::Status added = addFile(hash, file.filename().string(), file); !added)
            return added.error();
    }
    return hash.finish();
}

// The file's bytes and those of every medium that a row names: a changed picture is another data set.
base::Result<std::string> hashData(const fs::path& file, const data::LoadOptions& options)
{
    base::Sha256 hash;
    if (base::Status added = addFile(hash, "rows", file); !added)
        return added.error();
    base::Result<std::vector<data::Sample>> samples = data::loadSamples(file, options);
    if (!samples)
        return samples.error();
    std::set<std::string> seen;
    for (const data::Sample& sample : *samples) {
        for (const data::Media& media : sample.allMedia()) {
            if (media.inRow() || !seen.insert(media.key()).second)
                continue;
            base::Result<std::vector<fs::path>> files = data::mediaFiles(media);
            if (!files)
                return base::within(files.error(), sample.where());
            for (const fs::path& one : *files) {
                if (base::Status added = addFile(hash, media.path + "/" + one.filename().string(), one);
                    !added)
                    return base::within(added.error(), sample.where());
            }
        }
    }
    return hash.finish();
}

} // namespace

std::function<base::Result<std::string>(curriculum::FieldContent, const curriculum::PlanContent&)>
contentHasher(const fs::path& projectFolder)
{
    return [projectFolder](curriculum::FieldContent kind,
               const curriculum::PlanContent& content) -> base::Result<std::string> {
        switch (kind) {
        case curriculum::FieldContent::ModelFolder:
            return hashModelFolder(projectFolder / content.value);
        case curriculum::FieldContent::DataFile: {
            const auto options = loadOptionsOf(content.params, projectFolder);
            if (!options)
                return options.error();
            return hashData(projectFolder / content.value, *options);
        }
        case curriculum::FieldContent::File:
            return base::sha256OfFile(projectFolder / content.value);
        case curriculum::FieldContent::PromptSet: {
            base::Result<text::PromptSet> prompts = text::PromptSet::named(content.value, projectFolder);
            if (!prompts)
                return prompts.error();
            return prompts->hash();
        }
        case curriculum::FieldContent::None:
            break;
        }
        return content.value;
    };
}

} // namespace msrl::stages
