// SPDX-License-Identifier: GPL-3.0-or-later
// Small pieces of text that pages are made of.
#pragma once

#include <QLabel>
#include <QWidget>

namespace msrl::widgets {

// A label in one of the style sheet's roles ("title", "heading", "secondary", "good", …).
QLabel* makeLabel(const QString& text, const QString& role = {}, QWidget* parent = nullptr);
// A one-pixel line.
QFrame* makeRule(Qt::Orientation orientation, QWidget* parent = nullptr);

// A label that shortens its text in the middle or at the end instead of asking for room; the whole text is
// the tip.
class ElidedLabel : public QLabel
{
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget* parent = nullptr, Qt::TextElideMode mode = Qt::ElideRight);
    void setFullText(const QString& text);
    QString fullText() const { return m_text; }
    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_text;
    Qt::TextElideMode m_mode;
};

// A state as icon and word; `role` is "good", "warning", "bad", "waiting", "accent" or empty.
class StateLabel : public QWidget
{
    Q_OBJECT

public:
    explicit StateLabel(QWidget* parent = nullptr);
    void setState(const QString& iconName, const QString& word, const QString& role);
    QString word() const { return m_word; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_icon;
    QString m_word;
    QString m_role;
};

} // namespace msrl::widgets
