// SPDX-License-Identifier: GPL-3.0-or-later
// A plot and the widget around it as a file.
#pragma once

#include <QString>

class QWidget;

namespace msrl::widgets {

class CurvePlot;

// By the end of the name: .svg and .pdf hold lines and text, all else is a PNG of twice the size. `plot` is a
// part of `frame`. False: it could not be written.
bool writeCurvePicture(QWidget& frame, CurvePlot& plot, const QString& file);

} // namespace msrl::widgets
