// SPDX-License-Identifier: GPL-3.0-or-later
#include "curve_grid_test.h"

#include "app/models/project_document.h"
#include "app/models/stage_list_model.h"
#include "app/pages/curve_grid.h"
#include "app/pages/run_curve.h"
#include "app/pages/run_page.h"
#include "app/pages/stage_timeline.h"
#include "app/services/run_registry.h"
#include "app/services/settings.h"
#include "metric_row.h"
#include "widgets/plot/curve_card.h"

#include <QLabel>
#include <QMenu>
#include <QShortcut>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <utility>

using namespace msrl;
using tests::metric;

namespace {

// An entry of the card's menu, or of a menu in it.
void choose(widgets::CurveCard& card, const QString& entry)
{
    QMenu menu;
    Q_EMIT card.menuOpening(&menu);
    const QList<QAction*> actions = menu.findChildren<QAction*>();
    const auto found = std::find_if(actions.begin(), actions.end(),
        [&](const QAction* action) { return action->text().section(QLatin1Char('\t'), 0, 0) == entry; });
    QVERIFY2(found != actions.end(), qPrintable(entry));
    (*found)->trigger();
}

bool comesBefore(const QWidget* a, const QWidget* b)
{
    return std::pair(a->y(), a->x()) < std::pair(b->y(), b->x());
}

// A place on another card, as seen from this one.
QPoint placeOn(const widgets::CurveCard& card, const widgets::CurveCard& other, const QPoint& place)
{
    return card.mapFromGlobal(other.mapToGlobal(place));
}

// By its title over another card, the mouse still pressed.
widgets::CurveCard* drag(const pages::CurveGrid& grid, std::size_t from, std::size_t to)
{
    widgets::CurveCard* card = grid.cards()[from];
    const widgets::CurveCard& other = *grid.cards()[to];
    QTest::mousePress(card, Qt::LeftButton, {}, QPoint(40, 14));
    for (const QPoint& place : { card->rect().center(), other.rect().center() })
        QTest::mouseMove(card, placeOn(*card, other, place));
    return card;
}

void drop(const pages::CurveGrid& grid, widgets::CurveCard* card, std::size_t to)
{
    const widgets::CurveCard& other = *grid.cards()[to];
    QTest::mouseRelease(card, Qt::LeftButton, {}, placeOn(*card, other, other.rect().center()));
}

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

// With the arrows and Enter: a stage's part on all cards, and the whole again.
void TestCurveGrid::aStageOfTheTimelineShowsItsPartOfTheCurves()
{
    models::CurveSet curves;
    pages::CurveGrid grid(curves);
    grid.setAxis(models::CurveAxis::Step);
    grid.resize(1200, 800);
    grid.show();
    models::StageListModel stages;
    std::vector<store::StageRow> rows;
    for (const char* id : { "rl1b", "rl2", "rl3" }) {
        store::StageRow row;
        row.stage = row.nodeId = row.title = id;
        row.nodeType = "rl";
        row.position = static_cast<int>(rows.size());
        rows.push_back(row);
    }
    stages.setStages(rows);
    for (const char* stage : { "rl1b", "rl2" })
        for (int step = 1; step <= 6; ++step)
            curves.append(std::vector<store::MetricRow> { metric(stage, step, "reward", 0.1 * step) });
    pages::StageTimeline timeline(stages);
    timeline.resize(900, timeline.sizeHint().height());
    timeline.show();
    QVERIFY(QTest::qWaitForWindowExposed(&timeline));
    QSignalSpy clicked(&timeline, &pages::StageTimeline::stageClicked);
    QTest::keyClick(&timeline, Qt::Key_Right);
    QTest::keyClick(&timeline, Qt::Key_Right);
    QVERIFY(timeline.accessibleDescription().contains(QStringLiteral("at rl2")));
    QTest::keyClick(&timeline, Qt::Key_Return);
    QCOMPARE(clicked.takeFirst().value(0).toString(), QStringLiteral("rl2"));
    const widgets::CurvePlot& reward = *grid.cards()[0]->curve();
    QVERIFY(grid.showStage("rl2"));
    QTRY_COMPARE(reward.xRange(), QPointF(6, 12));
    QVERIFY(grid.showStage("rl1b"));
    QTRY_COMPARE(reward.xRange(), QPointF(0, 6));
    QVERIFY(grid.showStage("rl1b")); // again: all of it
    QTRY_VERIFY(reward.xRange().y() >= 12);
    QVERIFY(!grid.showStage("rl3")); // drew nothing
}

// Over several stages and the gaps between them, as a look at every point finds them.
void TestCurveGrid::positionsOnTheAxisAreFound()
{
    models::CurveSet curves;
    std::vector<store::MetricRow> rows;
    for (const char* stage : { "rl1b", "rl2" }) {
        for (int step = 1; step <= 6; ++step)
            rows.push_back(metric(stage, step, "reward", 0.1 * step));
    }
    curves.append(rows);
    for (const auto axis : { models::CurveAxis::Time, models::CurveAxis::Step, models::CurveAxis::Clock }) {
        const pages::RunCurve curve(curves, "reward", "new", axis);
        QCOMPARE(curve.size(), std::size_t { 13 });
        const auto count = [&curve](const auto& condition) {
            std::size_t number = 0;
            for (std::size_t i = 0; i < curve.size(); ++i)
                number += condition(curve.x(i)) ? 1 : 0;
            return number;
        };
        for (std::size_t i = 0; i < curve.size(); ++i) {
            for (std::size_t j = i; j < curve.size(); ++j) {
                const double from = curve.x(i) + (i % 2 == 0 ? 0.001 : -0.001);
                const double to = curve.x(j) + 0.002;
                const std::size_t before = count([from](double x) { return x < from; });
                const std::size_t upTo = count([to](double x) { return x <= to; });
                QCOMPARE(curve.positions(from, to),
                    std::pair(before > 0 ? before - 1 : 0, std::min(upTo + 1, curve.size())));
            }
        }
    }
}

// Into a card for each source or stage, also for those that come later.
void TestCurveGrid::aCardIsSplit()
{
    models::CurveSet curves;
    pages::CurveGrid grid(curves);
    grid.resize(1300, 800);
    grid.show();
    store::MetricRow replay = metric("rl2", 1, "reward", 0.75);
    replay.source = "replay";
    curves.append(std::vector<store::MetricRow> {
        metric("rl1b", 1, "reward", 0.25), metric("rl2", 1, "reward", 0.5), replay });
    const std::size_t whole = grid.cards().size();
    const auto titles = [&grid] {
        return QStringList { grid.cards()[0]->title(), grid.cards()[1]->title() };
    };
    choose(*grid.cards()[0], QStringLiteral("By source"));
    QCOMPARE(grid.cards().size(), whole + 1);
    QCOMPARE(titles(), (QStringList { QStringLiteral("Reward · new"), QStringLiteral("Reward · replay") }));
    QCOMPARE(grid.cards()[0]->curve()->seriesNames(), QStringList { QStringLiteral("new") });
    QCOMPARE(grid.cards()[1]->curve()->lastPoint(QStringLiteral("replay"))->y(), 0.75);
    QCOMPARE(grid.cards()[1]->curve()->seriesColourIndex(QStringLiteral("replay")), 1); // as before
    choose(*grid.cards()[1], QStringLiteral("By stage"));
    grid.setStageTitles({ { "rl1b", QStringLiteral("1b Text RL") }, { "rl2", QStringLiteral("2 RL") } });
    QCOMPARE(
        titles(), (QStringList { QStringLiteral("Reward · 1b Text RL"), QStringLiteral("Reward · 2 RL") }));
    QCOMPARE(grid.cards()[0]->curve()->points(QStringLiteral("new")).size(), 1);
    QCOMPARE(grid.cards()[0]->curve()->lastPoint(QStringLiteral("new"))->y(), 0.25);
    QCOMPARE(grid.cards()[1]->curve()->lastPoint(QStringLiteral("new"))->y(), 0.5);
    store::MetricRow later = metric("rl3", 1, "reward", 0.9);
    later.timeMs += 200'000;
    curves.append(std::vector<store::MetricRow> { later });
    QCOMPARE(grid.cards().size(), whole + 2);
    QCOMPARE(grid.cards()[2]->curve()->lastPoint(QStringLiteral("new"))->y(), 0.9);
    choose(*grid.cards()[2], QStringLiteral("Not at all"));
    QCOMPARE(grid.cards().size(), whole);
    QCOMPARE(grid.cards()[0]->title(), QStringLiteral("Reward"));
    QCOMPARE(grid.cards()[0]->curve()->points(QStringLiteral("new")).size(), 5); // and two gaps
}

void TestCurveGrid::aCardIsLaidOverAnother()
{
    models::CurveSet curves;
    pages::CurveGrid grid(curves);
    grid.show();
    curves.append(std::vector<store::MetricRow> { metric("rl1b", 1, "reward", 0.5),
        metric("rl1b", 1, "reward/accuracy", 0.25), metric("rl1b", 1, "kl", 0.125) });
    const widgets::CurvePlot& plot = *grid.cards()[0]->curve();
    choose(*grid.cards()[0], QStringLiteral("KL to the stage's start"));
    choose(*grid.cards()[0], QStringLiteral("Reward parts"));
    const QString kl = QStringLiteral("KL to the stage's start · new");
    const QString accuracy = QStringLiteral("Reward parts: accuracy · new");
    QCOMPARE(plot.seriesNames(), (QStringList { QStringLiteral("Reward · new"), kl, accuracy }));
    QCOMPARE(plot.lastPoint(kl)->y(), 0.125);
    QVERIFY(plot.seriesColourIndex(kl) != plot.seriesColourIndex(accuracy));
    curves.append(std::vector<store::MetricRow> { metric("rl1b", 2, "kl", 0.5) }); // it grows here too
    QCOMPARE(plot.lastPoint(kl)->y(), 0.5);
    choose(*grid.cards()[0], QStringLiteral("KL to the stage's start"));
    choose(*grid.cards()[0], QStringLiteral("Reward parts"));
    QCOMPARE(plot.seriesNames(), QStringList { QStringLiteral("new") });
    QCOMPARE(grid.cards()[4]->curve()->lastPoint(QStringLiteral("new"))->y(), 0.5); // its own card
}

// By the menu of a card or by keys, one place at a time.
void TestCurveGrid::cardsAreMoved()
{
    models::CurveSet curves;
    pages::CurveGrid grid(curves);
    grid.resize(1300, 800);
    grid.show();
    const auto& cards = grid.cards();
    QVERIFY(comesBefore(cards[0], cards[1]) && comesBefore(cards[1], cards[2]));
    choose(*cards[2], QStringLiteral("Move forward"));
    QVERIFY(comesBefore(cards[0], cards[2]) && comesBefore(cards[2], cards[1])
        && comesBefore(cards[1], cards[3]));
    Q_EMIT cards[0]->findChild<QShortcut*>(QStringLiteral("moveBack"))->activated();
    QVERIFY(comesBefore(cards[2], cards[0]) && comesBefore(cards[0], cards[1]));
    choose(*cards[2], QStringLiteral("Move forward")); // it is the first
    QVERIFY(comesBefore(cards[2], cards[0]) && comesBefore(cards[0], cards[1]));
    QVERIFY(
        grid.setFilter(QStringLiteral("^(reward|kl)$"))); // past what is shown, which is more than one place
    choose(*cards[4], QStringLiteral("Move forward"));
    QVERIFY(grid.setFilter(QString()));
    QVERIFY(comesBefore(cards[2], cards[4]) && comesBefore(cards[4], cards[0]));
}

// By the title of a card to the place of another one; Escape leaves all as it was.
void TestCurveGrid::cardsAreDragged()
{
    models::CurveSet curves;
    pages::CurveGrid grid(curves);
    grid.resize(1300, 800);
    grid.show();
    QSignalSpy arranged(&grid, &pages::CurveGrid::arrangementChanged);
    const auto* mark = grid.findChild<QWidget*>(QStringLiteral("dropMark"));
    const auto& cards = grid.cards();
    widgets::CurveCard* first = drag(grid, 0, 2);
    QVERIFY(mark->isVisible());
    QVERIFY(cards[2]->geometry().contains(mark->geometry().center()));
    drop(grid, first, 2);
    QVERIFY(comesBefore(cards[1], cards[2]) && comesBefore(cards[2], cards[0])
        && comesBefore(cards[0], cards[3]));
    QVERIFY(mark->isHidden());
    QCOMPARE(arranged.size(), 1);
    drop(grid, drag(grid, 3, 1), 1);
    QVERIFY(comesBefore(cards[3], cards[1]));
    QCOMPARE(arranged.size(), 2);
    widgets::CurveCard* given = drag(grid, 3, 0);
    QTest::keyClick(given, Qt::Key_Escape);
    QVERIFY(mark->isHidden());
    drop(grid, given, 0);
    QVERIFY(comesBefore(cards[3], cards[1]));
    QCOMPARE(arranged.size(), 2);
    Q_EMIT cards[2]->pinToggled(true); // pinned cards are among themselves
    drop(grid, drag(grid, 3, 2), 2);
    QCOMPARE(arranged.size(), 3);
}

// A card that goes away takes its drag with it.
void TestCurveGrid::aDragEndsWithItsCard()
{
    models::CurveSet curves;
    pages::CurveGrid grid(curves);
    grid.resize(1300, 2000);
    grid.show();
    const auto* mark = grid.findChild<QWidget*>(QStringLiteral("dropMark"));
    const std::size_t always = grid.cards().size();
    const std::vector<store::MetricRow> rows { metric("rl1b", 1, "reward/politeness", 0.5),
        metric("rl1b", 1, "reward/brevity", 0.5) };
    curves.append(rows);
    QCOMPARE(grid.cards().size(), always + 2);
    drag(grid, always, always + 1);
    QVERIFY(mark->isVisible());
    QVERIFY(QWidget::keyboardGrabber());
    curves.clear(); // another run is shown
    QCOMPARE(grid.cards().size(), always);
    QVERIFY(mark->isHidden());
    QVERIFY(!QWidget::keyboardGrabber());
    widgets::CurveCard* hidden = drag(grid, 0, 2);
    QVERIFY(mark->isVisible());
    QVERIFY(grid.setFilter(QStringLiteral("^kl$")));
    QVERIFY(hidden->isHidden() && mark->isHidden());
    QVERIFY(grid.setFilter(QString()));
    // Cards that are placed anew: the mark does not stay where the other one was.
    curves.append(rows);
    widgets::CurveCard* given = drag(grid, 0, 2);
    QVERIFY(mark->isVisible());
    curves.append(std::vector<store::MetricRow> { metric("rl1b", 1, "reward/warmth", 0.5) });
    QVERIFY(mark->isHidden());
    QTest::keyClick(given, Qt::Key_Escape);
    QVERIFY(!QWidget::keyboardGrabber());
}

// With all its parts.
void TestCurveGrid::aSplitCardIsMoved()
{
    models::CurveSet curves;
    pages::CurveGrid grid(curves);
    grid.resize(1300, 800);
    grid.show();
    store::MetricRow replay = metric("rl1b", 1, "reward", 0.75);
    replay.source = "replay";
    curves.append(std::vector<store::MetricRow> { metric("rl1b", 1, "reward", 0.25), replay });
    choose(*grid.cards()[0], QStringLiteral("By source"));
    const auto& cards = grid.cards();
    choose(*cards[0], QStringLiteral("Move back"));
    QVERIFY(comesBefore(cards[2], cards[0]) && comesBefore(cards[0], cards[1]));
    QVERIFY(comesBefore(cards[1], cards[3]));
    choose(*cards[1], QStringLiteral("Move forward"));
    QVERIFY(comesBefore(cards[0], cards[1]) && comesBefore(cards[1], cards[2]));
    QCOMPARE(grid.arrangement().order.count(QStringLiteral("reward")), 1);
}

// The next session of a project has its cards as they were arranged.
void TestCurveGrid::arrangementsAreKept()
{
    const QTemporaryDir folder;
    services::Settings settings(folder.filePath(QStringLiteral("settings.json")));
    services::RunRegistry runs(folder.path(), folder.filePath(QStringLiteral("runs.json")));
    models::CardArrangement kept;
    {
        const pages::RunPage page(pages::PageContext { settings, runs });
        choose(*page.grid().cards()[2], QStringLiteral("Move forward"));
        choose(*page.grid().cards()[1], QStringLiteral("By stage"));
        choose(*page.grid().cards()[0], QStringLiteral("Entropy"));
        Q_EMIT page.grid().cards()[3]->pinToggled(true);
        kept = page.grid().arrangement();
    }
    QVERIFY(kept != models::CardArrangement());
    pages::RunPage page(pages::PageContext { settings, runs });
    models::ProjectDocument document;
    page.setProject(document);
    QCOMPARE(page.grid().arrangement(), kept);
}
