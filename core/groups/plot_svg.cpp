// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/groups/plot_svg.h"

#include "core/base/markup.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace msrl::groups {

namespace {

constexpr double kLeft = 64;
constexpr double kRight = 36;
constexpr double kTop = 40;
constexpr double kBottom = 72;
constexpr double kCap = 4; // half a bar's end
constexpr int kTicks = 6;
constexpr double kBeside = 8; // from a point to its label
constexpr double kLetter = 6.6; // width of one at 12 pixels, on the safe side
constexpr double kLineHeight = 13;

// A single value still needs a width.
PlotAxis axisWithRoom(double low, double high, double from, double to)
{
    const double span = high > low ? high - low : std::max(std::abs(high), 1.0) * 0.1;
    return { low - 0.08 * span, high + 0.08 * span, from, to };
}

template <class Value, class Range>
PlotAxis axisOf(const std::vector<PlotPoint>& points, Value value, Range range, double from, double to)
{
    if (points.empty())
        return axisWithRoom(0, 1, from, to);
    double low = value(points.front());
    double high = low;
    for (const PlotPoint& point : points) {
        const std::optional<judge::Interval>& interval = range(point);
        low = std::min({ low, value(point), interval ? interval->low : value(point) });
        high = std::max({ high, value(point), interval ? interval->high : value(point) });
    }
    return axisWithRoom(low, high, from, to);
}

std::int64_t numLetters(const std::string& text)
{
    return std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
}

// Words beside a point.
struct Label
{
    double left = 0;
    double base = 0; // line that the letters stand on
    double width = 0;
    bool toLeft = false; // of its point

    bool meets(const Label& other) const
    {
        return left < other.left + other.width && other.left < left + width
            && std::abs(base - other.base) < kLineHeight;
    }
};

class Drawing
{
public:
    Drawing(const Plot& plot, const PlotLook& look)
        : m_plot(plot)
        , m_look(look)
        , m_x(axisOf(
              plot.points, [](const PlotPoint& p) { return p.x; },
              [](const PlotPoint& p) -> const auto& { return p.xInterval; }, kLeft, look.width - kRight))
        , m_y(axisOf(
              plot.points, [](const PlotPoint& p) { return p.y; },
              [](const PlotPoint& p) -> const auto& { return p.yInterval; }, look.height - kBottom, kTop))
    {
    }

    std::string svg()
    {
        m_svg = fmt::format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 "
            "{0} {1}\" font-family=\"{2}\" font-size=\"12\">\n",
            m_look.width, m_look.height, base::escapeMarkup(m_look.font));
        m_svg += fmt::format(
            "<rect width=\"{}\" height=\"{}\" fill=\"{}\"/>\n", m_look.width, m_look.height, m_look.ground);
        drawAxes();
        drawLine();
        for (const PlotPoint& point : m_plot.points)
            drawPoint(point);
        for (const PlotPoint& point : m_plot.points)
            drawLabel(m_x.at(point.x), m_y.at(point.y), point.label);
        return m_svg + "</svg>\n";
    }

