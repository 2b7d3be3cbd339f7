// SPDX-License-Identifier: GPL-3.0-or-later
#include "curve_grid_test.h"

#include "app/models/project_document.h"
#include "app/pages/curve_grid.h"
#include "app/pages/run_curve.h"
#include "app/pages/run_page.h"
#include "app/services/run_registry.h"
#include "app/services/settings.h"
#include "widgets/plot/curve_card.h"

#include <QLabel>
#include <QMenu>
#include <QShortcut>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <utility>

using namespace msrl;

namespace {

store::MetricRow metric(const std::string& stage, std::int64_t step, const std::string& name, double value)
{
    store::MetricRow row;
    row.stage = stage;
    row.step = step;
    row.name = name;
    row.source = "new";
    row.value = value;
    row.timeMs = 1'000'000 + 1000 * step + (stage == "rl2" ? 100'000 : 0);
    return row;
}

} // namespace

} // namespace

// Whatever a run logs is to be seen: what has no place among the cards has one of its own below them.
void TestCurveGrid::everyMetricHasACard()
{
    models::CurveSet curves;
    pages::CurveGrid grid(curves);
    grid.resize(1300, 800);
    grid.show();
    const std::size_t always = grid.cards().size();
    QLabel* heading = nullptr;
    for (QLabel* label : grid.findChildren<QLabel*>(QString(), Qt::FindDirectChildrenOnly))
        heading = label;
    QVERIFY(heading && heading->isHidden());
    curves.append(std::vector<store::MetricRow> {
        metric("rl1b", 1, "reward", 0.5), metric("rl1b", 1, "clip_low", 0.25) });
    curves.append(std::vector<store::MetricRow> { metric("rl1b", 1, "reward/politeness", 0.75) });
    QCOMPARE(grid.cards().size(), always + 2);
    const widgets::CurveCard* clipped = grid.cards()[always];
    QCOMPARE(clipped->title(), QStringLiteral("Clipped from below"));
    QCOMPARE(clipped->curve()->lastPoint(QStringLiteral("new"))->y(), 0.25);
    const widgets::CurveCard* unknown = grid.cards().back();
    QCOMPARE(unknown->title(), QStringLiteral("reward/politeness"));
    QCOMPARE(unknown->curve()->lastPoint(QStringLiteral("new"))->y(), 0.75);
    QVERIFY(unknown->isVisible() && heading->isVisible());
    QVERIFY(heading->y() > grid.cards().front()->y() && clipped->y() > heading->y());
    QVERIFY(grid.setFilter(QStringLiteral("^kl$")));
    QVERIFY(heading->isHidden() && unknown->isHidden());
    curves.clear(); // another run
    QCOMPARE(grid.cards().size(), always);
}

void TestCurveGrid::theAxisIsTimeStepsOrTheClock()
{
    models::CurveSet curves;
    pages::CurveGrid grid(curves);
    grid.show();
    curves.append(std::vector<store::MetricRow> {
        metric("rl1b", 1, "reward", 0.5), metric("rl1b", 31, "reward", 0.6) });
    const auto last = [&] { return grid.cards()[0]->curve()->lastPoint(QStringLiteral("new"))->x(); };
    QCOMPARE(last(), 0.5); // minutes
    grid.setAxis(models::CurveAxis::Step);
    QCOMPARE(last(), 31.0);
    grid.setAxis(models::CurveAxis::Clock);
    QCOMPARE(last(), 1031.0); // seconds since 1970
}
