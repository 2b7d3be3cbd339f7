// SPDX-License-Identifier: GPL-3.0-or-later
// ShareGPT-V as UnifiedReward's test file has it: {prompt, images, responses: [first, second], answer:
// "Response 1 is better than Response 2."}. Neither an id nor a script was published: the rows are numbered.
#include "core/bench/plain_pairs.h"
#include "core/data/lines.h"

#include <fmt/format.h>

namespace msrl::bench {

namespace {

base::Result<base::Json> evaluate(const BenchmarkRequest& request)
{
    const auto rows = data::readJsonRows(request.data);
    if (!rows)
        return rows.error();
    std::vector<PairItem> pairs;
    for (const data::JsonRow& row : *rows) {
        base::ObjectReader in(row.value, row.place);
        const std::string answer = in.text("answer");
        const base::Json& responses = in.array("responses");
        const bool first = answer.starts_with("Response 1 is better");
        if (responses.size() != 2)
            in.fault("responses", fmt::format("has {} members, expected 2", responses.size()));
        if (!first && !answer.starts_with("Response 2 is better"))
            in.fault("answer", fmt::format("is '{}'", answer),
                "it begins with \"Response N is better\", N 1 or 2");
        if (auto status = in.finish(base::ObjectReader::Unknown::Keep); !status)
            return status.error();
        pairs.push_back(
            { fmt::format("{}", pairs.size()), "video", first ? data::Side::A : data::Side::B, {} });
    }
    if (pairs.empty())
        return base::badInput("the benchmark has no rows", request.data.string());
    return evaluatePlainPairs(std::move(pairs), request);
}

} // namespace

const Benchmark kShareGptVideo { "sharegpt_v", "ShareGPT-V", evaluate };

} // namespace msrl::bench
