// SPDX-License-Identifier: GPL-3.0-or-later
// What the auditor's queue is narrowed by, and how many items each value of each facet would leave.
#pragma once

#include "app/models/queue_item.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace msrl::models {

// The chosen path's confidence lies in [from, to); without one, or without a choice, it does not.
struct ConfidenceRange
{
    std::string measure;
    double from = 0;
    double to = 0;

    bool operator==(const ConfidenceRange&) const = default;
};

// Rowids, ascending: as many as there are items, so that no tree of them is built for each search.
class RowIds
{
public:
    RowIds() = default;
    explicit RowIds(std::vector<std::int64_t> ids)
        : m_ids(std::move(ids))
    {
        std::sort(m_ids.begin(), m_ids.end());
    }

    bool contains(std::int64_t id) const { return std::binary_search(m_ids.begin(), m_ids.end(), id); }
    std::size_t size() const { return m_ids.size(); }
    bool operator==(const RowIds&) const = default;

private:
    std::vector<std::int64_t> m_ids;
};

// Each set lists what is shown; an empty one shows all.
struct QueueFilter
{
    std::set<ItemStatus> statuses;
    std::set<std::string> tasks;
    std::set<std::string> sources;
    std::set<std::string> teachers; // who wrote the chosen path
    std::set<MachineChoice> machine;
    std::set<VoteMargin> margins;
    std::set<ConfidenceBand> bands;
    std::set<FormatShare> formats;
    std::set<GoldAgreement> gold;
    std::set<Review> reviews;
    std::set<CaptionVerdict> captions;
    std::optional<RowIds> matches; // what a text search found
    std::optional<RowIds> sample; // a random sample
    std::optional<ConfidenceRange> confidence;

    bool isOpen() const;
    bool operator==(const QueueFilter&) const = default;
};

// How many items each value of a facet would show, the other facets being as they are.
struct QueueCounts
{
    std::map<ItemStatus, int> statuses;
    std::map<std::string, int> tasks;
    std::map<std::string, int> sources;
    std::map<std::string, int> teachers;
    std::map<MachineChoice, int> machine;
    std::map<VoteMargin, int> margins;
    std::map<ConfidenceBand, int> bands;
    std::map<FormatShare, int> formats;
    std::map<GoldAgreement, int> gold;
    std::map<Review, int> reviews;
    std::map<CaptionVerdict, int> captions;
};

// The items' facet values as small numbers, so that a hundred thousand are counted in a blink.
class FacetTable
{
public:
    void clear();
    // Reads the item's values again; index is at most the number of items known.
    void set(std::size_t index, const QueueItem& item, const std::string& measure, std::uint16_t me);
    // What this filter asks of items from now on.
    void setFilter(const QueueFilter& filter);
    // Whether the item passes all facets; search, sample and range are not theirs.
    bool accepts(std::size_t index) const { return numFailing(index) == 0; }
    // Of the items for which `others` (one per item) is not zero.
    QueueCounts counts(const std::vector<std::uint8_t>& others) const;

private:
    enum Facet {
        Status,
        Task,
        Source,
        Teacher,
        Machine,
        Margin,
        Band,
        Format,
        Gold,
        Reviewed,
        Captioned,
        kFacets
    };
    using Codes = std::array<std::uint16_t, kFacets>;
    // Texts by the number that stands for them.
    struct Names
    {
        std::map<std::string, std::uint16_t> numbers;
        std::vector<std::string> texts;
        std::uint16_t numberOf(const std::string& text);
    };

    int numFailing(std::size_t index, int* last = nullptr) const;

    std::vector<Codes> m_codes;
    std::array<std::vector<bool>, kFacets> m_wanted; // by code; empty: all, beyond its end: not wanted
    Names m_tasks;
    Names m_sources;
    Names m_teachers;
};

} // namespace msrl::models
