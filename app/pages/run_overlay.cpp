// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/run_overlay.h"

#include "app/models/strings.h"
#include "core/store/run_folder.h"
#include "widgets/feedback/labels.h"
#include "widgets/plot/curve_card.h"
#include "widgets/theme/tokens.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QSlider>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace msrl::pages {

namespace {

constexpr int kPollMs = 1000;
constexpr int kRowsPerPoll = 20'000; // so that no read holds up the window

} // namespace

RunOverlay::Followed::Followed(const ComparedRun& compared)
    : run(compared)
    , reader(store::RunFolder(compared.path.toStdString()).runDatabase())
{
}

RunOverlay::RunOverlay(double smoothing, QWidget* parent)
    : QWidget(parent)
    , m_metric(new QComboBox(this))
    , m_stage(new QComboBox(this))
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
    connect(m_metric, &QComboBox::activated, this, [this] {
        listStages();
        draw();
    });
    connect(m_stage, &QComboBox::activated, this, [this] {
        m_stageChosen = true;
        draw();
    });
    connect(m_axis, &QComboBox::activated, this, &RunOverlay::draw);
}

QWidget* RunOverlay::makeHead(double smoothing)
{
    auto* head = new QWidget(this);
    m_metric->setObjectName(QStringLiteral("overlayMetric"));
    m_metric->setAccessibleName(tr("Curve"));
    m_metric->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_metric->setMinimumContentsLength(24);
    m_stage->setObjectName(QStringLiteral("overlayStage"));
    m_stage->setAccessibleName(tr("Stage"));
    m_stage->setToolTip(
        tr("One stage counts from its beginning, so that runs which reused what comes before it are "
           "comparable."));
    m_stage->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_stage->setMinimumContentsLength(16);
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
    layout->addWidget(m_stage);
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
    showNews();
}

void RunOverlay::showNews()
{
    listMetrics();
    listStages();
    draw();
}

void RunOverlay::poll()
{
    bool news = false;
    for (const auto& one : m_runs)
        news = read(*one) || news;
    if (news)
        showNews();
}

// A long run's past, in parts that do not hold up the window.
bool RunOverlay::readChunks(Followed& one)
{
    const auto batch = one.reader.pollChunks(one.cursor);
    if (!batch) {
        one.isBroken = true;
        Q_EMIT failed(models::toQt(batch.error().message()));
        return false;
    }
    for (const store::TruncationRow& row : batch->truncations)
        one.curves.truncate(row.stage, row.step);
    one.curves.append(batch->chunks);
    one.cursor = batch->next;
    one.hasChunks = !batch->more;
    if (batch->more)
        QTimer::singleShot(0, this, &RunOverlay::poll);
    return batch->more;
}

bool RunOverlay::read(Followed& one)
{
    if (one.isBroken)
        return false;
    if (!one.hasChunks && readChunks(one))
        return true;
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
    for (const store::StageRow& stage : batch->stages)
        one.titles[stage.stage] = models::toQt(stage.title.empty() ? stage.stage : stage.title);
    one.curves.append(batch->metrics);
    if (batch->more)
        QTimer::singleShot(0, this, &RunOverlay::poll);
    return !batch->truncations.empty() || !batch->metrics.empty();
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
