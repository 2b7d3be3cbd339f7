// SPDX-License-Identifier: GPL-3.0-or-later
// The confidence measures that a run computed, with what each is worth; one of them is picked.
#pragma once

#include "app/models/audit_quality.h"
#include "app/pages/quality_card.h"

#include <string>
#include <vector>

class QTreeWidget;

namespace msrl::pages {

class MeasureCard : public QualityCard
{
    Q_OBJECT

public:
    explicit MeasureCard(QWidget* parent = nullptr);

    // Picks `measure`; nothing is signalled.
    void show(const std::vector<models::MeasureQuality>& qualities, const std::string& measure);

Q_SIGNALS:
    void picked(const std::string& measure);

private:
    QTreeWidget* m_table = nullptr;
};

} // namespace msrl::pages
