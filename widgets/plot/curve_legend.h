// SPDX-License-Identifier: GPL-3.0-or-later
// Swatches with names and newest values, in up to three rows; a click hides or shows its series. Where the
// room is short the values go first, then the names at the end, counted and told by their tip.
#pragma once

#include <QStringList>
#include <QVector>
#include <QWidget>

namespace msrl::widgets {

struct LegendEntry
{
    QString name;
    int colour = 0; // index into seriesColour()
    bool visible = true;
    QString value; // newest, formatted
};

class CurveLegend : public QWidget
{
    Q_OBJECT

public:
    explicit CurveLegend(QWidget* parent = nullptr);
    void setEntries(const QVector<LegendEntry>& entries);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    bool fitsOneRow(int width) const; // with its values
    // What stands there at this width, as tests and screen readers want it.
    QStringList shownTexts(int width) const;

Q_SIGNALS:
    void toggled(const QString& name, bool visible);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Places
    {
        QVector<QRect> boxes; // of the first entries
        QString rest; // "+3", empty when all have room
        QRect restBox;
        bool withValues = true;
        int rows = 0;
    };
    Places flow(int width, bool withValues) const;
    Places places(int width) const;
    int entryAt(const QPoint& position) const;

    QVector<LegendEntry> m_entries;
};

} // namespace msrl::widgets
