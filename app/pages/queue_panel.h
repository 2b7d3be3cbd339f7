// SPDX-License-Identifier: GPL-3.0-or-later
// The runs that wait for their device, in the order in which they start; gone while nothing waits.
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;
class QTreeWidget;

namespace msrl::services {
class RunQueue;
}

namespace msrl::pages {

class QueuePanel : public QWidget
{
    Q_OBJECT

public:
    explicit QueuePanel(services::RunQueue& queue, QWidget* parent = nullptr);

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeHead();
    void refresh();
    void updateButtons();
    QString chosen() const; // the entry's id; empty: none

    services::RunQueue& m_queue;
    QLabel* m_title = nullptr;
    QTreeWidget* m_list = nullptr;
    QPushButton* m_up = nullptr;
    QPushButton* m_down = nullptr;
    QPushButton* m_again = nullptr;
    QPushButton* m_remove = nullptr;
};

} // namespace msrl::pages
