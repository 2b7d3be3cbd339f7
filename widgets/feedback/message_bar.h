// SPDX-License-Identifier: GPL-3.0-or-later
// A message next to its cause: what failed, why, what to do. Takes no room while hidden.
#pragma once

#include <QFrame>

class QLabel;
class QPushButton;
class QToolButton;

namespace msrl::widgets {

enum class MessageKind { Info, Good, Warning, Error };
QString messageIcon(MessageKind kind);

class MessageBar : public QFrame
{
    Q_OBJECT

public:
    explicit MessageBar(QWidget* parent = nullptr);

    // `action` labels an optional button that emits actionTriggered(). Shown until closed or replaced.
    void showMessage(MessageKind kind, const QString& text, const QString& action = {});
    void clearMessage();
    QString message() const;

Q_SIGNALS:
    void actionTriggered();
    void closed();

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void retint();

    MessageKind m_kind = MessageKind::Info;
    QLabel* m_icon = nullptr;
    QLabel* m_text = nullptr;
    QToolButton* m_copy = nullptr;
    QPushButton* m_action = nullptr;
};

} // namespace msrl::widgets
