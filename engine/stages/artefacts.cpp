// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/artefacts.h"

#include <vector>

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

constexpr const char* kManifest = "manifest.json";
constexpr const char* kSchema = "msrl-artefact/1";
constexpr const char* kStaging = ".partial";
constexpr const char* kLock = ".lock";

base::Json toJson(const Manifest& manifest)
{
    return { { "schema", kSchema }, { "step", manifest.step }, { "type", manifest.nodeType },
        { "address", manifest.address }, { "created_ms", manifest.createdMs }, { "engine", manifest.engine },
        { "summary", manifest.summary } };
}

} // namespace

ArtefactStore::ArtefactStore(fs::path root)
    : m_root(std::move(root))
{
}

fs::path ArtefactStore::lockFile(const std::string& name) const
{
    return m_root / (name + kLock);
}

bool ArtefactStore::has(const std::string& address) const
{
    std::error_code ec;
    return fs::exists(folder(address) / kManifest, ec);
}

base::Result<Manifest> ArtefactStore::manifest(const std::string& address) const
{
    const fs::path file = folder(address) / kManifest;
    base::Result<base::Json> json = base::readJsonFile(file);
    if (!json)
        return json.error();
    base::ObjectReader in(*json, file.string());
    Manifest manifest;
    if (in.text("schema") != kSchema)
        in.fault("schema", std::string("is not ") + kSchema);
    manifest.step = in.text("step");
    manifest.nodeType = in.text("type");
    manifest.address = in.text("address");
    manifest.createdMs = in.integer("created_ms", 0);
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
    // Whoever was faster put the same content there.
    if (base::Status placed = transaction.commit(); !placed && !has(manifest.address))
        return placed;
    std::error_code ignored; // an artefact in place makes its work folder useless, not harmful
    fs::remove_all(workFolder(manifest.address), ignored);
    return {};
}

base::Result<std::optional<base::FileLock>> ArtefactStore::tryLock(const std::string& name) const
{
    return base::FileLock::tryLock(lockFile(name));
}

std::int64_t ArtefactStore::maker(const std::string& name) const
{
    return base::FileLock::holder(lockFile(name));
}

base::Status ArtefactStore::removeLeftovers() const
{
    std::error_code ec;
    std::vector<fs::path> found;
    fs::directory_iterator entry(m_root, ec);
    for (; !ec && entry != fs::directory_iterator(); entry.increment(ec)) {
        if (entry->path().extension() == kStaging || entry->path().extension() == kLock)
            found.push_back(entry->path());
    }
    if (ec)
        return base::failed("cannot read the folder: " + ec.message(), m_root.string());
    for (const fs::path& path : found) {
        // NAME.PID.partial or NAME.lock
        const fs::path stem = path.extension() == kStaging ? path.stem().stem() : path.stem();
        const base::Result<std::optional<base::FileLock>> lock = tryLock(stem.string());
        if (!lock)
            return lock.error();
        if (!*lock || path.extension() == kLock)
            continue; // somebody makes it, or the lock takes its own file away
        if (fs::remove_all(path, ec); ec)
            return base::failed("cannot remove: " + ec.message(), path.string());
    }
    return {};
}

} // namespace msrl::stages
