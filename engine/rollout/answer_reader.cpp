// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/rollout/answer_reader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace msrl::rollout {

namespace {

constexpr std::string_view kOpen = "<answer>";
constexpr std::array<std::string_view, 5> kBefore { "", " ", "\n", ">", "> " };

} // namespace

AnswerReader::AnswerReader(const text::Tokenizer& tokenizer)
    : m_tokenizer(tokenizer)
{
    for (const data::Side side : { data::Side::A, data::Side::B }) {
        for (const std::string_view before : kBefore) {
            const auto id = m_tokenizer.tokenId(std::string(before) + data::sideName(side));
            if (!id)
                continue;
            m_ids.push_back(*id);
            m_sides.push_back(side);
        }
    }
}

std::optional<std::size_t> AnswerReader::letterToken(const std::vector<std::int64_t>& ids) const
{
    std::string text;
    std::vector<std::size_t> ends; // of each token in `text`
    for (const std::int64_t id : ids) {
        text += m_tokenizer.tokenBytes(static_cast<text::TokenId>(id));
        ends.push_back(text.size());
    }
    const std::size_t open = text.find(kOpen);
    if (open == std::string::npos)
        return std::nullopt;
    const std::size_t letter = text.find_first_not_of(" \t\r\n", open + kOpen.size());
    if (letter == std::string::npos || (text[letter] != 'A' && text[letter] != 'B'))
        return std::nullopt;
    return static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), letter) - ends.begin());
}

std::optional<double> AnswerReader::probabilityA(const Completion& completion) const
{
    const auto token = letterToken(completion.ids);
    if (!token || std::find(m_ids.begin(), m_ids.end(), completion.ids[*token]) == m_ids.end())
        return std::nullopt;
    double sums[2] = { 0, 0 };
    for (std::size_t i = 0; i < m_ids.size(); ++i)
        sums[m_sides[i] == data::Side::A ? 0 : 1]
            += std::exp(static_cast<double>(completion.watchedLogprobs[*token * m_ids.size() + i]));
    const double total = sums[0] + sums[1];
    return total > 0 ? std::optional(sums[0] / total) : std::nullopt;
}

} // namespace msrl::rollout
