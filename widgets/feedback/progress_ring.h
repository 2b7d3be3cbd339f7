// SPDX-License-Identifier: GPL-3.0-or-later
// A small ring with the share done written inside.
#pragma once

#include <QWidget>

namespace msrl::widgets {

class ProgressRing : public QWidget
{
    Q_OBJECT

public:
    explicit ProgressRing(QWidget* parent = nullptr);

    // 0 to 1; a negative value draws an empty ring with a dash.
    void setValue(double share);
    double value() const { return m_share; }
    // Replaces the percentage in the middle.
    void setText(const QString& text);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void describe();

    double m_share = -1;
    QString m_text;
};

} // namespace msrl::widgets
