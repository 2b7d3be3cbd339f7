// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/run_overlay.h"

#include "app/models/strings.h"
#include "app/pages/curve_grid.h"
#include "core/store/run_folder.h"
#include "widgets/feedback/labels.h"
#include "widgets/plot/curve_card.h"
#include "widgets/theme/tokens.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QSlider>
#include <QVBoxLayout>

#include <algorithm>
#include <map>
#include <set>

namespace msrl::pages {

namespace {

constexpr int kPollMs = 1000;
constexpr int kRowsPerPoll = 20'000; // so that no read holds up the window
constexpr double kSecondsPerUnit = 60;
const QString kFirstChoice = QStringLiteral("reward");

struct Metric
{
    QString title;
    const CurveCardSpec* card = nullptr; // where the Run page shows it; null: nowhere
    int order = 0;
};

// As the cards of the Run page call it, and in their order; others by their own names behind them.
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
    return { models::toQt(name), nullptr, order };
}

QString keyOf(const std::string& name, const std::string& source)
{
    return models::toQt(name) + QLatin1Char('\n') + models::toQt(source);
}

} // namespace

RunOverlay::Followed::Followed(const ComparedRun& compared)
    : run(compared)
    , reader(store::RunFolder(compared.path.toStdString()).runDatabase())
{
}

RunOverlay::RunOverlay(double smoothing, QWidget* parent)
    : QWidget(parent)
    , m_metric(new QComboBox(this))
    , m_axis(new QComboBox(this))
    , m_card(new widgets::CurveCard({}, this))
{
    m_card->setEmptyText(tr("Check runs in the list: their curves are drawn over each other here."));
    m_card->setSmoothing(smoothing);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(makeHead(smoothing));
    layout->addWidget(m_card, 1);
    m_timer.setInterval(kPollMs);
    connect(&m_timer, &QTimer::timeout, this, &RunOverlay::poll);
    connect(m_metric, &QComboBox::activated, this, &RunOverlay::draw);
    connect(m_axis, &QComboBox::activated, this, &RunOverlay::draw);
}

QWidget* RunOverlay::makeHead(double smoothing)
{
    auto* head = new QWidget(this);
    m_metric->setObjectName(QStringLiteral("overlayMetric"));
    m_metric->setAccessibleName(tr("Curve"));
    m_metric->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_metric->setMinimumContentsLength(30);
    m_axis->addItem(tr("Over steps"));
    m_axis->addItem(tr("Over minutes"));
    m_axis->setAccessibleName(tr("Axis of the curves"));
    auto* slider = new QSlider(Qt::Horizontal, head);
    slider->setRange(0, 99);
    slider->setFixedWidth(120);
    slider->setValue(qRound(smoothing * 100));
    slider->setAccessibleName(tr("Smoothing"));
    slider->setToolTip(tr("Weight of the moving average; the raw line stays visible."));
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(widgets::makeLabel(tr("Curves"), QStringLiteral("heading"), head));
    layout->addWidget(m_metric);
    layout->addStretch(1);
    layout->addWidget(widgets::makeLabel(tr("Smoothing"), QStringLiteral("secondary"), head));
    layout->addWidget(slider);
    layout->addWidget(m_axis);
    connect(slider, &QSlider::valueChanged, this, [this](int value) {
        m_card->setSmoothing(value / 100.0);
        Q_EMIT smoothingChanged(value / 100.0);
    });
    return head;
}

void RunOverlay::setRuns(const QList<ComparedRun>& runs)
{
    std::vector<std::unique_ptr<Followed>> before = std::exchange(m_runs, {});
    for (const ComparedRun& run : runs) {
        const auto known = std::find_if(
            before.begin(), before.end(), [&](const auto& one) { return one && one->run.path == run.path; });
        if (known == before.end()) {
            m_runs.push_back(std::make_unique<Followed>(run));
            read(*m_runs.back());
        } else {
            m_runs.push_back(std::move(*known));
            m_runs.back()->run = run;
        }
    }
    listMetrics();
    draw();
}

void RunOverlay::poll()
{
    bool news = false;
    for (const auto& one : m_runs)
        news = read(*one) || news;
    if (!news)
        return;
    listMetrics();
    draw();
}

bool RunOverlay::read(Followed& one)
{
    if (one.isBroken)
        return false;
    const auto batch = one.reader.poll(one.cursor, kRowsPerPoll);
    if (!batch) {
        one.isBroken = true;
        Q_EMIT failed(models::toQt(batch.error().message()));
        return false;
    }
    one.cursor = batch->next;
    if (!batch->changed)
        return false;
    for (const store::TruncationRow& row : batch->truncations)
        one.curves.truncate(row.stage, row.step);
    one.curves.append(batch->metrics);
    if (batch->more)
        QTimer::singleShot(0, this, &RunOverlay::poll);
    return !batch->truncations.empty() || !batch->metrics.empty();
}

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
    for (const auto& key : known)
        sorted.emplace_back(metricOf(key.first), key);
    std::stable_sort(sorted.begin(), sorted.end(),
        [](const auto& a, const auto& b) { return a.first.order < b.first.order; });
    QStringList keys;
    for (const auto& [metric, key] : sorted)
        keys << keyOf(key.first, key.second);
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
            keyOf(key.first, key.second));
    }
    const auto wished = std::find_if(keys.begin(), keys.end(),
        [](const QString& key) { return key.section(QLatin1Char('\n'), 0, 0) == kFirstChoice; });
    const qsizetype otherwise = wished == keys.end() ? 0 : wished - keys.begin();
    const qsizetype same = keys.indexOf(before);
    m_metric->setCurrentIndex(static_cast<int>(same >= 0 ? same : otherwise));
    m_metric->setEnabled(m_metric->count() > 0);
}

void RunOverlay::draw()
{
    const QString key = m_metric->currentData().toString();
    const std::string name = key.section(QLatin1Char('\n'), 0, 0).toStdString();
    const std::string source = key.section(QLatin1Char('\n'), 1).toStdString();
    const bool overSteps = m_axis->currentIndex() == 0;
    const models::CurveAxis axis = overSteps ? models::CurveAxis::Step : models::CurveAxis::Time;
    const double unit = overSteps ? 1 : kSecondsPerUnit;
    m_card->curve()->removeAllSeries();
    m_card->setTitle(m_metric->currentText());
    m_card->setXName(overSteps ? tr("steps") : tr("minutes"));
    const Metric metric = metricOf(name);
    m_card->setYFloor(
        metric.card ? metric.card->floor : std::nullopt, metric.card ? metric.card->ceiling : std::nullopt);
    for (const auto& one : m_runs) {
        bool first = true;
        for (const models::CurveSegment& segment : one->curves.segments(name, source)) {
            QVector<double> xs;
            QVector<double> ys;
            for (std::size_t i = 0; i < segment.curve->size(); ++i) {
                xs.push_back(one->curves.x(segment, i, axis) / unit);
                ys.push_back(segment.curve->value(i));
            }
            if (xs.isEmpty())
                continue;
            m_card->setSeries(one->run.title, one->run.colour);
            if (!std::exchange(first, false))
                m_card->curve()->addGap(one->run.title, xs.front());
            m_card->append(one->run.title, xs, ys);
        }
    }
}

void RunOverlay::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    poll();
    m_timer.start();
}

void RunOverlay::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_timer.stop();
}

} // namespace msrl::pages
