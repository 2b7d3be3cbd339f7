// SPDX-License-Identifier: GPL-3.0-or-later
// How sure a judge was of the letter that it wrote: p(A) against p(B) at the token of its answer.
#pragma once

#include "core/data/sample.h"
#include "core/text/tokenizer.h"
#include "engine/rollout/generate.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace msrl::rollout {

// The tokens of a vocabulary that end in the letter A or B and have nothing but white space or the end of a
// tag before it ("A", " A", ">A").
class AnswerReader
{
public:
    explicit AnswerReader(const text::Tokenizer& tokenizer);

    // For GenerateOptions::watchedIds.
    const std::vector<std::int64_t>& watchedIds() const { return m_ids; }

    // p(A) / (p(A) + p(B)) under the raw distribution where the first <answer> has its letter, summed over
    // the tokens of each letter. Nothing when there is no letter there or another token wrote it.
    // REQUIRES: the completion was generated with watchedIds().
    std::optional<double> probabilityA(const Completion& completion) const;

private:
    std::optional<std::size_t> letterToken(const std::vector<std::int64_t>& ids) const;

    text::Tokenizer m_tokenizer;
    std::vector<std::int64_t> m_ids;
    std::vector<data::Side> m_sides; // of m_ids
};

} // namespace msrl::rollout
