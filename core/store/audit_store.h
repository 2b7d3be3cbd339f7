// SPDX-License-Identifier: GPL-3.0-or-later
// audit.db: what people decided about candidates. Rows are only ever added.
#pragma once

#include "core/base/result.h"
#include "core/store/rows.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace msrl::store {

// Whether a row was decided about the candidate with this digest; one of them being empty, nobody knows of
// others.
bool isAbout(const DecisionRow& row, const std::string& digest);

// What counts of an item is the newest among each auditor's own newest row about it, those that were taken
// back ("pending") aside: nobody's undo revives or hides another's word, and what was said about other paths
// says nothing about these. Nothing: no such row, or all are taken back.
// REQUIRES: rows of one item.
const DecisionRow* countingRow(const std::vector<DecisionRow>& rows, const std::string& digest = {});

// Verdicts that count of a stage's items. An item whose auditors all took theirs back counts as pending.
struct DecisionCounts
{
    int accepted = 0;
    int rejected = 0;
    int overridden = 0;
    int flagged = 0;
    int pending = 0;
};

DecisionCounts countDecisions(const std::vector<DecisionRow>& rows);

// One owner thread per object; several programs may write to the same file at once (each waits up to five
// seconds for its turn). A row is on the disk before append() returns. The file itself refuses changes of and
// deletions from what was written.
class AuditStore
{
public:
    // Creates or opens and migrates.
    static base::Result<AuditStore> open(const std::filesystem::path& path);
    // Leaves the file as it is, and needs no right to write. Nothing when there is none, or nothing in it.
    // Whatever writes fails.
    static base::Result<std::optional<AuditStore>> openForReading(const std::filesystem::path& path);
    AuditStore(AuditStore&&) noexcept;
    AuditStore& operator=(AuditStore&&) noexcept;
    ~AuditStore();

    // Returns the rows as written, with rowid and time; rows of one call share the time. `from` is filled
    // with the item's verdict before, of those about the same candidate. A row that was decided over
    // meanwhile (DecisionRow::seen) is left out. Refused: an unknown verdict, no stage or sample id, an
    // override without a reason or without a path or text. All or none.
    base::Result<std::vector<DecisionRow>> append(std::vector<DecisionRow> rows);
    // Refused as well when it was decided over meanwhile.
    base::Result<DecisionRow> append(DecisionRow row);

    // The row that counts of every decided item of a set as it is, in order of sample id; none where all were
    // taken back or were about other paths.
    base::Result<std::vector<DecisionRow>> counting(
        const std::string& stage, const CandidateDigests& set) const;
    // The same whatever it was about; a "pending" one where all were taken back.
    base::Result<std::vector<DecisionRow>> newest(const std::string& stage) const;
    base::Result<std::optional<DecisionRow>> newest(
        const std::string& stage, const std::string& sampleId) const;
    // The newest row per item, auditor and what it was about, of an item in the order written.
    base::Result<std::vector<DecisionRow>> newestByAuditor(const std::string& stage) const;
    // Oldest first.
    base::Result<std::vector<DecisionRow>> history(
        const std::string& stage, const std::string& sampleId) const;
    // All rows after a cursor, of all stages, oldest first: what another program decided meanwhile.
    base::Result<std::vector<DecisionRow>> decisionsAfter(std::int64_t rowid, int limit) const;
    base::Result<DecisionCounts> counts(const std::string& stage) const;

    base::Result<SignOffRow> signOff(SignOffRow row);
    base::Result<std::optional<SignOffRow>> newestSignOff(const std::string& stage) const;
    base::Result<std::vector<SignOffRow>> signOffs(const std::string& stage) const;

private:
    struct Impl;
    explicit AuditStore(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace msrl::store
