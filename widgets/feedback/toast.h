// SPDX-License-Identifier: GPL-3.0-or-later
// A note at the lower edge of its parent that goes away by itself, with an optional Undo button.
#pragma once

#include <QFrame>
#include <QTimer>

class QLabel;
class QPushButton;

namespace msrl::widgets {

class Toast : public QFrame
{
    Q_OBJECT

public:
    // Floats over `parent` and follows its size.
    explicit Toast(QWidget* parent);

    void showText(const QString& text, int milliseconds = 5000);
    // With an Undo button: undoRequested() is emitted at most once per call.
    void showUndo(const QString& text, int milliseconds = 8000);
    QString text() const;

Q_SIGNALS:
    void undoRequested();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void present(const QString& text, bool undo, int milliseconds);
    void place();

    QLabel* m_text = nullptr;
    QPushButton* m_undo = nullptr;
    QTimer m_timer;
};

} // namespace msrl::widgets
