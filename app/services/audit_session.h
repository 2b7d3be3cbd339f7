// SPDX-License-Identifier: GPL-3.0-or-later
// The decisions about one run's candidates, as they are made.
#pragma once

#include "core/base/result.h"
#include "core/store/audit_store.h"

#include <QObject>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace msrl::services {

// GUI thread; a decision is a short durable write. Several studios may work on one file: each auditor's words
// are kept apart, what others write is noticed within a second, and nobody decides over a word that they have
// not seen.
class AuditSession : public QObject
{
    Q_OBJECT

public:
    // Opens or creates the run's audit.db.
    static base::Result<std::unique_ptr<AuditSession>> open(const QString& runFolder, const QString& auditor);
    ~AuditSession() override;

    QString auditor() const;
    void setAuditor(const QString& name);

    // The row that counts (AuditStore) for the candidate with this digest, or nothing. Without a digest:
    // whatever it was about; and so for the next two.
    std::optional<store::DecisionRow> decision(
        const QString& stage, const QString& sampleId, const std::string& digest = {}) const;
    // This auditor's newest row; a "pending" one without rowid when there is none.
    store::DecisionRow own(
        const QString& stage, const QString& sampleId, const std::string& digest = {}) const;
    // "pending" when undecided.
    QString verdict(const QString& stage, const QString& sampleId, const std::string& digest = {}) const;
    base::Result<std::vector<store::DecisionRow>> history(
        const QString& stage, const QString& sampleId) const;
    base::Result<store::DecisionCounts> counts(const QString& stage) const;

    // Row of the last word about an item that this object knows; 0: none. A decision that was shown long
    // before it is made keeps it as DecisionRow::seen.
    std::int64_t newestWord(const std::string& stage, const std::string& sampleId) const;
    // Returns the rows as written. The auditor and the earlier verdict are filled in. An item about which
    // somebody decided after the row that was seen, or else after the last rows read, is left out (a single
    // one is refused): it is told by decisionsArrived(), then may be decided.
    base::Result<std::vector<store::DecisionRow>> decide(store::DecisionRow row);
    base::Result<std::vector<store::DecisionRow>> decide(std::vector<store::DecisionRow> rows);
    // Says again what these rows of this auditor said, as new rows: for undo. Others' words stay as they are.
    base::Result<std::vector<store::DecisionRow>> restore(
        const std::vector<store::DecisionRow>& before, const QString& how);

    // Whether this object wrote the row.
    bool wrote(std::int64_t rowid) const;

    // Adds the sign-off; tell the engine with RunSession::tellAuditReady().
    base::Result<store::SignOffRow> signOff(store::SignOffRow row);
    base::Result<std::optional<store::SignOffRow>> newestSignOff(const QString& stage) const;

    const store::AuditStore& store() const;

Q_SIGNALS:
    // New rows of this auditor and of others, in the order written.
    void decisionsArrived(const std::vector<store::DecisionRow>& rows);
    void signedOff(const QString& stage);

private:
    class Private;
    explicit AuditSession(std::unique_ptr<Private> state);
    std::unique_ptr<Private> d;
};

} // namespace msrl::services
