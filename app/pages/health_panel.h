// SPDX-License-Identifier: GPL-3.0-or-later
// The health of a run as a table: every rule in every stage, with the number behind it; what failed stands
// first, with what to do.
#pragma once

#include "app/models/health.h"

#include <QTimer>
#include <QWidget>

#include <map>

class QLabel;
class QTreeWidget;

namespace msrl::pages {

class HealthPanel : public QWidget
{
    Q_OBJECT

public:
    // The curves outlive the panel.
    explicit HealthPanel(const models::CurveSet& curves, QWidget* parent = nullptr);

    void setDisk(const models::DiskSpace& disk);
    void setStageTitles(std::map<std::string, QString> titles);
    int numFailed() const { return m_numFailed; }

Q_SIGNALS:
    void failedChanged(int numFailed);

private:
    void refresh();

    const models::CurveSet& m_curves;
    models::DiskSpace m_disk;
    std::map<std::string, QString> m_titles;
    QTimer m_timer; // curves grow faster than anybody reads
    int m_numFailed = 0;
    QLabel* m_summary = nullptr;
    QTreeWidget* m_table = nullptr;
};

} // namespace msrl::pages
