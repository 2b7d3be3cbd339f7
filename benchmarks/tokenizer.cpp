// SPDX-License-Identifier: GPL-3.0-or-later
// Speed of the tokenizer on one thread; tokenizer_speed.py runs it beside the reference.
//
//     bench_tokenizer FOLDER TEXT IDS [REPEATS 3]
//
// TEXT holds documents with a record separator (0x1e) between them. Every repeat is a fresh tokenizer, so
// that none finds its words in a cache that another one filled. IDS receives the ids of all documents, int32.
#include "core/text/tokenizer.h"

#include "core/base/clock.h"
#include "core/base/files.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

using namespace msrl;

namespace {

int stop(const base::Error& error)
{
    std::fprintf(stderr, "bench_tokenizer: %s\n", error.message().c_str());
    return 2;
}

std::vector<std::string_view> documentsOf(std::string_view text)
{
    std::vector<std::string_view> out;
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t end = std::min(text.find('\x1e', from), text.size());
        out.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    return out;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 4) {
        std::fprintf(stderr, "usage: bench_tokenizer FOLDER TEXT IDS [REPEATS]\n");
        return 2;
    }
    const auto text = base::readFile(argv[2]);
    if (!text)
        return stop(text.error());
    const std::vector<std::string_view> documents = documentsOf(*text);
    const int repeats = argc > 4 ? std::max(1, std::atoi(argv[4])) : 3;
    std::vector<double> seconds;
    std::vector<std::int32_t> ids;
    double load = 0;
    for (int i = 0; i < repeats; ++i) {
        const double beforeLoad = base::monotonicSeconds();
        const auto tokenizer = text::Tokenizer::load(argv[1]);
        if (!tokenizer)
            return stop(tokenizer.error());
        load = base::monotonicSeconds() - beforeLoad;
        ids.clear();
        const double start = base::monotonicSeconds();
        for (const std::string_view document : documents) {
            const auto encoded = tokenizer->encode(document);
            if (!encoded)
                return stop(encoded.error());
            ids.insert(ids.end(), encoded->begin(), encoded->end());
        }
        seconds.push_back(base::monotonicSeconds() - start);
    }
    const std::string_view bytes(
        reinterpret_cast<const char*>(ids.data()), ids.size() * sizeof(std::int32_t));
    if (const base::Status fault = base::writeFileAtomically(argv[3], bytes); !fault)
        return stop(fault.error());
    std::sort(seconds.begin(), seconds.end());
    std::printf("{\"seconds\": %.4f, \"load_seconds\": %.4f, \"tokens\": %zu, \"documents\": %zu}\n",
        seconds[seconds.size() / 2], load, ids.size(), documents.size());
    return 0;
}
