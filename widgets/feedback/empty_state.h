// SPDX-License-Identifier: GPL-3.0-or-later
// What an empty page shows: what it is for, and the one thing to do next.
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace msrl::widgets {

class EmptyState : public QWidget
{
    Q_OBJECT

public:
    explicit EmptyState(QWidget* parent = nullptr);
    EmptyState(const QString& iconName, const QString& title, const QString& text, QWidget* parent = nullptr);

    void setContent(const QString& iconName, const QString& title, const QString& text);
    // The one next action; an empty label hides the button.
    void setAction(const QString& label);

Q_SIGNALS:
    void actionTriggered();

protected:
    void changeEvent(QEvent* event) override;

private:
    void retint();

    QString m_iconName;
    QLabel* m_icon = nullptr;
    QLabel* m_title = nullptr;
    QLabel* m_text = nullptr;
    QPushButton* m_action = nullptr;
};

} // namespace msrl::widgets
