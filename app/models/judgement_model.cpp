// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/judgement_model.h"

#include "app/models/strings.h"

#include <algorithm>
#include <cmath>

namespace msrl::models {

namespace {

using Show = JudgementModel::Show;

bool isRight(const store::SampleRow& row)
{
    return !row.answer.empty() && row.answer == row.gold;
}

bool isOfKind(const JudgedPair& pair, Show show)
{
    switch (show) {
    case Show::Errors:
        return pair.outcome() != PairOutcome::Right;
    case Show::OneOrder:
        return pair.outcome() == PairOutcome::OneOrder;
    case Show::Wrong:
        return pair.outcome() == PairOutcome::Wrong;
    case Show::Unread:
        return pair.hasUnread();
    case Show::All:
    case Show::NumShows:
        return true;
    }
    return true;
}

bool saysAny(const store::SampleRow& row, const QString& words)
{
    for (const std::string& text : { row.sampleId, row.prompt, row.completion }) {
        if (toQt(text).contains(words, Qt::CaseInsensitive))
            return true;
    }
    return false;
}

QString answerText(const store::SampleRow& row)
{
    if (row.answer.empty())
        return QObject::tr("not read");
    return isRight(row) ? QObject::tr("%1, right").arg(toQt(row.answer))
                        : QObject::tr("%1, wrong").arg(toQt(row.answer));
}

QString outcomeText(PairOutcome outcome)
{
    switch (outcome) {
    case PairOutcome::Right:
        return QObject::tr("right");
    case PairOutcome::OneOrder:
        return QObject::tr("one order");
    case PairOutcome::Wrong:
        return QObject::tr("wrong");
    }
    return {};
}

} // namespace

PairOutcome JudgedPair::outcome() const
{
    const bool first = isRight(given);
    const bool second = exchanged ? isRight(*exchanged) : first;
    return first && second ? PairOutcome::Right
        : first || second  ? PairOutcome::OneOrder
                           : PairOutcome::Wrong;
}

bool JudgedPair::hasUnread() const
{
    return given.answer.empty() || (exchanged && exchanged->answer.empty());
}

std::vector<JudgedPair> pairsOf(std::vector<store::SampleRow> judgements)
{
    std::vector<JudgedPair> pairs;
    for (store::SampleRow& row : judgements) {
        const bool second = row.promptIndex % 2 == 1 && !pairs.empty() && !pairs.back().exchanged
            && pairs.back().given.sampleId == row.sampleId && pairs.back().given.source == row.source;
        if (second)
            pairs.back().exchanged = std::move(row);
        else
            pairs.push_back({ std::move(row), std::nullopt });
    }
    return pairs;
}

std::vector<judge::Scored> claimsOf(const std::vector<JudgedPair>& pairs, const std::string& set)
{
    std::vector<judge::Scored> claims;
    const auto add = [&](const store::SampleRow& row) {
        if (std::isfinite(row.meanLogprob))
            claims.push_back({ std::clamp(std::exp(row.meanLogprob), 0.0, 1.0), isRight(row) });
    };
    for (const JudgedPair& pair : pairs) {
        if (!set.empty() && pair.given.source != set)
            continue;
        add(pair.given);
        if (pair.exchanged)
            add(*pair.exchanged);
    }
    return claims;
}

void JudgementModel::setPairs(std::vector<JudgedPair> pairs)
{
    beginResetModel();
    m_pairs = std::move(pairs);
    select();
    endResetModel();
}

void JudgementModel::setFilter(const std::string& set, Show show, const QString& words)
{
    beginResetModel();
    m_set = set;
    m_show = show;
    m_words = words;
    select();
    endResetModel();
}

void JudgementModel::select()
{
    m_shown.clear();
    for (std::size_t i = 0; i < m_pairs.size(); ++i) {
        const JudgedPair& pair = m_pairs[i];
        if ((!m_set.empty() && pair.given.source != m_set) || !isOfKind(pair, m_show))
            continue;
        if (m_words.isEmpty() || saysAny(pair.given, m_words)
            || (pair.exchanged && saysAny(*pair.exchanged, m_words)))
            m_shown.push_back(i);
    }
}

std::vector<std::string> JudgementModel::sets() const
{
    std::vector<std::string> sets;
    for (const JudgedPair& pair : m_pairs) {
        if (std::find(sets.begin(), sets.end(), pair.given.source) == sets.end())
            sets.push_back(pair.given.source);
    }
    return sets;
}

int JudgementModel::count(const std::string& set, Show show) const
{
    return static_cast<int>(std::count_if(m_pairs.begin(), m_pairs.end(), [&](const JudgedPair& pair) {
        return (set.empty() || pair.given.source == set) && isOfKind(pair, show);
    }));
}

const JudgedPair* JudgementModel::pair(int row) const
{
    return row >= 0 && row < rowCount() ? &m_pairs[m_shown[static_cast<std::size_t>(row)]] : nullptr;
}

int JudgementModel::rowOf(int promptIndex) const
{
    const auto found = std::find_if(m_shown.begin(), m_shown.end(),
        [&](std::size_t index) { return m_pairs[index].given.promptIndex == promptIndex; });
    return found == m_shown.end() ? -1 : static_cast<int>(found - m_shown.begin());
}

int JudgementModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int JudgementModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(NumColumns);
}

QVariant JudgementModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const JudgedPair& one = *pair(index.row());
    if (role == OutcomeRole)
        return static_cast<int>(one.outcome());
    if (role == UnreadRole)
        return one.hasUnread();
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    switch (index.column()) {
    case Sample:
        return toQt(one.given.sampleId);
    case Task:
        return toQt(one.given.taskType).replace(QLatin1Char('_'), QLatin1Char(' '));
    case Given:
        return answerText(one.given);
    case Exchanged:
        return one.exchanged ? answerText(*one.exchanged) : QString();
    case Outcome:
        return outcomeText(one.outcome());
    default:
        return {};
    }
}

QVariant JudgementModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Sample:
        return tr("pair");
    case Task:
        return tr("task");
    case Given:
        return tr("as given");
    case Exchanged:
        return tr("exchanged");
    case Outcome:
        return tr("outcome");
    default:
        return {};
    }
}

} // namespace msrl::models
