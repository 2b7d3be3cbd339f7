// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/risk_svg.h"

#include "core/base/markup.h"
#include "core/groups/plot_axis.h"

#include <fmt/format.h>

#include <algorithm>

namespace msrl::cli {

namespace {

constexpr int kColumns = 3;
constexpr double kPanelWidth = 320;
constexpr double kPanelHeight = 220;
constexpr double kLeft = 44;
constexpr double kRight = 16;
constexpr double kTop = 32;
constexpr double kBottom = 44;
constexpr int kTicksUp = 4;
constexpr int kTicksAcross = 5;
// Where so few are accepted an interval says more about them than about the measure.
constexpr double kSettled = 0.05;
constexpr const char* kGrey = "#5B6572";
constexpr const char* kInk = "#1B1F24";
constexpr const char* kBlue = "#0072B2";

// The largest error that the panels reach.
double highestOf(const std::vector<RiskCurve>& curves)
{
    double highest = 0;
    for (const RiskCurve& curve : curves) {
        for (const judge::RiskPoint& point : curve.points)
            if (point.coverage >= kSettled)
                highest = std::max(highest, point.riskInterval.high);
        highest = std::max(highest, curve.points.back().riskInterval.high);
    }
    return highest > 0 ? 1.05 * highest : 1;
}

class Panel
{
public:
    Panel(const RiskCurve& curve, double highest)
        : m_curve(curve)
        , m_risk { 0, highest, kPanelHeight - kBottom, kTop }
    {
    }

    std::string draw() const
    {
        std::string svg
            = fmt::format(R"(<text x="4" y="18" fill="{}" font-size="12" font-weight="600">{}</text>)", kInk,
                base::escapeMarkup(m_curve.title));
        return svg + "\n" + grid() + thresholds() + all() + band() + line();
    }

private:
    static double x(double coverage)
    {
        return groups::PlotAxis { 0, 1, kLeft, kPanelWidth - kRight }.at(coverage);
    }
    double y(double risk) const { return m_risk.at(std::min(risk, m_risk.high)); }

    std::string grid() const
    {
        std::string svg;
        for (const double tick : m_risk.ticks(kTicksUp))
            svg += groups::tickAcross(
                y(tick), kLeft, kPanelWidth - kRight, fmt::format("{:.3g} %", 100 * tick));
        return svg;
    }

    // The first point that reaches each share: equal confidences are accepted together.
    std::string thresholds() const
    {
        std::string svg;
        for (int i = 1; i <= kTicksAcross; ++i) {
            const double share = static_cast<double>(i) / kTicksAcross;
            const auto at = std::find_if(m_curve.points.begin(), m_curve.points.end() - 1,
                [share](const judge::RiskPoint& point) { return point.coverage >= share - 1e-12; });
            svg += groups::tickBelow(
                x(share), kPanelHeight - kBottom + 15, fmt::format("{:.0f} %", 100 * share));
            svg += fmt::format(
                R"(<text x="{:.1f}" y="{}" fill="{}" text-anchor="middle" font-size="9">{:.4g}</text>)"
                "\n",
                x(share), kPanelHeight - kBottom + 28, kGrey, at->threshold);
        }
        return svg;
    }

    // The error of the whole set, which a useless order would have everywhere.
    std::string all() const
    {
        return fmt::format(
            R"(<line x1="{0}" y1="{1:.1f}" x2="{2}" y2="{1:.1f}" stroke="{3}" stroke-dasharray="4 3"/>)"
            "\n",
            kLeft, y(m_curve.points.back().risk), kPanelWidth - kRight, kGrey);
    }

    std::string band() const
    {
        std::string above;
        std::string below;
        for (const judge::RiskPoint& point : m_curve.points) {
            above += fmt::format("{:.1f},{:.1f} ", x(point.coverage), y(point.riskInterval.high));
            below.insert(0, fmt::format("{:.1f},{:.1f} ", x(point.coverage), y(point.riskInterval.low)));
        }
        return fmt::format(R"(<polygon points="{}" fill="{}" fill-opacity="0.15"/>)"
                           "\n",
            above + below, kBlue);
    }

    // A measure that cannot tell most items apart has few points: each is marked.
    std::string line() const
    {
        constexpr std::size_t kFew = 20;
        std::string points;
        std::string marks;
        for (const judge::RiskPoint& point : m_curve.points) {
            points += fmt::format("{:.1f},{:.1f} ", x(point.coverage), y(point.risk));
            if (m_curve.points.size() <= kFew)
                marks += fmt::format(R"(<circle cx="{:.1f}" cy="{:.1f}" r="3" fill="{}"/>)",
                    x(point.coverage), y(point.risk), kBlue);
        }
        return fmt::format(R"(<polyline points="{}" fill="none" stroke="{}" stroke-width="1.6"/>{})"
                           "\n",
            points, kBlue, marks);
    }

    const RiskCurve& m_curve;
    const groups::PlotAxis m_risk; // up
};

std::string legend()
{
    std::string svg;
    double line = 60;
    for (const char* text : { "Across: the share that is accepted,", "below it the threshold.",
             "Up: how much of it is wrong, with the", "exact 95 % interval. Dashed: of all." }) {
        svg += fmt::format(R"(<text x="8" y="{}" fill="{}" font-size="11">{}</text>)"
                           "\n",
            line, kGrey, text);
        line += 18;
    }
    return svg;
}

} // namespace

std::string riskSvg(const std::vector<RiskCurve>& curves)
{
    const auto cells = static_cast<int>(curves.size()) + 1;
    const int columns = std::min(kColumns, cells);
    const int rows = (cells + columns - 1) / columns;
    std::string svg = fmt::format(
        R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" font-family="Inter, Helvetica, Arial, sans-serif" font-size="10"><rect width="{0}" height="{1}" fill="#FFFFFF"/>)"
        "\n",
        columns * kPanelWidth, rows * kPanelHeight);
    const double highest = highestOf(curves);
    for (int cell = 0; cell < cells; ++cell) {
        svg += fmt::format(R"svg(<g transform="translate({},{})">)svg"
                           "\n",
            cell % columns * kPanelWidth, cell / columns * kPanelHeight);
        svg += cell + 1 < cells ? Panel(curves[static_cast<std::size_t>(cell)], highest).draw() : legend();
        svg += "</g>\n";
    }
    return svg + "</svg>\n";
}

} // namespace msrl::cli
