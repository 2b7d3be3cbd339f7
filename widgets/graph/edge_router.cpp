// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/edge_router.h"

#include <queue>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>
#include <vector>

namespace msrl::widgets {

namespace {

constexpr double kClear = 7; // no line comes nearer to a node
constexpr double kLead = 12; // from a port to the first corner, and from track to track
constexpr int kTracks = 5; // beside each side of a node
constexpr double kApart = 7; // closer lines would pass for one

// What a way costs beside its length.
constexpr double kBend = 26;
constexpr double kCrossing = 30;
constexpr double kForeign = 9; // times the length, where a line lies on another one
constexpr double kShared = 0.55; // times the length, where it joins its like
constexpr int kPasses = 2; // the second one knows where all others run
constexpr double kGuide = 0.85; // times what is left at least: between the shortest search and the best way
constexpr long kMaxVisits = 300'000; // of all edges together, about a tenth of a second

enum Direction { Horizontal = 0, Vertical = 1 };

// Lines that must be there, and the tracks that leave enough room to them.
std::vector<double> joinLines(std::vector<double> exact, std::vector<double> tracks)
{
    std::sort(exact.begin(), exact.end());
    exact.erase(std::unique(exact.begin(), exact.end()), exact.end());
    std::sort(tracks.begin(), tracks.end());
    std::vector<double> lines = exact;
    double last = -std::numeric_limits<double>::infinity();
    for (const double track : tracks) {
        const auto after = std::lower_bound(exact.begin(), exact.end(), track - kApart);
        const bool taken = after != exact.end() && *after < track + kApart;
        if (taken || track - last < kApart)
            continue;
        lines.push_back(track);
        last = track;
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

int indexOf(const std::vector<double>& lines, double value)
{
    return static_cast<int>(std::lower_bound(lines.begin(), lines.end(), value) - lines.begin());
}

class Router
{
public:
    Router(const QVector<QRectF>& bodies, const QVector<RouteRequest>& edges)
        : m_edges(edges)
    {
        layLines(bodies);
        if (isTooLarge())
            return;
        m_blocked[Horizontal].assign(numPoints(), false);
        m_blocked[Vertical].assign(numPoints(), false);
        m_uses[Horizontal].resize(numPoints());
        m_uses[Vertical].resize(numPoints());
        m_cost.resize(2 * numPoints());
        m_from.resize(2 * numPoints());
        m_seen.assign(2 * numPoints(), 0);
        for (const QRectF& body : bodies)
            block(body.adjusted(-kClear, -kClear, kClear, kClear));
    }

    QVector<Route> run()
    {
        QVector<Route> routes(m_edges.size());
        if (isTooLarge())
            return routes;
        std::vector<int> order(static_cast<std::size_t>(m_edges.size()));
        std::iota(order.begin(), order.end(), 0);
        const auto length = [this](int i) { return (m_edges[i].to - m_edges[i].from).manhattanLength(); };
        std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return length(a) < length(b); });
        std::vector<std::vector<int>> paths(order.size());
        for (int pass = 0; pass < kPasses && m_visits <= kMaxVisits / 2; ++pass) {
            for (const int edge : order) {
                auto& path = paths[static_cast<std::size_t>(edge)];
                occupy(edge, path, false);
                if (std::vector<int> found = find(edge); !found.empty())
                    path = std::move(found); // else the way of the first pass stays
                occupy(edge, path, true);
            }
        }
        for (const int edge : order)
            routes[edge] = corners(edge, paths[static_cast<std::size_t>(edge)]);
        return routes;
    }

private:
    using Queued = std::tuple<double, int>; // cost with what is left at least, state

    bool isTooLarge() const { return m_xs.size() * m_ys.size() > static_cast<std::size_t>(kMaxGridPoints); }
    std::size_t numPoints() const { return m_xs.size() * m_ys.size(); }
    int width() const { return static_cast<int>(m_xs.size()); }
    double x(int point) const { return m_xs[static_cast<std::size_t>(point % width())]; }
    double y(int point) const { return m_ys[static_cast<std::size_t>(point / width())]; }
    int pointAt(double px, double py) const { return indexOf(m_ys, py) * width() + indexOf(m_xs, px); }

    void layLines(const QVector<QRectF>& bodies)
    {
        std::vector<double> exactX, exactY, tracksX, tracksY;
        for (const RouteRequest& edge : m_edges) {
            exactX.insert(exactX.end(), { edge.from.x() + kLead, edge.to.x() - kLead });
            exactY.insert(exactY.end(), { edge.from.y(), edge.to.y() });
        }
        for (const QRectF& body : bodies) {
            for (int track = 1; track <= kTracks; ++track) {
                const double off = track * kLead;
                tracksX.insert(tracksX.end(), { body.left() - off, body.right() + off });
                tracksY.insert(tracksY.end(), { body.top() - off, body.bottom() + off });
            }
        }
        m_xs = joinLines(std::move(exactX), std::move(tracksX));
        m_ys = joinLines(std::move(exactY), std::move(tracksY));
    }

    // Index p stands for the piece from point p to its right or lower neighbour.
    void block(const QRectF& area)
    {
        for (int row = 0; row < static_cast<int>(m_ys.size()); ++row) {
            for (int column = 0; column < width(); ++column) {
                const int p = row * width() + column;
                const bool insideX = x(p) > area.left() && x(p) < area.right();
                const bool insideY = y(p) > area.top() && y(p) < area.bottom();
                if (insideY && column + 1 < width() && x(p + 1) > area.left() && x(p) < area.right())
                    m_blocked[Horizontal][static_cast<std::size_t>(p)] = true;
                if (insideX && row + 1 < static_cast<int>(m_ys.size()) && y(p + width()) > area.top()
                    && y(p) < area.bottom())
                    m_blocked[Vertical][static_cast<std::size_t>(p)] = true;
            }
        }
    }

    bool isLike(int a, int b) const
    {
        return m_edges[a].source == m_edges[b].source
            || (m_edges[a].target == m_edges[b].target && m_edges[a].kind == m_edges[b].kind);
    }

    double pieceCost(int edge, int piece, Direction direction, double length) const
    {
        const auto& uses = m_uses[direction][static_cast<std::size_t>(piece)];
        if (uses.empty())
            return length;
        const bool all
            = std::all_of(uses.begin(), uses.end(), [&](int other) { return isLike(edge, other); });
        return length * (all ? kShared : kForeign);
    }

    double crossingCost(int edge, int point, Direction direction) const
    {
        const Direction across = direction == Horizontal ? Vertical : Horizontal;
        double cost = 0;
        for (const int other : m_uses[across][static_cast<std::size_t>(point)])
            cost += isLike(edge, other) ? 0 : kCrossing;
        return cost;
    }

    std::vector<int> find(int edge);
    void tryStep(int edge, int state, int step, int target);
    // Enters or removes a way, also on neighbouring lines that lie too close.
    void occupy(int edge, const std::vector<int>& path, bool on);
    void occupyPiece(int edge, int piece, Direction direction, bool on);
    Route corners(int edge, const std::vector<int>& path) const;

    const QVector<RouteRequest>& m_edges;
    std::vector<double> m_xs, m_ys;
    std::vector<bool> m_blocked[2];
    std::vector<std::vector<int>> m_uses[2];
    std::vector<double> m_cost; // by state: 2 * point + direction
    std::vector<int> m_from;
    std::vector<std::uint32_t> m_seen; // the search that wrote the cost
    std::uint32_t m_search = 0;
    long m_visits = 0;
    std::priority_queue<Queued, std::vector<Queued>, std::greater<>> m_queue;
};

void Router::tryStep(int edge, int state, int step, int target)
{
    const int point = state / 2;
    const auto before = static_cast<Direction>(state % 2);
    const Direction direction = std::abs(step) == 1 ? Horizontal : Vertical;
    const int column = point % width();
    if ((step == 1 && column + 1 == width()) || (step == -1 && column == 0) || point + step < 0
        || point + step >= static_cast<int>(numPoints()))
        return;
    const int piece = std::min(point, point + step);
    if (m_blocked[direction][static_cast<std::size_t>(piece)])
        return;
    const int next = point + step;
    const double length = std::abs(x(next) - x(point)) + std::abs(y(next) - y(point));
    double cost = m_cost[static_cast<std::size_t>(state)] + pieceCost(edge, piece, direction, length);
    cost += before == direction ? crossingCost(edge, point, direction) : kBend;
    const auto nextState = static_cast<std::size_t>(2 * next + direction);
    if (m_seen[nextState] == m_search && m_cost[nextState] <= cost)
        return;
    m_seen[nextState] = m_search;
    m_cost[nextState] = cost;
    m_from[nextState] = state;
    const double left = std::abs(x(next) - x(target)) + std::abs(y(next) - y(target));
    m_queue.emplace(cost + kGuide * left, static_cast<int>(nextState));
}

std::vector<int> Router::find(int edge)
{
    const RouteRequest& asked = m_edges[edge];
    const int start = pointAt(asked.from.x() + kLead, asked.from.y());
    const int target = pointAt(asked.to.x() - kLead, asked.to.y());
    ++m_search;
    m_queue = {};
    const auto first = static_cast<std::size_t>(2 * start + Horizontal);
    m_seen[first] = m_search;
    m_cost[first] = 0;
    m_from[first] = -1;
    m_queue.emplace(0.0, static_cast<int>(first));
    while (!m_queue.empty() && m_visits < kMaxVisits) {
        const int state = std::get<1>(m_queue.top());
        const double promised = std::get<0>(m_queue.top());
        m_queue.pop();
        ++m_visits;
        const int point = state / 2;
        if (point == target) {
            std::vector<int> path;
            for (int at = state; at >= 0; at = m_from[static_cast<std::size_t>(at)])
                path.push_back(at / 2);
            std::reverse(path.begin(), path.end());
            return path;
        }
        const double left = std::abs(x(point) - x(target)) + std::abs(y(point) - y(target));
        if (promised > m_cost[static_cast<std::size_t>(state)] + kGuide * left + 1e-6)
            continue; // a cheaper way here was found meanwhile
        for (const int step : { 1, -1, width(), -width() })
            tryStep(edge, state, step, target);
    }
    return {};
}

void Router::occupyPiece(int edge, int piece, Direction direction, bool on)
{
    auto& uses = m_uses[direction][static_cast<std::size_t>(piece)];
    if (on)
        uses.push_back(edge);
    else if (const auto at = std::find(uses.begin(), uses.end(), edge); at != uses.end())
        uses.erase(at);
}

void Router::occupy(int edge, const std::vector<int>& path, bool on)
{
    for (std::size_t i = 1; i < path.size(); ++i) {
        const int piece = std::min(path[i - 1], path[i]);
        const bool level = std::abs(path[i] - path[i - 1]) == 1;
        const Direction direction = level ? Horizontal : Vertical;
        const int side = level ? width() : 1;
        const auto place = [&](int p) { return level ? y(p) : x(p); };
        const auto inGrid = [&](int p) {
            return p >= 0 && p < static_cast<int>(numPoints()) && (level || p / width() == piece / width());
        };
        for (int p = piece; inGrid(p) && std::abs(place(p) - place(piece)) < kApart; p += side)
            occupyPiece(edge, p, direction, on);
        for (int p = piece - side; inGrid(p) && std::abs(place(p) - place(piece)) < kApart; p -= side)
            occupyPiece(edge, p, direction, on);
    }
}

Route Router::corners(int edge, const std::vector<int>& path) const
{
    if (path.empty())
        return {};
    Route all { m_edges[edge].from };
    for (const int point : path)
        all << QPointF(x(point), y(point));
    all << m_edges[edge].to;
    Route kept { all.front() };
    for (qsizetype i = 1; i + 1 < all.size(); ++i) {
        const QPointF in = all[i] - kept.back();
        const QPointF out = all[i + 1] - all[i];
        if (std::abs(in.x() * out.y() - in.y() * out.x()) > 1e-9)
            kept << all[i];
    }
    return kept << all.back();
}

} // namespace

QVector<Route> routeEdges(const QVector<QRectF>& bodies, const QVector<RouteRequest>& edges)
{
    return Router(bodies, edges).run();
}

} // namespace msrl::widgets
