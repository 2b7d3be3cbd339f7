// SPDX-License-Identifier: GPL-3.0-or-later
// One curve of several runs over each other, as they grow: of one stage, counted from its beginning, as a run
// that reused the stages before it has no curves of those.
#pragma once

#include "app/models/curve_set.h"
#include "core/store/run_reader.h"

#include <QTimer>
#include <QWidget>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

class QComboBox;

namespace msrl::widgets {
class CurveCard;
}

namespace msrl::pages {

// A run that is compared with others. The colour is its index among the series colours.
struct ComparedRun
{
    QString title;
    QString path; // of the run folder
    int colour = 0;

    bool operator==(const ComparedRun&) const = default;
};

class RunOverlay : public QWidget
{
    Q_OBJECT

public:
    explicit RunOverlay(double smoothing, QWidget* parent = nullptr);

    // Runs that were there before keep what was read of them.
    void setRuns(const QList<ComparedRun>& runs);
    const widgets::CurveCard& card() const { return *m_card; }

Q_SIGNALS:
    void smoothingChanged(double weight);
    void failed(const QString& text); // a run cannot be read; told once per run

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    struct Followed
    {
        explicit Followed(const ComparedRun& compared);

        ComparedRun run;
        store::RunReader reader;
        store::RunCursor cursor;
        models::CurveSet curves;
        std::map<std::string, QString> titles; // of its stages
        bool hasChunks = false; // all that there were
        bool isBroken = false;
    };

    QWidget* makeHead(double smoothing);
    void poll();
    bool readChunks(Followed& one); // true: points came, and more may
    bool read(Followed& one); // true: something new came
    // run_overlay_draw.cpp
    void listMetrics();
    void listStages();
    void showNews(); // lists and drawing
    void draw();
    void drawRun(const Followed& one);
    std::pair<std::string, std::string> chosenMetric() const; // name and source that are chosen

    std::vector<std::unique_ptr<Followed>> m_runs;
    QTimer m_timer;
    QComboBox* m_metric = nullptr; // data: name, line feed, source
    QComboBox* m_stage = nullptr; // data: id; empty: all, one after the other
    QComboBox* m_axis = nullptr;
    bool m_stageChosen = false; // by a person
    widgets::CurveCard* m_card = nullptr;
};

} // namespace msrl::pages
