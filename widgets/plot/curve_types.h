// SPDX-License-Identifier: GPL-3.0-or-later
// What a curve is told, as values.
#pragma once

#include <QString>

namespace msrl::widgets {

enum class MarkerKind { Stage, Checkpoint, Note };

// A vertical line with a word: a stage boundary, a checkpoint, a change of the replay ratio.
struct CurveMarker
{
    double x = 0;
    QString text;
    MarkerKind kind = MarkerKind::Note;
};

struct CurveValue
{
    QString series;
    double x = 0;
    double y = 0;
};

} // namespace msrl::widgets
