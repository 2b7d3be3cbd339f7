// SPDX-License-Identifier: GPL-3.0-or-later
// Results of finished steps by their address, of one run or shared by several. An artefact's folder is
// written aside and renamed into place with its manifest, so what is found is whole.
#pragma once

#include "core/base/file_lock.h"
#include "core/base/files.h"
#include "core/base/json.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace msrl::stages {

struct Manifest
{
    std::string step; // plan step id that made it
    std::string nodeType;
    std::string address;
    base::Json summary = base::Json::object(); // what the stage says about its result
    std::int64_t createdMs = 0;
    std::string engine; // version
};

class ArtefactStore
{
public:
    explicit ArtefactStore(std::filesystem::path root);

    const std::filesystem::path& root() const { return m_root; }
    bool has(const std::string& address) const;
    std::filesystem::path folder(const std::string& address) const { return m_root / address; }
    // A damaged manifest is an error that names the file.
    base::Result<Manifest> manifest(const std::string& address) const;
    base::Result<base::FolderTransaction> begin(const std::string& address) const;
    // Writes the manifest last, then puts the folder in place and removes the step's work folder.
    base::Status commit(base::FolderTransaction& transaction, const Manifest& manifest) const;

    // Checkpoints and parts of an unfinished step; survives a kill.
    std::filesystem::path workFolder(const std::string& address) const
    {
        return m_root / (address + ".work");
    }

    // Several runs may work here. Whoever makes a result holds the lock of its name, from before begin()
    // until it is in place; nothing when another run holds it. `name` is the address, or what begin() is
    // given.
    base::Result<std::optional<base::FileLock>> tryLock(const std::string& name) const;
    // The process that holds that lock, for messages; 0 when the file does not tell.
    std::int64_t maker(const std::string& name) const;
    // Removes what killed engines left half written, and nothing that is being made.
    base::Status removeLeftovers() const;

private:
    std::filesystem::path lockFile(const std::string& name) const;

    std::filesystem::path m_root;
};

} // namespace msrl::stages
