// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/queue_facets.h"

#include <algorithm>
#include <cassert>

namespace msrl::models {

namespace {

template <class Value> std::uint16_t codeOf(Value value)
{
    return static_cast<std::uint16_t>(value);
}

template <class Value> std::vector<bool> wantedCodes(const std::set<Value>& values)
{
    std::vector<bool> wanted;
    for (const Value value : values) {
        wanted.resize(std::max(wanted.size(), std::size_t { codeOf(value) } + 1), false);
        wanted[codeOf(value)] = true;
    }
    return wanted;
}

template <class Value> std::map<Value, int> byValue(const std::vector<int>& counts, Value last)
{
    std::map<Value, int> named;
    for (std::size_t code = 0; code <= codeOf(last); ++code)
        named[static_cast<Value>(code)] = code < counts.size() ? counts[code] : 0;
    return named;
}

std::map<std::string, int> byText(const std::vector<int>& counts, const std::vector<std::string>& texts)
{
    std::map<std::string, int> named;
    for (std::size_t code = 0; code < texts.size(); ++code)
        named[texts[code]] = code < counts.size() ? counts[code] : 0;
    return named;
}

} // namespace

bool QueueFilter::isOpen() const
{
    return statuses.empty() && tasks.empty() && sources.empty() && teachers.empty() && machine.empty()
        && margins.empty() && bands.empty() && formats.empty() && gold.empty() && reviews.empty()
        && captions.empty() && !matches && !sample && !confidence;
}

std::uint16_t FacetTable::Names::numberOf(const std::string& text)
{
    const auto [place, isNew] = numbers.try_emplace(text, static_cast<std::uint16_t>(texts.size()));
    if (isNew)
        texts.push_back(text);
    return place->second;
}

void FacetTable::clear()
{
    m_codes.clear();
    m_tasks = {};
    m_sources = {};
    m_teachers = {};
}

void FacetTable::set(std::size_t index, const QueueItem& item, const std::string& measure, std::uint16_t me)
{
    assert(index <= m_codes.size());
    if (index == m_codes.size())
        m_codes.emplace_back();
    m_codes[index] = { codeOf(item.status()), m_tasks.numberOf(item.summary.taskType),
        m_sources.numberOf(item.summary.source), m_teachers.numberOf(item.summary.teacher),
        codeOf(item.machine()), codeOf(item.margin()), codeOf(item.band(measure)), codeOf(item.format()),
        codeOf(item.gold()), codeOf(item.review(me)), codeOf(item.caption()) };
}

void FacetTable::setFilter(const QueueFilter& filter)
{
    const auto texts = [](const std::set<std::string>& wanted, Names& names) {
        std::set<std::uint16_t> numbers;
        for (const std::string& text : wanted)
            numbers.insert(names.numberOf(text));
        return wantedCodes(numbers);
    };
    m_wanted = { wantedCodes(filter.statuses), texts(filter.tasks, m_tasks), texts(filter.sources, m_sources),
        texts(filter.teachers, m_teachers), wantedCodes(filter.machine), wantedCodes(filter.margins),
        wantedCodes(filter.bands), wantedCodes(filter.formats), wantedCodes(filter.gold),
        wantedCodes(filter.reviews), wantedCodes(filter.captions) };
}

int FacetTable::numFailing(std::size_t index, int* last) const
{
    int failing = 0;
    for (std::size_t facet = 0; facet < kFacets; ++facet) {
        const std::vector<bool>& wanted = m_wanted[facet];
        if (wanted.empty())
            continue;
        const std::uint16_t code = m_codes[index][facet];
        if (code < wanted.size() && wanted[code])
            continue;
        ++failing;
        if (last)
            *last = static_cast<int>(facet);
    }
    return failing;
}

// An item counts for a facet when no other facet keeps it out.
QueueCounts FacetTable::counts(const std::vector<std::uint8_t>& others) const
{
    std::array<std::vector<int>, kFacets> counts;
    const auto add = [&](std::size_t facet, std::uint16_t code) {
        if (code >= counts[facet].size())
            counts[facet].resize(std::size_t { code } + 1, 0);
        ++counts[facet][code];
    };
    for (std::size_t index = 0; index < m_codes.size(); ++index) {
        if (!others[index])
            continue;
        int failed = 0;
        const int failing = numFailing(index, &failed);
        if (failing == 0) {
            for (std::size_t facet = 0; facet < kFacets; ++facet)
                add(facet, m_codes[index][facet]);
        } else if (failing == 1) {
            add(static_cast<std::size_t>(failed), m_codes[index][static_cast<std::size_t>(failed)]);
        }
    }
    return { byValue(counts[Status], ItemStatus::Flagged), byText(counts[Task], m_tasks.texts),
        byText(counts[Source], m_sources.texts), byText(counts[Teacher], m_teachers.texts),
        byValue(counts[Machine], MachineChoice::NoPath), byValue(counts[Margin], VoteMargin::Unanimous),
        byValue(counts[Band], ConfidenceBand::None), byValue(counts[Format], FormatShare::None),
        byValue(counts[Gold], GoldAgreement::NoGold), byValue(counts[Reviewed], Review::Earlier),
        byValue(counts[Captioned], CaptionVerdict::Wrong) };
}

} // namespace msrl::models
