// SPDX-License-Identifier: GPL-3.0-or-later
// Results of finished steps by their address. An artefact's folder is written aside and renamed into place
// with its manifest, so what is found is whole.
#pragma once

#include "core/base/files.h"
#include "core/base/json.h"

#include <filesystem>
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
    // Removes what killed engines left half written. REQUIRES: the caller is the only engine here.
    void removeLeftovers() const;

private:
    std::filesystem::path m_root;
};

} // namespace msrl::stages
