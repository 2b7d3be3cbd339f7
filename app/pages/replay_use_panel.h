// SPDX-License-Identifier: GPL-3.0-or-later
// The replay samples that a run used most, by their ids, with how often and how far above the average.
#pragma once

#include "app/models/replay_use.h"

#include <QWidget>

class QLabel;
class QTreeWidget;

namespace msrl::pages {

class ReplayUsePanel : public QWidget
{
    Q_OBJECT

public:
    explicit ReplayUsePanel(QWidget* parent = nullptr);

    void addEvents(std::span<const store::EventRow> events);
    void truncate(const std::string& stage, std::int64_t lastStep);
    void clear();
    void setStageTitles(std::map<std::string, QString> titles);

private:
    void refresh();
    QString titleOf(const std::string& stage) const;

    models::ReplayUses m_uses;
    std::map<std::string, QString> m_titles;
    QLabel* m_summary = nullptr;
    QTreeWidget* m_table = nullptr;
};

} // namespace msrl::pages
