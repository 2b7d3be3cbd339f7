// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/artefacts.h"

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

constexpr const char* kManifest = "manifest.json";
constexpr const char* kSchema = "msrl-artefact/1";

base::Json toJson(const Manifest& manifest)
{
    return { { "schema", kSchema }, { "step", manifest.step }, { "type", manifest.nodeType },
        { "address", manifest.address }, { "createdMs", manifest.createdMs }, { "engine", manifest.engine },
        { "summary", manifest.summary } };
}

} // namespace

ArtefactStore::ArtefactStore(fs::path root)
    : m_root(std::move(root))
{
}

bool ArtefactStore::has(const std::string& address) const
{
    std::error_code ec;
    return fs::exists(folder(address) / kManifest, ec);
}

base::Result<Manifest> ArtefactStore::manifest(const std::string& address) const
{
    const fs::path file = folder(address) / kManifest;
    base::Result<std::string> text = base::readFile(file);
    if (!text)
        return text.error();
    base::Result<base::Json> json = base::parseJson(*text, file.string());
    if (!json)
        return json.error();
    base::ObjectReader in(*json, file.string());
    Manifest manifest;
    if (in.text("schema") != kSchema)
        in.fault("schema", std::string("is not ") + kSchema);
    manifest.step = in.text("step");
    manifest.nodeType = in.text("type");
    manifest.address = in.text("address");
    manifest.createdMs = in.integer("createdMs", 0);
    manifest.engine = in.text("engine", "");
    manifest.summary = in.object("summary");
    if (base::Status read = in.finish(base::ObjectReader::Unknown::Keep); !read)
        return read.error();
    return manifest;
}

base::Result<base::FolderTransaction> ArtefactStore::begin(const std::string& address) const
{
    return base::FolderTransaction::begin(folder(address));
}

base::Status ArtefactStore::commit(base::FolderTransaction& transaction, const Manifest& manifest) const
{
    if (base::Status written
        = base::writeFileAtomically(transaction.staging() / kManifest, toJson(manifest).dump(1) + "\n");
        !written)
        return written;
    if (base::Status placed = transaction.commit(); !placed)
        return placed;
    std::error_code ignored; // an artefact in place makes its work folder useless, not harmful
    fs::remove_all(workFolder(manifest.address), ignored);
    return {};
}

void ArtefactStore::removeLeftovers() const
{
    std::error_code ec;
    for (const auto& entry : fs::directory_iterator(m_root, ec)) {
        const std::string extension = entry.path().extension().string();
        if (extension == ".partial" || extension == ".tmp")
            fs::remove_all(entry.path(), ec);
    }
}

} // namespace msrl::stages
