// SPDX-License-Identifier: GPL-3.0-or-later
// Counted things as people write them.
#pragma once

#include "app/models/strings.h"

namespace msrl::models {

// "one stage" or "3 stages": `one` as it is, `many` with the count in the place of its %1.
inline QString countedText(qint64 count, const QString& one, const QString& many)
{
    return count == 1 ? one : many.arg(countText(count));
}

} // namespace msrl::models
