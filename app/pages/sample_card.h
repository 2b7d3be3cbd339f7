// SPDX-License-Identifier: GPL-3.0-or-later
// The random sample of the machine's choices: how many are drawn, and what was found in them.
#pragma once

#include "app/models/audit_quality.h"
#include "app/pages/quality_card.h"

#include <cstdint>
#include <string>
#include <vector>

class QLabel;
class QPushButton;
class QSpinBox;

namespace msrl::pages {

class SampleCard : public QualityCard
{
    Q_OBJECT

public:
    explicit SampleCard(QWidget* parent = nullptr);

    // The items are the caller's, who outlives the card; call again when they changed. `stage` names the
    // random order.
    void setItems(const std::vector<models::QueueItem>& items, const std::string& stage,
        const models::GateThresholds& thresholds);
    void setSize(int size); // nothing is signalled
    int size() const;
    const models::AuditSample& sample() const { return m_sample; }

Q_SIGNALS:
    void requested(const std::vector<std::int64_t>& rowids);
    void sizeChanged(int size);

private:
    void draw();

    const std::vector<models::QueueItem>* m_items = nullptr;
    std::string m_stage;
    models::GateThresholds m_thresholds;
    models::AuditSample m_sample;
    QSpinBox* m_size = nullptr;
    QLabel* m_text = nullptr;
    QPushButton* m_show = nullptr;
};

} // namespace msrl::pages
