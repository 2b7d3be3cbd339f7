// SPDX-License-Identifier: GPL-3.0-or-later
// A table of figures as HTML, for browsers and for Qt's rich text. Used by this folder only.
#pragma once

#include <string>
#include <vector>

namespace msrl::report {

// Rows of cells; the first column is a name, the others are figures. Widths are given, as rich text shares
// out a row evenly and breaks words. The cells are plain text: what HTML would read in them is escaped.
class FiguresTable
{
public:
    // `second` is the width of the second column in percent; 0: like the others.
    explicit FiguresTable(const std::vector<std::string>& head, int second = 0);

    // REQUIRES: as many cells as the head has
    void add(const std::vector<std::string>& cells);
    std::string html() const;

private:
    void row(const char* tag, const std::vector<std::string>& cells);

    std::vector<int> m_widths; // percent
    std::string m_rows;
};

} // namespace msrl::report
