// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/replay_editor.h"

#include "app/models/strings.h"
#include "app/pages/replay_curve.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QSlider>
#include <QVBoxLayout>

#include <algorithm>

namespace msrl::pages {

namespace {

constexpr int kShownBatches = 4;
constexpr int kMaxRatio = 20; // of the slider; the number takes more
constexpr int kShareHeight = 72;
constexpr double kLetterCell = 12; // a prompt of this width takes its letter
constexpr double kLeastCell = 2; // below it single prompts cannot be told apart

} // namespace

data::ReplayRatio ReplayValues::toRatio() const
{
    if (!schedule.isEmpty())
        if (const auto parsed = data::ReplayRatio::parse(schedule.toStdString()))
            return *parsed;
    return data::ReplayRatio(ratio > 0 ? ratio : data::ReplayRatio::kNoReplay);
}

ReplayEditor::ReplayEditor(QWidget* parent)
    : QWidget(parent)
    , m_slider(new QSlider(Qt::Horizontal, this))
    , m_number(new QDoubleSpinBox(this))
    , m_scheduled(new QCheckBox(tr("Change over the steps"), this))
    , m_curve(new ReplayCurve(this))
    , m_sweep(new QPushButton(widgets::icon(QStringLiteral("replay")), tr("Sweep ratios"), this))
    , m_text(widgets::makeLabel({}, QStringLiteral("secondary"), this))
    , m_bar(new QWidget(this))
{
    layOut();
    connectParts();
}

void ReplayEditor::layOut()
{
    m_slider->setObjectName(QStringLiteral("replaySlider"));
    m_slider->setRange(0, kMaxRatio);
    m_slider->setAccessibleName(tr("New samples for each replayed one"));
    m_number->setObjectName(QStringLiteral("replayNumber"));
    m_number->setRange(0, 1000);
    m_number->setDecimals(2);
    m_number->setSuffix(tr(" : 1"));
    m_number->setAccessibleName(m_slider->accessibleName());
    m_number->setKeyboardTracking(false);
    m_scheduled->setObjectName(QStringLiteral("replayScheduled"));
    m_scheduled->setToolTip(tr("Draw the ratio as a curve over the steps of the stage."));
    m_curve->setObjectName(QStringLiteral("replayCurve"));
    m_sweep->setObjectName(QStringLiteral("replaySweep"));
    m_sweep->setToolTip(tr("Run this stage with several ratios and compare them: one run group."));
    m_bar->setObjectName(QStringLiteral("replayBatches"));
    m_bar->setFixedHeight(kShareHeight);
    m_bar->setToolTip(
        tr("The prompts of four batches. Replayed ones bear an R; where they are too narrow for "
           "it, they stand higher."));
    m_text->setWordWrap(true);
    auto* row = new QHBoxLayout;
    row->addWidget(m_slider, 1);
    row->addWidget(m_number);
    auto* below = new QHBoxLayout;
    below->addWidget(m_scheduled, 1);
    below->addWidget(m_sweep);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(widgets::makeLabel(tr("Replay"), QStringLiteral("heading"), this));
    layout->addLayout(row);
    layout->addWidget(m_curve);
    layout->addLayout(below);
    layout->addWidget(m_bar);
    layout->addWidget(m_text);
    m_curve->hide();
}

void ReplayEditor::connectParts()
{
    connect(m_slider, &QSlider::sliderPressed, this, [this] { ++m_gesture; });
    connect(m_slider, &QSlider::valueChanged, this, [this](int value) { edit(value); });
    connect(m_number, &QDoubleSpinBox::valueChanged, this, [this](double value) {
        ++m_gesture;
        edit(value);
    });
    connect(m_scheduled, &QCheckBox::clicked, this, &ReplayEditor::setScheduled);
    connect(m_curve, &ReplayCurve::edited, this, [this](const ReplayCurve::Points& points, int gesture) {
        if (const auto ratio = data::ReplayRatio::create(points))
            Q_EMIT scheduleEdited(QString::fromStdString(ratio->text()), gesture);
    });
    connect(m_sweep, &QPushButton::clicked, this, &ReplayEditor::sweepRequested);
}

void ReplayEditor::setValues(const ReplayValues& values)
{
    m_updating = true;
    m_values = values;
    const bool scheduled = !values.schedule.isEmpty();
    m_slider->setValue(qRound(values.ratio));
    m_number->setValue(values.ratio);
    m_scheduled->setChecked(scheduled);
    m_slider->setVisible(!scheduled);
    m_number->setVisible(!scheduled);
    m_curve->setVisible(scheduled);
    m_sweep->setEnabled(!scheduled); // a sweep varies the one ratio
    if (scheduled)
        m_curve->setPoints(values.toRatio().points(), values.numSteps);
    m_updating = false;
    describe();
    update();
}

double ReplayEditor::ratio() const
{
    return m_number->value();
}

void ReplayEditor::edit(double ratio)
{
    if (!m_updating)
        Q_EMIT ratioEdited(ratio, m_gesture);
}

// A curve begins as the line that the one ratio is.
void ReplayEditor::setScheduled(bool scheduled)
{
    const double ratio = m_values.ratio > 0 ? m_values.ratio : 1;
    ReplayCurve::Points points { { 0, ratio } };
    if (m_values.numSteps > 1)
        points.push_back({ m_values.numSteps - 1, ratio });
    const auto line = data::ReplayRatio::create(points);
    Q_EMIT scheduleEdited(scheduled && line ? QString::fromStdString(line->text()) : QString(), 0);
}

void ReplayEditor::describe()
{
    const data::ReplayRatio ratio = m_values.toRatio();
    const std::int64_t all = m_values.numSteps * m_values.promptsPerStep;
    const std::int64_t replayed = data::replayedBefore(m_values.promptsPerStep, ratio, m_values.numSteps);
    const auto count = [](std::int64_t number) { return models::countText(number); };
    QString text
        = tr("Batches as the engine makes them, of %1 prompts each. In %2 steps: %3 new and %4 replayed.")
              .arg(count(m_values.promptsPerStep), count(m_values.numSteps), count(all - replayed),
                  count(replayed));
    const auto epochs = [](std::int64_t given, std::int64_t samples) {
        return widgets::shortNumber(static_cast<double>(given) / static_cast<double>(samples));
    };
    if (m_values.numNew && *m_values.numNew > 0)
        text += tr(" That is %1 times the new data").arg(epochs(all - replayed, *m_values.numNew));
    if (m_values.numNew && *m_values.numNew > 0 && m_values.numReplay && *m_values.numReplay > 0)
        text += tr(" and %1 times the old").arg(epochs(replayed, *m_values.numReplay));
    if (m_values.numNew && *m_values.numNew > 0)
        text += QLatin1Char('.');
    if (m_values.mostTokensPerStep > 0)
        text += tr(" A step reads and writes at most %1 tokens.").arg(count(m_values.mostTokensPerStep));
    m_text->setText(text);
}

// The first batches; of a schedule, batches from its whole length.
std::int64_t ReplayEditor::shownStep(int row) const
{
    if (m_values.schedule.isEmpty())
        return row;
    return (m_values.numSteps - 1) * row / (kShownBatches - 1);
}

void ReplayEditor::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QRect area = m_bar->geometry();
    const data::ReplayRatio ratio = m_values.toRatio();
    const int height = (area.height() - (kShownBatches - 1) * widgets::kGrid) / kShownBatches;
    for (int row = 0; row < kShownBatches; ++row) {
        const data::BatchComposition batch
            = data::batchComposition(m_values.promptsPerStep, ratio, shownStep(row));
        const QRect room(area.left(), area.top() + row * (height + widgets::kGrid), area.width(), height);
        paintBatch(painter, room, data::replayPlaces(batch));
    }
}

