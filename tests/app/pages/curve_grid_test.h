// SPDX-License-Identifier: GPL-3.0-or-later
// The cards of a run's curves: which there are, what they draw, how people arrange them. A part of
// tst_run_watching.
#pragma once

#include <QObject>

class TestCurveGrid : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyMetricHasACard();
    void theAxisIsTimeStepsOrTheClock();
    void positionsOnTheAxisAreFound();
    void aStageOfTheTimelineShowsItsPartOfTheCurves();
    void aCardIsSplit();
    void aCardIsLaidOverAnother();
    void cardsAreMoved();
    void aSplitCardIsMoved();
    void cardsAreDragged();
    void aDragEndsWithItsCard();
    void arrangementsAreKept();
};
