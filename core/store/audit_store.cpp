// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/audit_store.h"

#include "core/base/clock.h"
#include "core/store/row_codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace msrl::store {

namespace {

const char* const kDecisionColumns = "id, stage, sample_id, verdict, path, text, reason, auditor, "
                                     "from_verdict, how, time_ms, judged, caption";
const char* const kSignOffColumns
    = "id, stage, auditor, statement, candidates_hash, accepted, rejected, time_ms";

DecisionRow readDecision(SQLite::Statement& row)
{
    DecisionRow out;
    out.rowid = row.getColumn(0).getInt64();
    out.stage = row.getColumn(1).getString();
    out.sampleId = row.getColumn(2).getString();
    out.verdict = row.getColumn(3).getString();
    out.path = row.getColumn(4).getInt();
    out.text = row.getColumn(5).getString();
    out.reason = row.getColumn(6).getString();
    out.auditor = row.getColumn(7).getString();
    out.from = row.getColumn(8).getString();
    out.how = row.getColumn(9).getString();
    out.timeMs = row.getColumn(10).getInt64();
    out.judged = row.getColumn(11).getString();
    out.caption = row.getColumn(12).getString();
    return out;
}

// What append() needs of an earlier row.
DecisionRow readWord(SQLite::Statement& row)
{
    DecisionRow out;
    out.rowid = row.getColumn(0).getInt64();
    out.verdict = row.getColumn(1).getString();
    out.auditor = row.getColumn(2).getString();
    out.judged = row.getColumn(3).getString();
    return out;
}

SignOffRow readSignOff(SQLite::Statement& row)
{
    SignOffRow out;
    out.rowid = row.getColumn(0).getInt64();
    out.stage = row.getColumn(1).getString();
    out.auditor = row.getColumn(2).getString();
    out.statement = row.getColumn(3).getString();
    out.candidatesHash = row.getColumn(4).getString();
    out.accepted = row.getColumn(5).getInt();
    out.rejected = row.getColumn(6).getInt();
    out.timeMs = row.getColumn(7).getInt64();
    return out;
}

base::Status check(const DecisionRow& row)
{
    static constexpr std::array kVerdicts { "accept", "reject", "override", "flag", "pending" };
    const std::string place = fmt::format("decision on {}/{}", row.stage, row.sampleId);
    if (row.stage.empty() || row.sampleId.empty())
        return base::badInput("a decision needs a stage and a sample id", place);
    if (std::find(kVerdicts.begin(), kVerdicts.end(), row.verdict) == kVerdicts.end())
        return base::badInput(fmt::format("unknown verdict '{}'", row.verdict), place,
            "use accept, reject, override, flag or pending");
    if (!row.caption.empty() && row.caption != "wrong")
        return base::badInput(
            fmt::format("unknown verdict '{}' on the caption", row.caption), place, "use wrong or nothing");
    if (row.verdict != "override")
        return {};
    if (row.reason.empty())
        return base::badInput("an override needs a reason", place);
    if (row.path < 0 && row.text.empty())
        return base::badInput("an override needs a path or a text", place);
    return {};
}

// The rows that count of a stage, or of one of its items when ?2 is given; see countingRow().
const char* const kCounting = R"sql(
WITH newest AS (SELECT sample_id, max(id) AS id, verdict FROM decisions WHERE stage = ?1 {}
                GROUP BY sample_id, auditor)
SELECT {} FROM decisions WHERE id IN (
    SELECT ifnull(max(CASE WHEN verdict <> 'pending' THEN id END), max(id)) FROM newest GROUP BY sample_id)
ORDER BY sample_id)sql";

} // namespace

struct AuditStore::Impl
{
    std::filesystem::path path;
    std::unique_ptr<SQLite::Database> db;

    std::vector<DecisionRow> decisions(
        const char* condition, const std::string& stage, const std::string& sampleId = {}) const
    {
        SQLite::Statement get(*db, fmt::format("SELECT {} FROM decisions {}", kDecisionColumns, condition));
        get.bind(1, stage);
        if (!sampleId.empty())
            get.bind(2, sampleId);
        return readAll(get, readDecision);
    }

