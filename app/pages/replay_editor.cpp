// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/replay_editor.h"

#include "core/data/replay_mixer.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/tokens.h"

#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QSlider>
#include <QVBoxLayout>

namespace msrl::pages {

namespace {

constexpr int kShownBatches = 4;
constexpr int kMaxRatio = 20; // of the slider; the number takes more
constexpr int kBarHeight = 72;

data::ReplayRatio replayRatio(double ratio)
{
    return data::ReplayRatio(ratio > 0 ? ratio : data::ReplayRatio::kNoReplay);
}

} // namespace

ReplayEditor::ReplayEditor(QWidget* parent)
    : QWidget(parent)
    , m_slider(new QSlider(Qt::Horizontal, this))
    , m_number(new QDoubleSpinBox(this))
    , m_text(widgets::makeLabel({}, QStringLiteral("secondary"), this))
    , m_bar(new QWidget(this))
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
    m_bar->setFixedHeight(kBarHeight);
    m_text->setWordWrap(true);
    auto* row = new QHBoxLayout;
    row->addWidget(m_slider, 1);
    row->addWidget(m_number);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(widgets::makeLabel(tr("Replay"), QStringLiteral("heading"), this));
    layout->addLayout(row);
    layout->addWidget(m_bar);
    layout->addWidget(m_text);
    connect(m_slider, &QSlider::sliderPressed, this, [this] { ++m_gesture; });
    connect(m_slider, &QSlider::valueChanged, this, [this](int value) { edit(value); });
    connect(m_number, &QDoubleSpinBox::valueChanged, this, [this](double value) {
        ++m_gesture;
        edit(value);
    });
}

void ReplayEditor::setValues(double ratio, int promptsPerStep)
{
    m_updating = true;
    m_prompts = promptsPerStep;
    m_slider->setValue(qRound(ratio));
    m_number->setValue(ratio);
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

void ReplayEditor::describe()
{
    const data::BatchComposition first = data::batchComposition(m_prompts, replayRatio(ratio()), 0);
    m_text->setText(first.replay == 0
            ? tr("%n new prompts in a batch, none replayed.", nullptr, first.fresh)
            : tr(
                "First batches of the stage, as the engine makes them: %1 new and %2 replayed of %3 prompts.")
                  .arg(first.fresh)
                  .arg(first.replay)
                  .arg(m_prompts));
}

void ReplayEditor::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const widgets::Tokens& tokens = widgets::tokensFor(palette());
    const QRect area = m_bar->geometry();
    const int height = (area.height() - (kShownBatches - 1) * widgets::kGrid) / kShownBatches;
    for (int step = 0; step < kShownBatches; ++step) {
        const std::vector<bool> places
            = data::replayPlaces(data::batchComposition(m_prompts, replayRatio(ratio()), step));
        const double cell = static_cast<double>(area.width()) / static_cast<double>(places.size());
        for (std::size_t i = 0; i < places.size(); ++i) {
            const QRectF box(area.left() + cell * static_cast<double>(i),
                area.top() + step * (height + widgets::kGrid), std::max(1.0, cell - 2), height);
            painter.fillRect(box, widgets::seriesColour(tokens, places[i] ? 1 : 0));
            if (places[i] && cell > 12) { // colour is not the only sign
                painter.setPen(tokens.window);
                painter.drawText(box, Qt::AlignCenter, QStringLiteral("R"));
            }
        }
    }
}

} // namespace msrl::pages
