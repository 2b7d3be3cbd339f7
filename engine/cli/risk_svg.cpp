// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/risk_svg.h"

#include "core/base/markup.h"
#include "core/groups/plot_svg.h"

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
constexpr const char* kLine = "#DCE0E6";
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
        , m_highest(highest)
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
    static double x(double coverage) { return kLeft + coverage * (kPanelWidth - kLeft - kRight); }
    double y(double risk) const
    {
        const double share = std::min(1.0, risk / m_highest);
        return kPanelHeight - kBottom - share * (kPanelHeight - kTop - kBottom);
    }

    std::string grid() const
    {
        std::string svg;
        for (const double tick : groups::axisTicks(0, m_highest, kTicksUp))
            svg += fmt::format(
                R"(<line x1="{0}" y1="{1:.1f}" x2="{2}" y2="{1:.1f}" stroke="{3}"/><text x="{4}" y="{5:.1f}" fill="{6}" text-anchor="end">{7:.3g} %</text>)"
                "\n",
                kLeft, y(tick), kPanelWidth - kRight, kLine, kLeft - 5, y(tick) + 4, kGrey, 100 * tick);
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
            svg += fmt::format(
                R"(<text x="{0:.1f}" y="{1}" fill="{2}" text-anchor="middle">{3:.0f} %</text><text x="{0:.1f}" y="{4}" fill="{2}" text-anchor="middle" font-size="9">{5:.4g}</text>)"
                "\n",
                x(share), kPanelHeight - kBottom + 15, kGrey, 100 * share, kPanelHeight - kBottom + 28,
                at->threshold);
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
    double m_highest;
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
