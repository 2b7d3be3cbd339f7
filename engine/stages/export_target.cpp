// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/export_target.h"

#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/base/json.h"

#include <map>

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

constexpr const char* kListFile = "msrl-export.json";

// What an export wrote: its address, and each file with its hash.
struct ExportList
{
    std::string address;
    std::map<std::string, std::string> files;
};

// An empty list where there is none.
base::Result<ExportList> listIn(const fs::path& folder)
{
    const fs::path path = folder / kListFile;
    ExportList out;
    if (std::error_code ec; !fs::exists(path, ec))
        return out;
    const auto json = base::readJsonFile(path);
    if (!json)
        return json.error();
    base::ObjectReader in(*json, path.string());
    out.address = in.text("address");
    for (const auto& [name, hash] : in.object("files").items())
        out.files[name] = hash.is_string() ? hash.get<std::string>() : std::string();
    if (const base::Status fault = in.finish(); !fault)
        return fault.error();
    return out;
}

base::Error notOurs(const std::string& what, const fs::path& target)
{
    return base::badInput(
        what, target.string(), "nothing is overwritten: name another folder, or move this one away");
}

base::Status checkFile(const fs::directory_entry& file, const ExportList& list, const fs::path& target)
{
    const std::string name = file.path().filename().string();
    if (name == kListFile)
        return {};
    const auto known = list.files.find(name);
    if (known == list.files.end() || !file.is_regular_file())
        return notOurs("holds '" + name + "', which no export wrote", target);
    const auto hash = base::sha256OfFile(file.path());
    if (!hash)
        return hash.error();
    if (*hash != known->second)
        return notOurs("'" + name + "' was changed since it was exported", target);
    return {};
}

base::Status copyInto(const fs::path& folder, const fs::path& to, const std::string& address)
{
    base::Json files = base::Json::object();
    std::error_code ec;
    for (const fs::directory_entry& file : fs::directory_iterator(folder, ec)) {
        const fs::path copy = to / file.path().filename();
        fs::copy_file(file.path(), copy, ec);
        if (ec)
            return base::failed("cannot write the exported model: " + ec.message(), copy.string());
        const auto hash = base::sha256OfFile(copy);
        if (!hash)
            return hash.error();
        files[copy.filename().string()] = *hash;
    }
    if (ec)
        return base::failed("cannot be read: " + ec.message(), folder.string());
    const base::Json list = { { "address", address }, { "files", files } };
    return base::writeFileAtomically(to / kListFile, list.dump(1) + "\n");
}

} // namespace

base::Status checkExportTarget(const fs::path& target)
{
    std::error_code ec;
    if (!fs::exists(fs::symlink_status(target, ec)))
        return {};
    if (!fs::is_directory(target, ec))
        return notOurs("is no folder", target);
    const auto list = listIn(target);
    if (!list)
        return list.error();
    for (const fs::directory_entry& file : fs::directory_iterator(target, ec)) {
        if (const base::Status ours = checkFile(file, *list, target); !ours)
            return ours;
    }
    return ec ? base::Status(base::badInput("cannot be read: " + ec.message(), target.string()))
              : base::Status();
}

base::Status placeExport(const fs::path& folder, const fs::path& target, const std::string& address)
{
    if (const base::Status free = checkExportTarget(target); !free)
        return free;
    const auto list = listIn(target);
    if (!list)
        return list.error();
    if (list->address == address)
        return {};
    const fs::path old = target.string() + ".replaced";
    auto transaction = base::FolderTransaction::begin(target.string() + ".next");
    if (!transaction)
        return transaction.error();
    if (const base::Status copied = copyInto(folder, transaction->staging(), address); !copied)
        return copied;
    std::error_code ec;
    fs::remove_all(old, ec);
    if (fs::exists(target, ec))
        fs::rename(target, old, ec);
    if (ec)
        return base::failed("cannot be moved aside: " + ec.message(), target.string());
    transaction->retarget(target);
    if (const base::Status moved = transaction->commit(); !moved)
        return moved;
    fs::remove_all(old, ec);
    return {};
}

} // namespace msrl::stages
