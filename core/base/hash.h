// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-256, the address of every artefact.
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace msrl::base {

// Feeds bytes in any number of pieces; finish() gives 64 lower-case hexadecimal digits.
class Sha256
{
public:
    Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    ~Sha256();

    void add(const void* data, std::size_t size);
    void add(std::string_view bytes) { add(bytes.data(), bytes.size()); }
    std::string finish();

private:
    struct Context;
    std::unique_ptr<Context> m_context;
};

std::string sha256(std::string_view bytes);
// Of what the file holds, read in pieces. An error names the file that cannot be read.
Result<std::string> sha256OfFile(const std::filesystem::path& path);

} // namespace msrl::base
