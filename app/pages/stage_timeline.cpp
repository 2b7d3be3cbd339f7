// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/stage_timeline.h"

#include "app/models/stage_list_model.h"
#include "app/models/strings.h"
#include "app/pages/state_look.h"
#include "core/curriculum/node_types.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QFontMetricsF>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

#include <algorithm>

namespace msrl::pages {

namespace {

constexpr int kTimelineHeight = 58;
constexpr int kBarHeight = 8;
constexpr double kGateWidth = 128; // "awaiting audit"
constexpr double kLeastStageWidth = 104;
constexpr double kBeside = 12; // of a title
constexpr double kBetween = 6;

// Stages that take a person's attention; data and evaluations come and go between them.
bool isShown(const store::StageRow& stage)
{
    if (stage.state == store::StageState::Failed)
        return true;
    const curriculum::StageTraits traits = curriculum::traitsOf(stage.nodeType);
    return !traits.stored && !traits.preparesData && !traits.perPolicy;
}

// Its time says nothing about the work.
bool isGate(const store::StageRow& stage)
{
    return curriculum::traitsOf(stage.nodeType).waitsForPeople;
}

} // namespace

StageTimeline::StageTimeline(models::StageListModel& model, QWidget* parent)
    : QWidget(parent)
    , m_model(model)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Stages"));
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    const auto changed = [this] {
        describe();
        update();
    };
    connect(&model, &QAbstractItemModel::modelReset, this, changed);
    connect(&model, &QAbstractItemModel::dataChanged, this, changed);
}

QSize StageTimeline::sizeHint() const
{
    return { 800, kTimelineHeight };
}

QSize StageTimeline::minimumSizeHint() const
{
    return { 320, kTimelineHeight };
}

std::vector<StageTimeline::Place> StageTimeline::places() const
{
    std::vector<Place> places;
    std::vector<double> seconds;
    double room = width();
    double total = 0;
    for (int row = 0; row < m_model.rowCount(); ++row) {
        const store::StageRow& stage = m_model.stages()[static_cast<std::size_t>(row)];
        if (!isShown(stage))
            continue;
        const bool gate = isGate(stage);
        const double time
            = gate ? 0 : m_model.elapsedSeconds(row) + std::max(0.0, m_model.remainingSeconds(row));
        const QString title = models::toQt(stage.title.empty() ? stage.stage : stage.title);
        const double least = std::max(gate ? kGateWidth : kLeastStageWidth,
            QFontMetricsF(widgets::strongFont(font())).horizontalAdvance(title) + kBeside);
        places.push_back({ row, QRectF(0, 0, least, height()) });
        seconds.push_back(time);
        room -= places.back().rect.width() + kBetween;
        total += time;
    }
    // Too many stages for the least width: all shrink alike.
    double sum = 0;
    for (const Place& place : places)
        sum += place.rect.width() + kBetween;
    const double shrink = sum > width() && sum > 0 ? width() / sum : 1;
    double x = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
        double wide = places[i].rect.width() * shrink;
        if (room > 0) {
            const bool gate = isGate(m_model.stages()[static_cast<std::size_t>(places[i].row)]);
            const auto bars = static_cast<double>(places.size());
            wide += total > 0 ? room * seconds[i] / total : gate ? 0 : room / bars;
        }
        places[i].rect.setRect(x, 0, wide, height());
        x += wide + kBetween * shrink;
    }
    return places;
}

const StageTimeline::Place* StageTimeline::placeAt(
    const std::vector<Place>& places, const QPointF& position) const
{
    const auto found = std::find_if(
        places.begin(), places.end(), [&](const Place& place) { return place.rect.contains(position); });
    return found == places.end() ? nullptr : &*found;
}

