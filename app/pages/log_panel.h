// SPDX-License-Identifier: GPL-3.0-or-later
// The events of a run as a table that can be searched, limited to a level, and followed.
#pragma once

#include "app/models/event_log_model.h"

#include <QWidget>

class QComboBox;
class QTableView;

namespace msrl::pages {

class LogBar;

class LogPanel : public QWidget
{
    Q_OBJECT

public:
    // Kinds in `hidden` never show here.
    LogPanel(models::EventLogModel& model, std::set<std::string> hidden, QWidget* parent = nullptr);

    models::EventLogFilter& filter() { return m_filter; }

private:
    void setUpTable();
    void showCount();
    void followTail();

    models::EventLogModel& m_model;
    models::EventLogFilter m_filter;
    LogBar* m_bar = nullptr;
    QComboBox* m_level = nullptr;
    QTableView* m_table = nullptr;
};

} // namespace msrl::pages
