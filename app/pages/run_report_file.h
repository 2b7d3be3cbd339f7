// SPDX-License-Identifier: GPL-3.0-or-later
// The page about a run as a file: HTML as `msrl-engine report --html` writes it, or one A4 page of PDF.
#pragma once

#include "core/base/result.h"

#include <QString>

class QWidget;

namespace msrl::pages {

// PDF when the name ends in .pdf, else HTML. An existing file is replaced, whole or not at all. Errors: the
// run cannot be read, the file cannot be written.
base::Status saveRunReport(const QString& runFolder, const QString& file);

// Asks for a name first. Empty when the person thought better of it, else the file that was written.
base::Result<QString> askAndSaveRunReport(const QString& runFolder, QWidget* parent);

} // namespace msrl::pages
