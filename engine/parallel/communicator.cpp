// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/parallel/communicator.h"

#include <fmt/format.h>

namespace msrl::parallel {

namespace {

// Ends each part of a packed error; messages are text without it.
constexpr char kEnd = '\0';

} // namespace

std::string packStatus(const base::Status& status)
{
    if (status)
        return {};
    const base::Error& error = status.error();
    std::string bytes(1, static_cast<char>('0' + static_cast<int>(error.code)));
    for (const std::string* part : { &error.what, &error.place, &error.hint })
        (bytes += *part) += kEnd;
    return bytes;
}

base::Status unpackStatus(const std::string& bytes)
{
    if (bytes.empty())
        return {};
    base::Error error;
    error.code = static_cast<base::ErrorCode>(bytes[0] - '0');
    std::size_t begin = 1;
    for (std::string* part : { &error.what, &error.place, &error.hint }) {
        const std::size_t end = std::min(bytes.find(kEnd, begin), bytes.size());
        *part = bytes.substr(std::min(begin, bytes.size()), end - begin);
        begin = end + 1;
    }
    return error;
}

base::Status agree(Communicator& ranks, const base::Status& mine)
{
    if (ranks.size() == 1)
        return mine;
    const base::Result<std::vector<std::string>> all = ranks.allGather(packStatus(mine));
    if (!all)
        return all.error();
    for (std::size_t r = 0; r < all->size(); ++r) {
        const base::Status outcome = unpackStatus((*all)[r]);
        if (!outcome)
            return r == 0 || outcome.error().code == base::ErrorCode::Stopped
                ? outcome
                : base::within(outcome.error(), fmt::format("rank {}", r));
    }
    return {};
}

base::Status leadOutcome(Communicator& ranks, const base::Status& mine)
{
    const base::Result<std::string> said = ranks.leadSays(packStatus(mine));
    if (!said)
        return said.error();
    return unpackStatus(*said);
}

} // namespace msrl::parallel
