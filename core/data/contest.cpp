// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/contest.h"

#include "core/data/mapped_rows.h"

#include <fmt/format.h>

#include <unordered_map>

namespace msrl::data {

namespace {

namespace fs = std::filesystem;
using base::Json;

bool hasCandidates(const Json& row)
{
    return row.contains("responses") || row.contains("candidates");
}

Candidate firstOf(const Sample& sample)
{
    return { sample.responseA, sample.mediaA, sample.captionA };
}

// The row as a pair in which candidate i stands on both sides: read by the one reader of our rows.
base::Result<Sample> readWith(
    const Json& row, std::size_t i, const std::string& place, const fs::path& mediaRoot)
{
    Json pair = row;
    for (const char* key : { "responses", "candidates", "candidate_captions", "gold" })
        pair.erase(key);
    const auto put = [&](const char* list, const char* a, const char* b) {
        if (row.contains(list)) {
            pair[a] = row[list][i];
            pair[b] = row[list][i];
        }
    };
    put("responses", "a", "b");
    put("candidates", "media_a", "media_b");
    put("candidate_captions", "caption_a", "caption_b");
    return sampleFromJson(pair, place, mediaRoot);
}

base::Status checkLists(const Json& row, const std::string& place)
{
    const char* list = row.contains("responses") ? "responses" : "candidates";
    if (row.contains("responses") && row.contains("candidates"))
        return base::badInput("has both responses and candidates", place, "give one of them");
    for (const char* key : { list, "candidate_captions" }) {
        if (row.contains(key) && !row[key].is_array())
            return base::badInput("is not a list", fmt::format("{}, field {}", place, key));
    }
    const std::size_t n = row[list].size();
    if (n < 2 || n > kMostCandidates)
        return base::badInput(fmt::format("has {} members, expected 2 to {}", n, kMostCandidates),
            fmt::format("{}, field {}", place, list));
    if (row.contains("candidate_captions") && row["candidate_captions"].size() != n)
        return base::badInput(
            fmt::format("has {} members for {} candidates", row["candidate_captions"].size(), n),
            place + ", field candidate_captions");
    for (const char* key : { "a", "b", "media_a", "media_b", "caption_a", "caption_b" }) {
        if (row.contains(key))
            return base::badInput(
                fmt::format("is given beside {}", list), fmt::format("{}, field {}", place, key));
    }
    return {};
}

base::Result<std::optional<std::size_t>> goldOf(const Json& row, std::size_t n, const std::string& place)
{
    if (!row.contains("gold"))
        return std::optional<std::size_t>();
    const Json& gold = row["gold"];
    if (!gold.is_number_unsigned() || gold.get<std::uint64_t>() >= n)
        return base::badInput(
            fmt::format("is {}, expected a number from 0 to {}", gold.dump(), n - 1), place + ", field gold");
    return std::optional(static_cast<std::size_t>(gold.get<std::uint64_t>()));
}

base::Result<Contest> contestFromRow(const JsonRow& row, const fs::path& mediaRoot)
{
    if (!hasCandidates(row.value)) {
        const auto sample = sampleFromJson(row.value, row.place, mediaRoot);
        return sample ? base::Result<Contest>(contestOf(*sample)) : sample.error();
    }
    if (auto fault = checkLists(row.value, row.place); !fault)
        return fault.error();
    const std::size_t n = row.value[row.value.contains("responses") ? "responses" : "candidates"].size();
    Contest contest;
    for (std::size_t i = 0; i < n; ++i) {
        auto sample = readWith(row.value, i, row.place, mediaRoot);
        if (!sample)
            return sample.error();
        contest.candidates.push_back(firstOf(*sample));
        if (i == 0)
            contest.question = contestOf(*sample).question;
    }
    const auto gold = goldOf(row.value, n, row.place);
    if (!gold)
        return gold.error();
    contest.gold = *gold;
    return contest;
}

base::Result<std::vector<Contest>> readOwnRows(const fs::path& path, const LoadOptions& options)
{
    const fs::path mediaRoot = options.mediaRoot.empty() ? path.parent_path() : options.mediaRoot;
    auto rows = MappedRows::open(path, options.columns, ColumnMap::Lists::Any);
    if (!rows)
        return rows.error();
    std::vector<Contest> contests;
    std::unordered_map<std::string, std::string> places;
    for (;;) {
        const auto row = rows->next();
        if (!row)
            return row.error();
        if (!*row)
            break;
        auto contest = contestFromRow(**row, mediaRoot);
        if (!contest)
            return contest.error();
        const auto [first, isNew] = places.emplace(contest->id(), (*row)->place);
        if (!isNew)
            return base::badInput(fmt::format("'{}' was already used at {}", contest->id(), first->second),
                (*row)->place + ", field id", "ids must be unique within a file");
        contests.push_back(std::move(*contest));
    }
    return contests;
}

} // namespace

Sample Contest::pair(std::size_t a, std::size_t b) const
{
    Sample sample = question;
    sample.responseA = candidates[a].response;
    sample.responseB = candidates[b].response;
    sample.mediaA = candidates[a].media;
    sample.mediaB = candidates[b].media;
    sample.captionA = candidates[a].caption;
    sample.captionB = candidates[b].caption;
    if (gold && (*gold == a || *gold == b))
        sample.gold = *gold == a ? Side::A : Side::B;
    return sample;
}

Contest contestOf(const Sample& pair)
{
    Contest contest;
    contest.isPair = true;
    contest.candidates
        = { { pair.responseA, pair.mediaA, pair.captionA }, { pair.responseB, pair.mediaB, pair.captionB } };
    if (pair.gold)
        contest.gold = *pair.gold == Side::A ? 0 : 1;
    contest.question = pair;
    for (std::string* text :
        { &contest.question.responseA, &contest.question.responseB, &contest.question.completion })
        text->clear();
    contest.question.mediaA.reset();
    contest.question.mediaB.reset();
    contest.question.captionA.reset();
    contest.question.captionB.reset();
    contest.question.gold.reset();
    return contest;
}

base::Result<std::vector<Contest>> loadContests(const fs::path& path, const LoadOptions& options)
{
    const auto format = formatOf(path, options);
    if (format && *format == findSampleFormat(kJsonlFormat.name))
        return readOwnRows(path, options);
    const auto samples = loadSamples(path, options);
    if (!samples)
        return samples.error();
    std::vector<Contest> contests;
    for (const Sample& sample : *samples)
        contests.push_back(contestOf(sample));
    return contests;
}

} // namespace msrl::data
