// SPDX-License-Identifier: GPL-3.0-or-later
// How the text of a path looks, as HTML and as formats of a plain text: tags in grey, words that differ from
// another path marked, tokens on a ground that is the redder the less probable they were.
#pragma once

#include "app/models/path_difference.h"
#include "core/store/rows.h"

#include <QPalette>
#include <QString>
#include <QTextLayout>

#include <vector>

namespace msrl::pages {

// A token of this log-probability or less gets the full colour.
inline constexpr double kColdest = -4;

struct PathTextLook
{
    bool heat = false; // colour by log-probability, where the tokens are the text
    std::vector<models::TextRange>
        marked; // sorted, apart from each other: underlined, on a ground of their own
};

// Bytes [range) of the path's text.
QString pathHtml(const store::CandidatePath& path, models::TextRange range, const PathTextLook& look,
    const QPalette& palette);

// Of the whole text, in letters of the QString; `heat` as above.
QList<QTextLayout::FormatRange> pathLooks(
    const store::CandidatePath& path, bool heat, const QPalette& palette);

} // namespace msrl::pages
