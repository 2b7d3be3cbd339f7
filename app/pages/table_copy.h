// SPDX-License-Identifier: GPL-3.0-or-later
// Copying a table for a text: as Markdown, LaTeX or CSV.
#pragma once

#include "core/groups/tables.h"

#include <QString>

#include <functional>

class QHBoxLayout;
class QWidget;

namespace msrl::pages {

enum class TableForm { Markdown, Latex, Csv };

// The cells as they are shown.
QString tableText(const groups::Table& table, TableForm form);
// "Copied as LaTeX"
QString copiedText(TableForm form);
// A button for each form at the end of the layout, named `object` and the form: "copyLaTeX".
void addCopyButtons(
    QHBoxLayout& layout, QWidget* parent, const QString& object, const std::function<void(TableForm)>& copy);

} // namespace msrl::pages
