// SPDX-License-Identifier: GPL-3.0-or-later
// The reader's questions about candidates.
#include "core/base/hash.h"
#include "core/store/run_reader_impl.h"

#include <fmt/format.h>

namespace msrl::store {

namespace {

// Parameters 1 to 7 are bound by bindFilter(). A share that is not a number (no votes) passes an open range
// only.
const char* const kWhere = R"sql(
WHERE (?1 = '' OR c.stage = ?1) AND (?2 = '' OR c.task_type = ?2)
  AND (?3 = 0 OR (?3 = 1 AND c.votes_a = c.votes_b) OR (?3 = 2 AND c.votes_a <> c.votes_b))
  AND ifnull(c.vote_share, 0) >= ?4 AND ifnull(c.vote_share, 0) <= ?5
  AND (?6 = -1 OR (?6 = 1) = (c.chosen >= 0))
  AND (?7 = '' OR instr(lower(c.sample_id || char(10) || c.query || char(10) || c.response_a || char(10)
                          || c.response_b || char(10) || c.caption), ?7) > 0
       OR EXISTS (SELECT 1 FROM candidate_paths t WHERE t.candidate = c.id AND instr(lower(t.text), ?7) > 0)))sql";

const char* const kSummary = R"sql(
SELECT c.id, c.stage, c.sample_id, c.task_type, c.gold, c.label, c.num_paths, c.num_format_ok, c.votes_a, c.votes_b,
       c.vote_share, c.chosen, c.reason, p.confidence
FROM candidates c LEFT JOIN candidate_paths p ON p.candidate = c.id AND p.position = c.chosen)sql";

// As SQLite's lower(): ASCII letters only.
std::string lowered(std::string text)
{
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

void bindFilter(SQLite::Statement& statement, const CandidateFilter& filter)
{
    const int chosen = filter.chosen ? (*filter.chosen ? 1 : 0) : -1;
    bindAll(statement, filter.stage, filter.taskType, static_cast<int>(filter.tie), filter.minVoteShare,
        filter.maxVoteShare, chosen, lowered(filter.text));
}

CandidateSummary readSummary(SQLite::Statement& row)
{
    CandidateSummary out;
    out.rowid = row.getColumn(0).getInt64();
    out.stage = row.getColumn(1).getString();
    out.sampleId = row.getColumn(2).getString();
    out.taskType = row.getColumn(3).getString();
    out.gold = row.getColumn(4).getString();
    out.label = row.getColumn(5).getString();
    out.numPaths = row.getColumn(6).getInt();
    out.numFormatOk = row.getColumn(7).getInt();
    out.votesA = row.getColumn(8).getInt();
    out.votesB = row.getColumn(9).getInt();
    out.voteShare = readReal(row, 10);
    out.chosen = row.getColumn(11).getInt();
    out.reason = row.getColumn(12).getString();
    if (!row.getColumn(13).isNull()) {
        out.confidence = base::Json::parse(row.getColumn(13).getString(), nullptr, false);
        if (out.confidence.is_discarded())
            throw SQLite::Exception("column confidence holds no JSON");
    }
    return out;
}

TaskTypeCount readTaskTypeCount(SQLite::Statement& row)
{
    return TaskTypeCount { row.getColumn(0).getString(), row.getColumn(1).getInt(), row.getColumn(2).getInt(),
        row.getColumn(3).getInt() };
}

const char* orderText(CandidateOrder order)
{
    switch (order) {
    case CandidateOrder::AsWritten:
        return "c.id";
    case CandidateOrder::LowVoteShareFirst:
        return "c.vote_share, c.id";
    case CandidateOrder::HighVoteShareFirst:
        return "c.vote_share DESC, c.id";
    }
    return "c.id";
}

// The statement finds one candidate or none.
std::optional<CandidateRow> oneCandidate(SQLite::Database& db, SQLite::Statement& get)
{
    std::vector<CandidateRow> rows = readAll(get, readCandidate);
    if (rows.empty())
        return std::nullopt;
    SQLite::Statement paths(db,
        fmt::format(
            "SELECT {} FROM candidate_paths WHERE candidate = ? ORDER BY position", kCandidatePathColumns));
    paths.bind(1, rows.front().rowid);
    rows.front().paths = readAll(paths, readCandidatePath);
    return std::move(rows.front());
}

} // namespace

