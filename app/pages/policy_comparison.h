// SPDX-License-Identifier: GPL-3.0-or-later
// Two chosen policies of a run side by side: the difference of their accuracies on each held-out set with its
// interval, and the paired test over the pairs that both judged.
#pragma once

#include "app/models/policy_difference.h"

#include <QPointer>
#include <QWidget>

#include <string>
#include <utility>
#include <vector>

class QComboBox;
class QLabel;
class QTreeWidget;

namespace msrl::services {
class RunSession;
}

namespace msrl::pages {

class PolicyComparison : public QWidget
{
    Q_OBJECT

public:
    explicit PolicyComparison(QWidget* parent = nullptr);

    // The evaluations that the run has by now. Chosen policies stay; until then the last one is held against
    // the one before it. Judgements are read once this is visible.
    void setEvaluations(
        services::RunSession& session, const std::vector<std::pair<std::string, QString>>& titles);
    void clear();

    const std::vector<models::PolicyDifference>& differences() const { return m_differences; }

Q_SIGNALS:
    void failed(const QString& text);

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeHead();
    void compare();
    void showDifferences(const std::vector<models::PolicyDifference>& differences);

    QPointer<services::RunSession> m_session;
    QComboBox* m_first = nullptr;
    QComboBox* m_second = nullptr;
    QTreeWidget* m_table = nullptr;
    QLabel* m_note = nullptr;
    bool m_hasChosen = false;
    bool m_stale = false;
    std::vector<models::PolicyDifference> m_differences;
};

} // namespace msrl::pages