// Cells begin at whole pixels: those of a large batch would else blur into stripes.
void ReplayEditor::paintBatch(QPainter& painter, const QRect& room, const std::vector<bool>& isReplayed) const
{
    const widgets::Tokens& tokens = widgets::tokensFor(palette());
    const double cell = static_cast<double>(room.width()) / static_cast<double>(isReplayed.size());
    const auto edge
        = [&](std::size_t place) { return room.left() + qRound(cell * static_cast<double>(place)); };
    if (cell < kLeastCell) { // no room for their order: their shares
        const auto fresh = static_cast<std::size_t>(std::count(isReplayed.begin(), isReplayed.end(), false));
        painter.fillRect(
            QRect(room.topLeft(), QPoint(edge(fresh) - 1, room.bottom())), widgets::seriesColour(tokens, 0));
        painter.fillRect(
            QRect(QPoint(edge(fresh), room.top()), room.bottomRight()), widgets::seriesColour(tokens, 1));
        return;
    }
    const int gap = cell < kLetterCell ? 0 : 2;
    for (std::size_t i = 0; i < isReplayed.size(); ++i) {
        QRect box(edge(i), room.top(), edge(i + 1) - edge(i) - gap, room.height());
        if (gap == 0 && !isReplayed[i]) // colour is not the only sign
            box.setTop(box.top() + box.height() / 3);
        painter.fillRect(box, widgets::seriesColour(tokens, isReplayed[i] ? 1 : 0));
        if (gap > 0 && isReplayed[i]) {
            painter.setPen(tokens.window);
            painter.drawText(box, Qt::AlignCenter, QStringLiteral("R"));
        }
    }
}

} // namespace msrl::pages
