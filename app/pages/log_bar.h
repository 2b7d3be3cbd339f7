// SPDX-License-Identifier: GPL-3.0-or-later
// The bar over a log: what to search for, whether the newest line stays in sight, how much there is.
#pragma once

#include <QWidget>

class QCheckBox;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QScrollBar;

namespace msrl::pages {

class LogBar : public QWidget
{
    Q_OBJECT

public:
    // `searchName`: of the search field, for who does not see it.
    explicit LogBar(const QString& searchName, QWidget* parent = nullptr);

    void addFilter(QWidget& filter); // beside the search
    // Of the log below: who scrolls up wants to read, and the tail does not pull them down again.
    void followScrolling(QScrollBar& scroll);
    QString searched() const;
    bool isFollowing() const;
    void setCount(const QString& text);
    void setCountTip(const QString& text);

Q_SIGNALS:
    void searchChanged(const QString& text);
    void followChanged();

private:
    QLineEdit* m_search = nullptr;
    QCheckBox* m_follow = nullptr;
    QLabel* m_count = nullptr;
    QHBoxLayout* m_layout = nullptr;
};

} // namespace msrl::pages
