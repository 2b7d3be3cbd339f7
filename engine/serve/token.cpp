// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/serve/token.h"

#include "core/base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace msrl::serve {
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kScheme = "Bearer ";
constexpr std::size_t kLeastLength = 16;

base::Status writeSecret(const fs::path& path, const std::string& text)
{
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return base::badInput(std::string("cannot be written: ") + std::strerror(errno), path.string());
    const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    ::close(file);
    return written ? base::Status() : base::failed("cannot be written", path.string());
}

} // namespace

base::Result<std::string> newToken()
{
    std::array<unsigned char, 32> bytes {};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
        return base::failed("the operating system gives no random numbers", "token");
    std::string token;
    for (const unsigned char byte : bytes)
        token += fmt::format("{:02x}", byte);
    return token;
}

base::Result<std::string> tokenFromFile(const fs::path& path)
{
    std::error_code error;
    if (!fs::exists(path, error)) {
        auto token = newToken();
        if (!token)
            return token;
        if (auto written = writeSecret(path, *token + "\n"); !written)
            return written.error();
        return token;
    }
    constexpr fs::perms kOthers = fs::perms::group_all | fs::perms::others_all;
    if ((fs::status(path, error).permissions() & kOthers) != fs::perms::none)
        return base::badInput("can be read by others", path.string(), "chmod 600 it");
    auto text = base::readFile(path, 4096);
    if (!text)
        return text;
    std::string token = text->substr(0, text->find_first_of("\r\n"));
    if (token.size() < kLeastLength)
        return base::badInput(
            fmt::format("the token has {} characters, {} are the least", token.size(), kLeastLength),
            path.string());
    return token;
}

bool showsToken(std::string_view authorization, std::string_view token)
{
    if (!authorization.starts_with(kScheme))
        return false;
    const std::string_view shown = authorization.substr(kScheme.size());
    return shown.size() == token.size() && CRYPTO_memcmp(shown.data(), token.data(), token.size()) == 0;
}

} // namespace msrl::serve
