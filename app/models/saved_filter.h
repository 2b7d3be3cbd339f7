// SPDX-License-Identifier: GPL-3.0-or-later
// A view of the auditor's queue under a name: search, facets and order, as the settings keep it.
#pragma once

#include "app/models/candidate_queue_model.h"
#include "core/base/json.h"
#include "core/base/result.h"

#include <QString>

#include <string>
#include <vector>

namespace msrl::models {

struct SavedFilter
{
    QString name;
    QString search;
    QueueOrder order = QueueOrder::Disagreement;
    QueueFilter filter; // without what a search found and without a random sample: those are looked up anew

    bool operator==(const SavedFilter&) const = default;
};

// What is seen now, under a name. Matches and sample are left out.
SavedFilter savedFilter(
    const QString& name, const QString& search, const QueueFilter& filter, QueueOrder order);

base::Json savedFilterToJson(const SavedFilter& saved);
// Refused: no name, an order or a value of a facet that is not known.
base::Result<SavedFilter> savedFilterFromJson(const base::Json& json, const std::string& place);

} // namespace msrl::models
