// SPDX-License-Identifier: GPL-3.0-or-later
#include "benchmarks/audit_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace msrl::bench {

namespace {

constexpr std::size_t kWords = 40'000;
constexpr std::size_t kStream = 1 << 20;
constexpr const char* kTasks[]
    = { "image_understanding", "image_generation", "video_understanding", "video_generation" };
constexpr const char* kSources[] = { "rlaif-v", "vlfeedback", "llava-critic", "imagereward" };

std::vector<std::string> makeWords(std::mt19937& random)
{
    const std::string consonants = "bcdfghklmnprstvw";
    const std::string vowels = "aeiou";
    std::set<std::string> known;
    std::vector<std::string> words;
    while (words.size() < kWords) {
        std::string word;
        const std::size_t syllables = 1 + (words.size() > 60) + random() % 3;
        for (std::size_t i = 0; i < syllables; ++i) {
            word += consonants[random() % consonants.size()];
            word += vowels[random() % vowels.size()];
            if (random() % 3 == 0)
                word += consonants[random() % consonants.size()];
        }
        if (known.insert(word).second)
            words.push_back(std::move(word));
    }
    return words;
}

// Zipf's law: the word of rank r comes up in proportion to 1 / (r + 2.7).
std::vector<std::uint32_t> makeStream(std::mt19937& random)
{
    std::vector<double> weights(kWords);
    for (std::size_t rank = 0; rank < kWords; ++rank)
        weights[rank] = 1 / (static_cast<double>(rank) + 2.7);
    std::discrete_distribution<std::uint32_t> draw(weights.begin(), weights.end());
    std::vector<std::uint32_t> stream(kStream);
    for (std::uint32_t& word : stream)
        word = draw(random);
    return stream;
}

} // namespace

CandidateMaker::CandidateMaker(unsigned seed)
    : m_random(seed)
    , m_words(makeWords(m_random))
    , m_stream(makeStream(m_random))
{
}

std::string CandidateMaker::text(std::size_t words)
{
    std::string text;
    std::size_t at = m_random() % (kStream - words);
    for (std::size_t i = 0; i < words; ++i) {
        text += m_words[m_stream[at++]];
        text += i % 14 == 13 ? ". " : " ";
    }
    return text;
}

store::CandidatePath CandidateMaker::path(bool saysA, bool formatOk)
{
    store::CandidatePath path;
    path.answer = formatOk ? (saysA ? "A" : "B") : "";
    path.formatOk = formatOk;
    const double length = std::lognormal_distribution<double>(5.3, 0.45)(m_random);
    const auto words = static_cast<std::size_t>(std::clamp(length, 40.0, 1000.0));
    path.tokens.push_back("<think>");
    std::size_t at = m_random() % (kStream - words);
    for (std::size_t i = 0; i < words; ++i)
        path.tokens.push_back(" " + m_words[m_stream[at++]]);
    for (const char* tail : { "</think>", "\n", "<answer>", saysA ? "A" : "B", "</answer>" })
        path.tokens.emplace_back(tail);
    std::exponential_distribution<float> doubt(4);
    double sum = 0;
    for (const std::string& token : path.tokens) {
        path.text += token;
        path.tokenLogprobs.push_back(-doubt(m_random));
        sum += path.tokenLogprobs.back();
    }
    path.numTokens = static_cast<int>(path.tokens.size());
    const double mean = sum / path.numTokens;
    path.confidence = { { "mean_logprob", mean }, { "answer_prob", std::exp(2 * mean) },
        { "vote_share", 0.75 }, { "bottom_window_logprob", 1.8 * mean }, { "deepconf_bottom10", 12 + mean } };
    return path;
}

store::CandidateRow CandidateMaker::make(int number, int numPaths)
{
    store::CandidateRow row;
    row.stage = "cmkd";
    row.sampleId = fmt::format("{}/{:07}", kSources[number % 4], number);
    row.taskType = kTasks[m_random() % 4];
    row.source = kSources[number % 4];
    row.query = text(25);
    row.responseA = text(110);
    row.responseB = text(110);
    row.caption = text(90);
    row.gold = number % 3 == 0 ? (m_random() % 4 == 0 ? "B" : "A") : "";
    row.media.push_back({ { "role", "context" }, { "kind", "image" },
        { "files", { fmt::format("/data/images/{:07}.jpg", number) } } });
    const double chanceA = std::uniform_real_distribution<double>(0.1, 1)(m_random);
    for (int i = 0; i < numPaths; ++i) {
        row.paths.push_back(path(std::bernoulli_distribution(chanceA)(m_random), m_random() % 16 != 0));
        row.votesA += row.paths.back().answer == "A" ? 1 : 0;
        row.votesB += row.paths.back().answer == "B" ? 1 : 0;
    }
    const int votes = std::max(1, row.votesA + row.votesB);
    row.voteShare = static_cast<double>(std::max(row.votesA, row.votesB)) / votes;
    row.reason = fmt::format("tie {}:{}", row.votesA, row.votesB);
    row.prompt = text(420);
    if (row.votesA == row.votesB)
        return row;
    row.label = row.votesA > row.votesB ? "A" : "B";
    const auto chosen = std::find_if(row.paths.begin(), row.paths.end(),
        [&](const store::CandidatePath& one) { return one.answer == row.label; });
    row.chosen = static_cast<int>(chosen - row.paths.begin());
    row.reason = fmt::format(
        "{} votes for {}; path {} has the highest mean_logprob", votes, row.label, row.chosen + 1);
    row.target = "<caption>" + row.caption + "</caption>\n" + chosen->text;
    return row;
}

} // namespace msrl::bench
