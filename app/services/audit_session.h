// SPDX-License-Identifier: GPL-3.0-or-later
// The decisions about one run's candidates, as they are made.
#pragma once

#include "core/base/result.h"
#include "core/store/audit_store.h"

#include <QHash>
#include <QObject>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace msrl::services {

// GUI thread; a decision is a short durable write. Decisions that another program writes to the same file are
// noticed.
class AuditSession : public QObject
{
    Q_OBJECT

public:
    // Opens or creates the run's audit.db.
    static base::Result<std::unique_ptr<AuditSession>> open(const QString& runFolder, const QString& auditor);
    ~AuditSession() override;

    QString auditor() const;
    void setAuditor(const QString& name);

    // The row that counts, or nothing.
    std::optional<store::DecisionRow> decision(const QString& stage, const QString& sampleId) const;
    // "pending" when undecided.
    QString verdict(const QString& stage, const QString& sampleId) const;
    base::Result<std::vector<store::DecisionRow>> history(
        const QString& stage, const QString& sampleId) const;
    base::Result<store::DecisionCounts> counts(const QString& stage) const;

    // The auditor and the earlier verdict are filled in. All rows or none.
    base::Status decide(store::DecisionRow row);
    base::Status decide(std::vector<store::DecisionRow> rows);
    // Puts the items back to what these rows say counted before, as new rows: for undo.
    base::Status restore(const std::vector<store::DecisionRow>& before, const QString& how);

    // Adds the sign-off; tell the engine with RunSession::tellAuditReady().
    base::Result<store::SignOffRow> signOff(store::SignOffRow row);
    base::Result<std::optional<store::SignOffRow>> newestSignOff(const QString& stage) const;

    const store::AuditStore& store() const;

Q_SIGNALS:
    void decisionChanged(const QString& stage, const QString& sampleId);
    // Many at once (a bulk decision, or another program's): look anew.
    void decisionsChanged(const QString& stage);
    void signedOff(const QString& stage);

private:
    class Private;
    explicit AuditSession(std::unique_ptr<Private> state);
    std::unique_ptr<Private> d;
};

} // namespace msrl::services
