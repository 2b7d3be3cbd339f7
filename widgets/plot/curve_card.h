// SPDX-License-Identifier: GPL-3.0-or-later
// One curve as a card: title, newest value, legend, plot, and what to expect while there is nothing to show.
//
//     auto* card = new CurveCard(tr("Reward"));
//     card->setEmptyText(tr("Appears with the first RL step."));
//     card->append("2a", step, reward);
#pragma once

#include "widgets/plot/curve_plot.h"

#include <QFrame>
#include <QMenu>
#include <QPoint>

#include <optional>

class QHBoxLayout;
class QLabel;
class QToolButton;
class QVBoxLayout;

namespace msrl::widgets {

class CurveLegend;

class CurveCard : public QFrame
{
    Q_OBJECT

public:
    explicit CurveCard(const QString& title, QWidget* parent = nullptr);

    void setTitle(const QString& title);
    void setUnit(const QString& unit);
    void setHelp(const QString& help); // tip of the title
    void setEmptyText(const QString& text);
    void setXName(const QString& name) { m_plot->setXName(name); }
    void setSmoothing(double weight) { m_plot->setSmoothing(weight); }
    void setYFloor(std::optional<double> minimum, std::optional<double> maximum)
    {
        m_plot->setYFloor(minimum, maximum);
    }

    void setSeries(const QString& name, int colour = -1) { m_plot->setSeries(name, colour); }
    void append(const QString& name, double x, double y) { m_plot->append(name, x, y); }
    void append(const QString& name, const QVector<double>& xs, const QVector<double>& ys)
    {
        m_plot->append(name, xs, ys);
    }
    void clear() { m_plot->clear(); }
    void addMarker(double x, const QString& text, MarkerKind kind = MarkerKind::Note)
    {
        m_plot->addMarker({ x, text, kind });
    }
    void clearMarkers() { m_plot->clearMarkers(); }

    CurvePlot* curve() { return m_plot; }
    const CurvePlot* curve() const { return m_plot; }
    QString title() const;
    void setPinned(bool pinned) { m_pinned = pinned; } // what the menu says
    bool isPinned() const { return m_pinned; }
    // By its title, to wherever its owner lets it go.
    void setMovable(bool movable);
    // The card as it is seen and the raw values. A picture is a PNG of twice the size, or drawn as lines and
    // text where the name ends in .svg or .pdf. Empty: written; else why not.
    QString savePicture(const QString& file);
    QString saveValues(const QString& file) const;

Q_SIGNALS:
    void pinToggled(bool pinned);
    // While it is dragged, and at the end; not dropped: Escape, or the card is hidden. Places on the screen.
    void dragMoved(const QPoint& place);
    void dragEnded(const QPoint& place, bool dropped);
    // The menu is about to be shown, and takes further entries.
    void menuOpening(QMenu* menu);

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void placeLegend(); // beside the title where there is room, else below it
    void showMenu(const QPoint& globalPosition);
    // Asks for a file and writes into it; a failure is told.
    void savePicture();
    void saveValues();
    void showState();
    // curve_card_drag.cpp
    void endDrag(const QPoint& place, bool dropped);

    QHBoxLayout* m_head = nullptr;
    QVBoxLayout* m_body = nullptr;
    QLabel* m_title = nullptr;
    QLabel* m_value = nullptr;
    QToolButton* m_more = nullptr;
    QLabel* m_empty = nullptr;
    CurveLegend* m_legend = nullptr;
    CurvePlot* m_plot = nullptr;
    QString m_unit;
    bool m_pinned = false;
    bool m_movable = false;
    std::optional<QPoint> m_pressed; // where the mouse took the title
    bool m_dragging = false;
};

} // namespace msrl::widgets
