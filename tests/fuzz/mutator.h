// SPDX-License-Identifier: GPL-3.0-or-later
// Damages inputs, always in the same way for the same seed, on every machine.
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::fuzz {

class Mutator
{
public:
    // `words` are put into inputs; `corpus` (not empty) is where pieces come from. Both outlive the mutator.
    Mutator(
        std::uint64_t seed, std::span<const std::string_view> words, const std::vector<std::string>& corpus);

    // One of the corpus with one to four damages.
    std::string next();

private:
    std::size_t below(std::size_t count); // REQUIRES: count > 0
    std::string piece(const std::string& of, std::size_t most);
    void damage(std::string& input);
    void damageByte(std::string& input);
    void damageNumber(std::string& input);

    std::mt19937_64 m_random;
    std::span<const std::string_view> m_words;
    const std::vector<std::string>& m_corpus;
};

} // namespace msrl::fuzz
