// SPDX-License-Identifier: GPL-3.0-or-later
// How a project's people want the cards of a run's curves: which come first, in which order, split into
// several or with the lines of others over their own. Cards go by keys that outlive a run, so that a card
// that is not there now keeps its place.
#pragma once

#include "core/base/json.h"

#include <QString>
#include <QStringList>

#include <map>

namespace msrl::models {

// Into one card for each source, or for each stage.
enum class CardSplit { None, Source, Stage };

struct CardArrangement
{
    QStringList pinned; // before all others, in this order
    QStringList order; // of the others; cards that it does not name stand behind in an order of their own
    std::map<QString, CardSplit> splits;
    std::map<QString, QStringList> overlays; // the cards whose lines a card shows beside its own

    bool operator==(const CardArrangement&) const = default;

    // Where a card stands in the order; behind all that are named: not named.
    qsizetype rank(const QString& key) const;
    CardSplit splitOf(const QString& key) const;
    void setSplit(const QString& key, CardSplit split);
    QStringList overlaysOf(const QString& key) const;
    void setOverlaid(const QString& key, const QString& other, bool on);
    // Puts a card in the place of a neighbour, which makes room. `all`: the cards that are there in the order
    // in which they stand without pins.
    void move(const QString& key, const QString& neighbour, const QStringList& all);
};

base::Json cardArrangementToJson(const CardArrangement& arrangement);
// What cannot be understood is left out: it costs nobody more than a place.
CardArrangement cardArrangementFromJson(const base::Json& json);

} // namespace msrl::models
