// SPDX-License-Identifier: GPL-3.0-or-later
// Which curves and stages there are to choose from, and how the chosen ones are drawn.
#include "app/models/strings.h"
#include "app/pages/curve_grid.h"
#include "app/pages/run_overlay.h"
#include "widgets/plot/curve_card.h"

#include <QComboBox>

#include <algorithm>
#include <set>
#include <utility>

namespace msrl::pages {

namespace {

constexpr double kSecondsPerUnit = 60;
const QString kFirstChoice = QStringLiteral("reward");

struct Metric
{
    QString title;
    const CurveCardSpec* card = nullptr; // where the Run page shows it; null: nowhere
    int order = 0;
};

// As the cards of the Run page call it, and in their order; others behind them.
Metric metricOf(const std::string& name)
{
    int order = 0;
    for (const CurveCardSpec& card : curveCardSpecs()) {
        for (const CurveLine& line : card.lines) {
            if (line.metric == name)
                return { card.lines.size() == 1 ? card.title
                                                : QStringLiteral("%1: %2").arg(card.title, line.label),
                    &card, order };
            ++order;
        }
    }
    return { otherCardSpec(name).title, nullptr, order };
}

QString seriesKey(const std::string& name, const std::string& source)
{
    return models::toQt(name) + QLatin1Char('\n') + models::toQt(source);
}

} // namespace

void RunOverlay::listMetrics()
{
    std::set<std::pair<std::string, std::string>> known;
    for (const auto& one : m_runs) {
        for (const QString& name : one->curves.names()) {
            for (const std::string& source : one->curves.sources(name.toStdString()))
                known.insert({ name.toStdString(), source });
        }
    }
    std::vector<std::pair<Metric, std::pair<std::string, std::string>>> sorted;
    sorted.reserve(known.size());
    for (const auto& key : known)
        sorted.emplace_back(metricOf(key.first), key);
    std::stable_sort(sorted.begin(), sorted.end(),
        [](const auto& a, const auto& b) { return a.first.order < b.first.order; });
    QStringList keys;
    for (const auto& [metric, key] : sorted)
        keys << seriesKey(key.first, key.second);
    QStringList present;
    for (int i = 0; i < m_metric->count(); ++i)
        present << m_metric->itemData(i).toString();
    if (keys == present)
        return; // an open list stays open
    const QString before = m_metric->currentData().toString();
    m_metric->clear();
    for (const auto& [metric, key] : sorted) {
        const QString source = models::toQt(key.second);
        m_metric->addItem(source.isEmpty() ? metric.title : tr("%1 (%2)").arg(metric.title, source),
            seriesKey(key.first, key.second));
    }
    const auto wished = std::find_if(keys.begin(), keys.end(),
        [](const QString& key) { return key.section(QLatin1Char('\n'), 0, 0) == kFirstChoice; });
    const qsizetype otherwise = wished == keys.end() ? 0 : wished - keys.begin();
    const qsizetype same = keys.indexOf(before);
    m_metric->setCurrentIndex(static_cast<int>(same >= 0 ? same : otherwise));
    m_metric->setEnabled(m_metric->count() > 0);
}

std::pair<std::string, std::string> RunOverlay::chosenMetric() const
{
    const QString key = m_metric->currentData().toString();
    return { key.section(QLatin1Char('\n'), 0, 0).toStdString(),
        key.section(QLatin1Char('\n'), 1).toStdString() };
}

// At first the last stage that all runs have a line of: there they can be compared.
void RunOverlay::listStages()
{
    const auto [name, source] = chosenMetric();
    QStringList ids { QString() };
    QStringList titles { tr("All stages") };
    std::map<QString, std::size_t> lines;
    for (const auto& one : m_runs) {
        for (const models::CurveSegment& segment : one->curves.segments(name, source)) {
            const QString id = models::toQt(segment.stage);
            if (segment.curve->size() > 1)
                ++lines[id];
            if (ids.contains(id))
                continue;
            const auto title = one->titles.find(segment.stage);
            ids << id;
            titles << (title == one->titles.end() ? id : title->second);
        }
    }
    QString common;
    for (const QString& id : ids) {
        if (m_runs.size() > 1 && lines[id] == m_runs.size())
            common = id;
    }
    const QString before = m_stage->currentData().toString();
    m_stageChosen = m_stageChosen && ids.contains(before);
    const QString wanted = m_stageChosen ? before : common;
    QStringList present;
    for (int i = 0; i < m_stage->count(); ++i)
        present << m_stage->itemData(i).toString();
    if (ids != present) {
        m_stage->clear();
        for (qsizetype i = 0; i < ids.size(); ++i)
            m_stage->addItem(titles[i], ids[i]);
    }
    m_stage->setCurrentIndex(std::max(0, m_stage->findData(wanted)));
    m_stage->setEnabled(ids.size() > 1);
}

void RunOverlay::draw()
{
    const bool overSteps = m_axis->currentIndex() == 0;
    m_card->curve()->removeAllSeries();
    m_card->setTitle(m_metric->currentText());
    m_card->setXName(overSteps ? tr("steps") : tr("minutes"));
    const Metric shown = metricOf(chosenMetric().first);
    m_card->setYFloor(
        shown.card ? shown.card->floor : std::nullopt, shown.card ? shown.card->ceiling : std::nullopt);
    for (const auto& one : m_runs)
        drawRun(*one);
}

void RunOverlay::drawRun(const Followed& one)
{
    const auto [name, source] = chosenMetric();
    const std::string stage = m_stage->currentData().toString().toStdString();
    const bool overSteps = m_axis->currentIndex() == 0;
    const models::CurveAxis axis = overSteps ? models::CurveAxis::Step : models::CurveAxis::Time;
    bool first = true;
    for (const models::CurveSegment& segment : one.curves.segments(name, source)) {
        const models::Curve& curve = *segment.curve;
        if (curve.size() == 0 || (!stage.empty() && segment.stage != stage))
            continue;
        QVector<double> xs;
        QVector<double> ys;
        for (std::size_t i = 0; i < curve.size(); ++i) {
            const double seconds = static_cast<double>(curve.timeMs(i) - curve.timeMs(0)) / 1000;
            const double x = stage.empty() ? one.curves.x(segment, i, axis)
                : overSteps                ? static_cast<double>(curve.step(i))
                                           : seconds;
            xs.push_back(overSteps ? x : x / kSecondsPerUnit);
            ys.push_back(curve.value(i));
        }
        m_card->setSeries(one.run.title, one.run.colour);
        if (!std::exchange(first, false))
            m_card->curve()->addGap(one.run.title, xs.front());
        m_card->append(one.run.title, xs, ys);
    }
}

} // namespace msrl::pages
