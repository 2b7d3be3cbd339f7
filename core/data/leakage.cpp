// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/leakage.h"

#include "core/base/excerpt.h"
#include "core/base/hash.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>

namespace msrl::data {

namespace {

// Lower case (ASCII), runs of white space as one space, none at the ends.
std::string folded(const std::string& text)
{
    std::string out;
    for (const char c : text) {
        const bool space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
        if (space && (out.empty() || out.back() == ' '))
            continue;
        out += space ? ' ' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    if (out.ends_with(' '))
        out.pop_back();
    return out;
}

std::string questionOf(const Sample& sample)
{
    const std::string question = folded(sample.query);
    return sample.context.empty() ? question : folded(sample.context) + '\x1f' + question;
}

// Empty where the candidates are not texts.
std::string pairOf(const Sample& sample)
{
    if (isGeneration(sample.task))
        return {};
    const std::string a = folded(sample.responseA);
    const std::string b = folded(sample.responseB);
    return questionOf(sample) + '\x1f' + std::min(a, b) + '\x1f' + std::max(a, b);
}

// Hashes of media files; a file that several rows name is read once.
class MediaHashes
{
public:
    base::Result<std::string> of(const Media& media)
    {
        const auto files = mediaFiles(media);
        if (!files)
            return files.error();
        std::string digests;
        for (const std::filesystem::path& file : *files) {
            auto known = m_files.find(file.string());
            if (known == m_files.end()) {
                const auto digest = base::sha256OfFile(file);
                if (!digest)
                    return digest.error();
                known = m_files.emplace(file.string(), *digest).first;
            }
            digests += known->second;
        }
        return digests;
    }

private:
    std::unordered_map<std::string, std::string> m_files;
};

struct Known
{
    std::unordered_map<std::string, std::string> media; // hash -> place
    std::unordered_map<std::string, std::string> pairs;
    std::unordered_map<std::string, std::string> questions;
};

base::Result<Known> know(std::span<const Sample> benchmark, MediaHashes& hashes)
{
    Known known;
    for (const Sample& sample : benchmark) {
        for (const Media& media : sample.allMedia()) {
            const auto hash = hashes.of(media);
            if (!hash)
                return base::within(hash.error(), sample.where());
            known.media.emplace(*hash, sample.where());
        }
        if (const std::string pair = pairOf(sample); !pair.empty())
            known.pairs.emplace(pair, sample.where());
        known.questions.emplace(questionOf(sample), sample.where());
    }
    return known;
}

base::Result<std::optional<Leak>> mediaLeak(const Sample& sample, const Known& known, MediaHashes& hashes)
{
    for (const Media& media : sample.allMedia()) {
        const auto hash = hashes.of(media);
        if (!hash)
            return base::within(hash.error(), sample.where());
        if (const auto found = known.media.find(*hash); found != known.media.end())
            return std::optional(Leak { Leak::Kind::Media, sample.where(), found->second, media.name() });
    }
    return std::optional<Leak>();
}

std::optional<Leak> textLeak(const Sample& sample, const Known& known)
{
    constexpr std::size_t kShown = 80; // bytes of the question in the message
    const std::string shown = base::excerpt(sample.query, kShown);
    const std::string pair = pairOf(sample);
    if (const auto found = known.pairs.find(pair); !pair.empty() && found != known.pairs.end())
        return Leak { Leak::Kind::Pair, sample.where(), found->second, shown };
    if (const auto found = known.questions.find(questionOf(sample)); found != known.questions.end())
        return Leak { Leak::Kind::Question, sample.where(), found->second, shown };
    return std::nullopt;
}

} // namespace

const char* leakKindName(Leak::Kind kind)
{
    constexpr std::array names { "media", "pair", "question" };
    return names[static_cast<std::size_t>(kind)];
}

base::Result<std::vector<Leak>> findLeaks(std::span<const Sample> training, std::span<const Sample> benchmark)
{
    MediaHashes hashes;
    const auto known = know(benchmark, hashes);
    if (!known)
        return known.error();
    std::vector<Leak> leaks;
    for (const Sample& sample : training) {
        auto media = mediaLeak(sample, *known, hashes);
        if (!media)
            return media.error();
        if (*media)
            leaks.push_back(std::move(**media));
        if (auto text = textLeak(sample, *known))
            leaks.push_back(std::move(*text));
    }
    return leaks;
}

std::int64_t countLeaks(std::span<const Leak> leaks, Leak::Kind kind)
{
    return std::count_if(leaks.begin(), leaks.end(), [&](const Leak& leak) { return leak.kind == kind; });
}

} // namespace msrl::data
