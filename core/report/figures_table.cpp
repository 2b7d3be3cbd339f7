// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/figures_table.h"

#include "core/base/markup.h"

#include <fmt/format.h>

#include <algorithm>

namespace msrl::report {

namespace {

constexpr int kNameWidth = 20; // percent

} // namespace

FiguresTable::FiguresTable(const std::vector<std::string>& head, int second)
    : m_widths(head.size(), 0)
{
    const int others = static_cast<int>(head.size()) - (second > 0 ? 2 : 1);
    for (std::size_t i = 0; i < head.size(); ++i)
        m_widths[i] = i == 0       ? kNameWidth
            : i == 1 && second > 0 ? second
                                   : (100 - kNameWidth - second) / std::max(others, 1);
    row("th", head);
}

void FiguresTable::add(const std::vector<std::string>& cells)
{
    row("td", cells);
}

std::string FiguresTable::html() const
{
    return "<table class=\"figures\" width=\"100%\" cellpadding=\"3\">\n" + m_rows + "</table>\n";
}

void FiguresTable::row(const char* tag, const std::vector<std::string>& cells)
{
    m_rows += "<tr>";
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const char* look = i == 0 ? R"(class="name" align="left")" : R"(align="right")";
        m_rows += fmt::format(
            R"(<{0} {1} width="{2}%">{3}</{0}>)", tag, look, m_widths[i], base::escapeMarkup(cells[i]));
    }
    m_rows += "</tr>\n";
}

} // namespace msrl::report