void StageTimeline::paintStage(QPainter& painter, const Place& place) const
{
    const store::StageRow& stage = m_model.stages()[static_cast<std::size_t>(place.row)];
    const widgets::Tokens& tokens = widgets::tokensFor(palette());
    const StateLook look = stateLook(stage.state, tokens);
    const QRectF rect = place.rect;
    if (hasFocus() && (m_current.isEmpty() || isCurrent(place)))
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 2, rect.width(), 2), tokens.accent);
    const QRectF bar(rect.left(), 2, rect.width(), kBarHeight);
    painter.setPen(Qt::NoPen);
    if (isGate(stage)) {
        const double middle = bar.center().y() + 1;
        painter.setBrush(tokens.line);
        painter.drawRect(QRectF(rect.left(), middle - 1, rect.width(), 2));
        QPainterPath diamond;
        diamond.addPolygon(QPolygonF({ { rect.left() + 8, middle - 7 }, { rect.left() + 15, middle },
            { rect.left() + 8, middle + 7 }, { rect.left() + 1, middle } }));
        diamond.closeSubpath();
        painter.setBrush(stage.state == store::StageState::Queued ? tokens.surface : look.colour);
        painter.setPen(QPen(look.colour, 1.5));
        painter.drawPath(diamond);
    } else {
        painter.setBrush(tokens.line);
        painter.drawRoundedRect(bar, 4, 4);
        const bool over = stage.state == store::StageState::Done || stage.state == store::StageState::Reused;
        const double share = over ? 1
            : stage.total > 0     ? std::min(1.0, double(stage.step) / double(stage.total))
                                  : 0;
        if (share > 0) {
            painter.setBrush(look.colour);
            painter.drawRoundedRect(
                QRectF(bar.left(), bar.top(), std::max(bar.height(), bar.width() * share), bar.height()), 4,
                4);
        }
    }
    painter.setPen(tokens.text);
    painter.setFont(widgets::strongFont(font()));
    const QRectF title(rect.left(), 14, rect.width() - 4, 20);
    const QString name = models::toQt(stage.title.empty() ? stage.stage : stage.title);
    painter.drawText(title, Qt::AlignLeft | Qt::AlignVCenter,
        painter.fontMetrics().elidedText(name, Qt::ElideRight, static_cast<int>(title.width())));
    painter.setFont(widgets::smallFont(font()));
    widgets::paintIcon(painter, QRectF(rect.left(), 36, 14, 14), look.icon, look.colour);
    QString words = m_model.stateText(place.row);
    if (stage.state == store::StageState::Running && stage.total > 0) {
        words = QStringLiteral("%1/%2").arg(stage.step).arg(stage.total);
        const double left = m_model.remainingSeconds(place.row);
        if (left >= 0)
            words += QStringLiteral(" · ") + tr("%1 to go").arg(models::durationText(left));
    } else if (stage.startedMs != 0 && !isGate(stage) && stage.state != store::StageState::Reused) {
        words += QStringLiteral(" · ") + models::durationText(m_model.elapsedSeconds(place.row));
    }
    const QRectF below(rect.left() + 18, 34, rect.width() - 20, 18);
    painter.setPen(tokens.secondary);
    painter.drawText(below, Qt::AlignLeft | Qt::AlignVCenter,
        painter.fontMetrics().elidedText(words, Qt::ElideRight, static_cast<int>(below.width())));
}

void StageTimeline::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    for (const Place& place : places())
        paintStage(painter, place);
}

void StageTimeline::mouseReleaseEvent(QMouseEvent* event)
{
    const auto all = places();
    if (const Place* place = placeAt(all, event->position()))
        click(*place);
}

bool StageTimeline::isCurrent(const Place& place) const
{
    return models::toQt(m_model.stages()[static_cast<std::size_t>(place.row)].stage) == m_current;
}

void StageTimeline::click(const Place& place)
{
    m_current = models::toQt(m_model.stages()[static_cast<std::size_t>(place.row)].stage);
    describe();
    update();
    Q_EMIT stageClicked(m_current);
}

void StageTimeline::keyPressEvent(QKeyEvent* event)
{
    const auto all = places();
    const auto found
        = std::find_if(all.begin(), all.end(), [this](const Place& place) { return isCurrent(place); });
    const int key = event->key();
    if ((key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Space) && found != all.end()) {
        click(*found);
        return;
    }
    if ((key != Qt::Key_Left && key != Qt::Key_Right) || all.empty()) {
        QWidget::keyPressEvent(event);
        return;
    }
    const auto at = static_cast<int>(found - all.begin()) + (key == Qt::Key_Right ? 1 : -1);
    const int wanted = found == all.end() ? 0 : std::clamp(at, 0, static_cast<int>(all.size()) - 1);
    const auto row = static_cast<std::size_t>(all[static_cast<std::size_t>(wanted)].row);
    m_current = models::toQt(m_model.stages()[row].stage);
    describe();
    update();
}

bool StageTimeline::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        const auto all = places();
        const Place* place = placeAt(all, help->pos());
        QString tip;
        if (place) {
            const store::StageRow& stage = m_model.stages()[static_cast<std::size_t>(place->row)];
            tip = models::toQt(stage.title.empty() ? stage.stage : stage.title) + QStringLiteral(" · ")
                + m_model.stateText(place->row);
            const QString said
                = m_model.data(m_model.index(place->row), models::StageListModel::MessageRole).toString();
            if (!said.isEmpty())
                tip += QLatin1Char('\n') + said;
            tip += QLatin1Char('\n') + tr("Click for its part of the curves, and again for all of them.");
        }
        QToolTip::showText(help->globalPos(), tip, this);
        return true;
    }
    return QWidget::event(event);
}

// For readers of the screen, who don't see the picture.
void StageTimeline::describe()
{
    QStringList words;
    for (int row = 0; row < m_model.rowCount(); ++row) {
        const store::StageRow& stage = m_model.stages()[static_cast<std::size_t>(row)];
        if (isShown(stage))
            words << models::toQt(stage.title) + QLatin1Char(' ') + m_model.stateText(row);
    }
    const store::StageRow* current = m_model.stage(m_current);
    if (current)
        words.prepend(tr("at %1").arg(models::toQt(current->title)));
    setAccessibleDescription(words.join(QStringLiteral(", ")));
}

} // namespace msrl::pages
