// SPDX-License-Identifier: GPL-3.0-or-later
// Candidates as a teacher of real size writes them: words in the shares of natural text, paths of a few
// hundred tokens with a log-probability each. Made up with a seed.
#pragma once

#include "core/store/rows.h"

#include <random>
#include <string>
#include <vector>

namespace msrl::bench {

class CandidateMaker
{
public:
    explicit CandidateMaker(unsigned seed = 7);

    store::CandidateRow make(int number, int numPaths);
    // The word of this rank: 0 is the commonest.
    const std::string& word(std::size_t rank) const { return m_words[rank]; }
    std::size_t numWords() const { return m_words.size(); }

private:
    std::string text(std::size_t words);
    store::CandidatePath path(bool saysA, bool formatOk);

    std::mt19937 m_random;
    std::vector<std::string> m_words;
    std::vector<std::uint32_t> m_stream; // word numbers in the shares of natural text
};

} // namespace msrl::bench