    std::vector<DecisionRow> insert(std::vector<DecisionRow> rows)
    {
        SQLite::Transaction transaction(*db, SQLite::TransactionBehavior::IMMEDIATE);
        SQLite::Statement words(*db,
            "SELECT max(id), verdict, auditor, judged FROM decisions WHERE stage = ? AND sample_id = ? "
            "GROUP BY auditor, judged");
        SQLite::Statement put(*db,
            "INSERT INTO decisions (stage, sample_id, verdict, path, text, reason, auditor, "
            "from_verdict, how, time_ms, judged, caption) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        const std::int64_t timeMs = base::nowMs();
        std::vector<DecisionRow> written;
        written.reserve(rows.size());
        for (DecisionRow& row : rows) {
            bindAll(words, row.stage, row.sampleId);
            const std::vector<DecisionRow> said = readAll(words, readWord);
            std::int64_t newest = 0;
            for (const DecisionRow& word : said)
                newest = std::max(newest, word.rowid);
            if (row.seen && *row.seen != newest)
                continue;
            const DecisionRow* before = countingRow(said, row.judged);
            row.from = before ? before->verdict : "pending";
            if (row.timeMs == 0)
                row.timeMs = timeMs;
            bindAll(put, row.stage, row.sampleId, row.verdict, row.path, row.text, row.reason, row.auditor,
                row.from, row.how, row.timeMs, row.judged, row.caption);
            put.exec();
            put.reset();
            row.rowid = db->getLastInsertRowid();
            written.push_back(std::move(row));
        }
        transaction.commit();
        return written;
    }
};

AuditStore::AuditStore(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}

AuditStore::AuditStore(AuditStore&&) noexcept = default;
AuditStore& AuditStore::operator=(AuditStore&&) noexcept = default;
AuditStore::~AuditStore() = default;

base::Result<AuditStore> AuditStore::open(const std::filesystem::path& path)
{
    auto db = openForWriting(path, auditSchema(), Durability::SurvivesPowerCut);
    if (!db)
        return db.error();
    return AuditStore(std::make_unique<Impl>(Impl { path, std::move(*db) }));
}

base::Result<std::optional<AuditStore>> AuditStore::openForReading(const std::filesystem::path& path)
{
    auto db = openNewestForReading(path, auditSchema());
    if (!db)
        return db.error();
    if (!*db)
        return std::optional<AuditStore>();
    return std::optional<AuditStore>(AuditStore(std::make_unique<Impl>(Impl { path, std::move(*db) })));
}

base::Result<std::vector<DecisionRow>> AuditStore::append(std::vector<DecisionRow> rows)
{
    for (const DecisionRow& row : rows) {
        if (base::Status checked = check(row); !checked)
            return checked.error();
    }
    return guarded(m_impl->path, [&] { return m_impl->insert(std::move(rows)); });
}

base::Result<DecisionRow> AuditStore::append(DecisionRow row)
{
    const std::string place = fmt::format("decision on {}/{}", row.stage, row.sampleId);
    std::vector<DecisionRow> rows;
    rows.push_back(std::move(row));
    auto written = append(std::move(rows));
    if (!written)
        return written.error();
    if (written->empty())
        return base::failed(
            "somebody else decided about it meanwhile", place, "look at the item again, then decide");
    return std::move(written->front());
}

base::Result<std::vector<DecisionRow>> AuditStore::newest(const std::string& stage) const
{
    return guarded(m_impl->path, [&] {
        SQLite::Statement get(*m_impl->db, fmt::format(fmt::runtime(kCounting), "", kDecisionColumns));
        get.bind(1, stage);
        return readAll(get, readDecision);
    });
}

base::Result<std::optional<DecisionRow>> AuditStore::newest(
    const std::string& stage, const std::string& sampleId) const
{
    return guarded(m_impl->path, [&]() -> std::optional<DecisionRow> {
        SQLite::Statement get(
            *m_impl->db, fmt::format(fmt::runtime(kCounting), "AND sample_id = ?2", kDecisionColumns));
        bindAll(get, stage, sampleId);
        auto rows = readAll(get, readDecision);
        if (rows.empty())
            return std::nullopt;
        return std::move(rows.front());
    });
}

base::Result<std::vector<DecisionRow>> AuditStore::newestByAuditor(const std::string& stage) const
{
    return guarded(m_impl->path, [&] {
        return m_impl->decisions("WHERE id IN (SELECT max(id) FROM decisions WHERE stage = ? "
                                 "GROUP BY sample_id, auditor, judged) ORDER BY sample_id, auditor, id",
            stage);
    });
}

base::Result<std::vector<DecisionRow>> AuditStore::history(
    const std::string& stage, const std::string& sampleId) const
{
    return guarded(m_impl->path,
        [&] { return m_impl->decisions("WHERE stage = ? AND sample_id = ? ORDER BY id", stage, sampleId); });
}

base::Result<std::vector<DecisionRow>> AuditStore::decisionsAfter(std::int64_t rowid, int limit) const
{
    return guarded(m_impl->path, [&] {
        SQLite::Statement get(*m_impl->db,
            fmt::format("SELECT {} FROM decisions WHERE id > ? ORDER BY id LIMIT ?", kDecisionColumns));
        bindAll(get, rowid, limit);
        return readAll(get, readDecision);
    });
}

base::Result<DecisionCounts> AuditStore::counts(const std::string& stage) const
{
    auto rows = newest(stage);
    if (!rows)
        return rows.error();
    return countDecisions(*rows);
}

base::Result<SignOffRow> AuditStore::signOff(SignOffRow row)
{
    if (row.stage.empty() || row.auditor.empty())
        return base::badInput("a sign-off needs a stage and an auditor", "sign-off of " + row.stage);
    return guarded(m_impl->path, [&] {
        if (row.timeMs == 0)
            row.timeMs = base::nowMs();
        SQLite::Statement put(*m_impl->db,
            "INSERT INTO sign_offs (stage, auditor, statement, candidates_hash, "
            "accepted, rejected, time_ms) VALUES (?, ?, ?, ?, ?, ?, ?)");
        bindAll(put, row.stage, row.auditor, row.statement, row.candidatesHash, row.accepted, row.rejected,
            row.timeMs);
        put.exec();
        row.rowid = m_impl->db->getLastInsertRowid();
        return std::move(row);
    });
}

base::Result<std::optional<SignOffRow>> AuditStore::newestSignOff(const std::string& stage) const
{
    auto rows = signOffs(stage);
    if (!rows)
        return rows.error();
    if (rows->empty())
        return std::optional<SignOffRow>();
    return std::optional<SignOffRow>(std::move(rows->back()));
}

base::Result<std::vector<SignOffRow>> AuditStore::signOffs(const std::string& stage) const
{
    return guarded(m_impl->path, [&] {
        SQLite::Statement get(*m_impl->db,
            fmt::format("SELECT {} FROM sign_offs WHERE stage = ? ORDER BY id", kSignOffColumns));
        get.bind(1, stage);
        return readAll(get, readSignOff);
    });
}

} // namespace msrl::store