base::Result<std::vector<CandidateSummary>> RunReader::candidates(
    const CandidateFilter& filter, CandidateOrder order, Page page)
{
    return m_impl->read<std::vector<CandidateSummary>>([&](SQLite::Database& db) {
        SQLite::Statement get(
            db, fmt::format("{} {} ORDER BY {} LIMIT ?8 OFFSET ?9", kSummary, kWhere, orderText(order)));
        bindFilter(get, filter);
        get.bind(8, page.limit);
        get.bind(9, page.offset);
        return readAll(get, readSummary);
    });
}

base::Result<std::vector<CandidateSummary>> RunReader::candidatesAfter(
    const std::string& stage, std::int64_t rowid, int limit)
{
    return m_impl->read<std::vector<CandidateSummary>>([&](SQLite::Database& db) {
        SQLite::Statement get(db,
            fmt::format("{} WHERE (?1 = '' OR c.stage = ?1) AND c.id > ?2 ORDER BY c.id LIMIT ?3", kSummary));
        bindAll(get, stage, rowid, limit);
        return readAll(get, readSummary);
    });
}

base::Result<std::int64_t> RunReader::countCandidates(const CandidateFilter& filter)
{
    return m_impl->read<std::int64_t>([&](SQLite::Database& db) {
        SQLite::Statement get(db, fmt::format("SELECT count(*) FROM candidates c {}", kWhere));
        bindFilter(get, filter);
        get.executeStep();
        return get.getColumn(0).getInt64();
    });
}

base::Result<std::vector<TaskTypeCount>> RunReader::candidateCounts(const CandidateFilter& filter)
{
    return m_impl->read<std::vector<TaskTypeCount>>([&](SQLite::Database& db) {
        SQLite::Statement get(db,
            fmt::format("SELECT c.task_type, count(*), sum(c.votes_a = c.votes_b), "
                        "sum(c.chosen >= 0) FROM candidates c {} "
                        "GROUP BY c.task_type ORDER BY c.task_type",
                kWhere));
        bindFilter(get, filter);
        return readAll(get, readTaskTypeCount);
    });
}

base::Result<std::optional<CandidateRow>> RunReader::candidate(std::int64_t rowid)
{
    return m_impl->read<std::optional<CandidateRow>>([&](SQLite::Database& db) {
        SQLite::Statement get(db, fmt::format("SELECT {} FROM candidates WHERE id = ?", kCandidateColumns));
        get.bind(1, rowid);
        return oneCandidate(db, get);
    });
}

base::Result<std::optional<CandidateRow>> RunReader::candidate(
    const std::string& stage, const std::string& sampleId)
{
    return m_impl->read<std::optional<CandidateRow>>([&](SQLite::Database& db) {
        SQLite::Statement get(db,
            fmt::format("SELECT {} FROM candidates WHERE stage = ? AND sample_id = ?", kCandidateColumns));
        bindAll(get, stage, sampleId);
        return oneCandidate(db, get);
    });
}

base::Result<std::string> RunReader::candidatesHash(const std::string& stage)
{
    return m_impl->read<std::string>([&](SQLite::Database& db) {
        SQLite::Statement get(db, "SELECT digest FROM candidates WHERE stage = ? ORDER BY sample_id");
        get.bind(1, stage);
        base::Sha256 hash;
        while (get.executeStep())
            hash.add(get.getColumn(0).getString());
        return hash.finish();
    });
}

} // namespace msrl::store