    std::vector<std::pair<double, double>> places() const
    {
        std::vector<std::pair<double, double>> places;
        for (const PlotPoint& point : m_plot.points)
            places.emplace_back(m_x.at(point.x), m_y.at(point.y));
        return places;
    }

private:
    void line(double x1, double y1, double x2, double y2, const std::string& colour, double width = 1)
    {
        m_svg += fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" "
                             "stroke-width=\"{}\"/>\n",
            x1, y1, x2, y2, colour, width);
    }

    void text(
        double x, double y, const std::string& words, const std::string& colour, const std::string& more)
    {
        m_svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" fill=\"{}\" {}>{}</text>\n", x, y, colour, more,
            base::escapeMarkup(words));
    }

    void drawAxes()
    {
        const double bottom = m_look.height - kBottom;
        const double right = m_look.width - kRight;
        for (const double tick : m_x.ticks(kTicks)) {
            line(m_x.at(tick), kTop, m_x.at(tick), bottom, m_look.line);
            m_svg += tickBelow(m_x.at(tick), bottom + 18, fmt::format("{:.6g}", tick), m_look);
        }
        for (const double tick : m_y.ticks(kTicks))
            m_svg += tickAcross(m_y.at(tick), kLeft, right, fmt::format("{:.6g}", tick), m_look);
        text(kLeft, 24, m_plot.title, m_look.text, "font-size=\"14\" font-weight=\"600\"");
        text((kLeft + right) / 2, bottom + 38, m_plot.xTitle, m_look.text, "text-anchor=\"middle\"");
        const double middle = (kTop + bottom) / 2;
        text(18, middle, m_plot.yTitle, m_look.text,
            fmt::format("text-anchor=\"middle\" transform=\"rotate(-90 18 {:.1f})\"", middle));
        text(kLeft, m_look.height - 12, m_plot.note, m_look.secondary, "font-size=\"11\"");
    }

    void drawLine()
    {
        if (!m_plot.connected || m_plot.points.size() < 2)
            return;
        std::string path;
        for (const PlotPoint& point : m_plot.points)
            path += fmt::format("{:.1f},{:.1f} ", m_x.at(point.x), m_y.at(point.y));
        m_svg += fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"/>\n",
            path, m_look.series);
    }

    void drawPoint(const PlotPoint& point)
    {
        const double x = m_x.at(point.x);
        const double y = m_y.at(point.y);
        if (point.yInterval) {
            const double low = m_y.at(point.yInterval->low);
            const double high = m_y.at(point.yInterval->high);
            line(x, low, x, high, m_look.series);
            line(x - kCap, low, x + kCap, low, m_look.series);
            line(x - kCap, high, x + kCap, high, m_look.series);
        }
        if (point.xInterval) {
            const double low = m_x.at(point.xInterval->low);
            const double high = m_x.at(point.xInterval->high);
            line(low, y, high, y, m_look.series);
            line(low, y - kCap, low, y + kCap, m_look.series);
            line(high, y - kCap, high, y + kCap, m_look.series);
        }
        m_svg += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\" fill=\"{}\" stroke=\"{}\"/>\n", x,
            y, m_look.series, m_look.ground);
    }

    // Beside its point, where it is neither cut nor on another label; where there is no such place, where it
    // is not cut.
    void drawLabel(double x, double y, const std::string& label)
    {
        const double width = kLetter * static_cast<double>(numLetters(label));
        std::vector<Label> inside;
        for (const double below : { -8.0, 16.0, -22.0, 30.0, -36.0, 44.0 }) {
            for (const bool toLeft : { false, true }) {
                const Label one { toLeft ? x - kBeside - width : x + kBeside, y + below, width, toLeft };
                if (one.left > kLeft && one.left + width < m_look.width && one.base > kTop / 2
                    && one.base < m_look.height - kBottom)
                    inside.push_back(one);
            }
        }
        const auto isFree = [this](const Label& one) {
            return std::none_of(
                m_labels.begin(), m_labels.end(), [&](const Label& other) { return one.meets(other); });
        };
        const auto free = std::find_if(inside.begin(), inside.end(), isFree);
        const Label chosen = free != inside.end() ? *free
            : inside.empty()                      ? Label { x + kBeside, y - kBeside, width, false }
                                                  : inside.front();
        m_labels.push_back(chosen);
        // Intervals of others may run through it: they fade behind the letters.
        m_svg += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\" fill=\"{}\" "
                             "fill-opacity=\"0.8\"/>\n",
            chosen.left - 1, chosen.base - kLineHeight + 3, width + 2, kLineHeight, m_look.ground);
        text(chosen.toLeft ? chosen.left + width : chosen.left, chosen.base, label, m_look.text,
            chosen.toLeft ? "text-anchor=\"end\"" : "");
    }

    const Plot& m_plot;
    const PlotLook& m_look;
    PlotAxis m_x;
    PlotAxis m_y;
    std::vector<Label> m_labels; // drawn so far
    std::string m_svg;
};

} // namespace

std::string plotToSvg(const Plot& plot, const PlotLook& look)
{
    return Drawing(plot, look).svg();
}

std::vector<std::pair<double, double>> pointPlaces(const Plot& plot, const PlotLook& look)
{
    return Drawing(plot, look).places();
}

} // namespace msrl::groups
