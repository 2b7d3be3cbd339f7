// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/own_protocol.h"

namespace msrl::bench {

base::Result<base::Json> ownProtocol(
    const BenchmarkRequest& request, std::span<const PairItem> pairs, const PairsOf& pairsOf)
{
    const PairReportOptions options { request.voting, request.bothOrders };
    auto ours = pairReport(pairs, options);
    if (!ours)
        return ours.error();
    base::Json json = { { "ours", *std::move(ours) } };
    if (request.against) {
        const auto second = pairsOf(*request.against);
        if (!second)
            return second.error();
        auto compared = comparison(pairs, *second, options, request.against->string());
        if (!compared)
            return compared.error();
        json["comparison"] = *std::move(compared);
    }
    return json;
}

} // namespace msrl::bench
