// SPDX-License-Identifier: GPL-3.0-or-later
// The reader's questions about candidates.
#include "core/base/hash.h"
#include "core/store/candidate_search.h"
#include "core/store/run_reader_impl.h"

#include <fmt/format.h>

namespace msrl::store {

namespace {

// Parameters 1 to 6 are bound by bindFilter(), 7 is the text. A share that is not a number (no votes) passes
// an open range only.
const char* const kWhere = R"sql(
WHERE (?1 = '' OR c.stage = ?1) AND (?2 = '' OR c.task_type = ?2)
  AND (?3 = 0 OR (?3 = 1 AND c.votes_a = c.votes_b) OR (?3 = 2 AND c.votes_a <> c.votes_b))
  AND ifnull(c.vote_share, 0) >= ?4 AND ifnull(c.vote_share, 0) <= ?5
  AND (?6 = -1 OR (?6 = 1) = (c.chosen >= 0)) AND )sql";

// What candidates_heads covers, in the order of readSummary().
std::string headsSummary(const char* teacher)
{
    return fmt::format("SELECT c.id, c.sample_id, c.task_type, c.source, c.gold, c.label, c.num_paths, "
                       "c.num_format_ok, c.votes_a, c.votes_b, c.vote_share, c.chosen, c.num_tokens, "
                       "c.confidence, {}, c.digest FROM candidates c",
        teacher);
}

// The same of a file without it.
const char* const kOldSummary = R"sql(
SELECT c.id, c.sample_id, c.task_type, '', c.gold, c.label, c.num_paths, c.num_format_ok, c.votes_a, c.votes_b,
       c.vote_share, c.chosen, (SELECT max(t.num_tokens) FROM candidate_paths t WHERE t.candidate = c.id),
       ifnull(p.confidence, ''), '', c.digest
FROM candidates c LEFT JOIN candidate_paths p ON p.candidate = c.id AND p.position = c.chosen)sql";

std::string summaryOf(int schema)
{
    if (schema < kRunWithWords)
        return kOldSummary;
    return headsSummary(schema < kRunWithTeachers ? "''" : "c.teacher");
}

// Of a file of this schema, in the order that readCandidatePath() expects.
std::string pathColumns(int schema)
{
    std::string columns = kCandidatePathColumns;
    if (schema < kRunWithTeachers)
        columns.replace(columns.rfind("teacher"), std::string::npos, "'', 1");
    return columns;
}

// Of a file of this schema, in the order that readCandidate() expects.
std::string candidateColumns(int schema)
{
    std::string columns = kCandidateColumns;
    if (schema < kRunWithWords)
        columns.replace(columns.rfind("source"), std::string::npos, "''");
    return columns;
}

void bindFilter(SQLite::Statement& statement, const CandidateFilter& filter, const TextMatch& match)
{
    const int chosen = filter.chosen ? (*filter.chosen ? 1 : 0) : -1;
    bindAll(statement, filter.stage, filter.taskType, static_cast<int>(filter.tie), filter.minVoteShare,
        filter.maxVoteShare, chosen);
    match.bind(statement, 7);
}

CandidateSummary readSummary(SQLite::Statement& row)
{
    CandidateSummary out;
    out.rowid = row.getColumn(0).getInt64();
    out.sampleId = row.getColumn(1).getString();
    out.taskType = row.getColumn(2).getString();
    out.source = row.getColumn(3).getString();
    out.gold = row.getColumn(4).getString();
    out.label = row.getColumn(5).getString();
    out.numPaths = row.getColumn(6).getInt();
    out.numFormatOk = row.getColumn(7).getInt();
    out.votesA = row.getColumn(8).getInt();
    out.votesB = row.getColumn(9).getInt();
    out.voteShare = readReal(row, 10);
    out.chosen = row.getColumn(11).getInt();
    out.numTokens = row.getColumn(12).getInt();
    out.confidence = readNumbers(row.getColumn(13).getString());
    out.teacher = row.getColumn(14).getString();
    out.digest = row.getColumn(15).getString();
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
std::optional<CandidateRow> oneCandidate(SQLite::Database& db, SQLite::Statement& get, int schema)
{
    std::vector<CandidateRow> rows = readAll(get, readCandidate);
    if (rows.empty())
        return std::nullopt;
    SQLite::Statement paths(db,
        fmt::format(
            "SELECT {} FROM candidate_paths WHERE candidate = ? ORDER BY position", pathColumns(schema)));
    paths.bind(1, rows.front().rowid);
    rows.front().paths = readAll(paths, readCandidatePath);
    return std::move(rows.front());
}

} // namespace

base::Result<std::vector<CandidateSummary>> RunReader::candidates(
    const CandidateFilter& filter, CandidateOrder order, Page page)
{
    return m_impl->read<std::vector<CandidateSummary>>([&](SQLite::Database& db) {
        const TextMatch match(filter.text, m_impl->schema);
        SQLite::Statement get(db,
            fmt::format("{} {} {} ORDER BY {} LIMIT ?8 OFFSET ?9", summaryOf(m_impl->schema), kWhere,
                match.condition(7), orderText(order)));
        bindFilter(get, filter, match);
        get.bind(8, page.limit);
        get.bind(9, page.offset);
        return readAll(get, readSummary);
    });
}

base::Result<std::vector<CandidateSummary>> RunReader::candidatesAfter(
    const std::string& stage, std::int64_t rowid, int limit)
{
    return m_impl->read<std::vector<CandidateSummary>>([&](SQLite::Database& db) {
        // The index serves one stage; a condition that also serves all would read every row.
        SQLite::Statement get(db,
            fmt::format("{} WHERE {} AND c.id > ?2 ORDER BY c.id LIMIT ?3", summaryOf(m_impl->schema),
                stage.empty() ? "?1 = ''" : "c.stage = ?1"));
        bindAll(get, stage, rowid, limit);
        return readAll(get, readSummary);
    });
}

base::Result<std::int64_t> RunReader::countCandidates(const CandidateFilter& filter)
{
    return m_impl->read<std::int64_t>([&](SQLite::Database& db) {
        const TextMatch match(filter.text, m_impl->schema);
        SQLite::Statement get(
            db, fmt::format("SELECT count(*) FROM candidates c {} {}", kWhere, match.condition(7)));
        bindFilter(get, filter, match);
        get.executeStep();
        return get.getColumn(0).getInt64();
    });
}

base::Result<std::vector<TaskTypeCount>> RunReader::candidateCounts(const CandidateFilter& filter)
{
    return m_impl->read<std::vector<TaskTypeCount>>([&](SQLite::Database& db) {
        const TextMatch match(filter.text, m_impl->schema);
        SQLite::Statement get(db,
            fmt::format("SELECT c.task_type, count(*), sum(c.votes_a = c.votes_b), "
                        "sum(c.chosen >= 0) FROM candidates c {} {} "
                        "GROUP BY c.task_type ORDER BY c.task_type",
                kWhere, match.condition(7)));
        bindFilter(get, filter, match);
        return readAll(get, readTaskTypeCount);
    });
}

base::Result<std::optional<CandidateRow>> RunReader::candidate(std::int64_t rowid)
{
    return m_impl->read<std::optional<CandidateRow>>([&](SQLite::Database& db) {
        SQLite::Statement get(
            db, fmt::format("SELECT {} FROM candidates WHERE id = ?", candidateColumns(m_impl->schema)));
        get.bind(1, rowid);
        return oneCandidate(db, get, m_impl->schema);
    });
}

base::Result<std::optional<CandidateRow>> RunReader::candidate(
    const std::string& stage, const std::string& sampleId)
{
    return m_impl->read<std::optional<CandidateRow>>([&](SQLite::Database& db) {
        SQLite::Statement get(db,
            fmt::format("SELECT {} FROM candidates WHERE stage = ? AND sample_id = ?",
                candidateColumns(m_impl->schema)));
        bindAll(get, stage, sampleId);
        return oneCandidate(db, get, m_impl->schema);
    });
}

base::Result<CandidateDigests> RunReader::candidateDigests(const std::string& stage)
{
    return m_impl->read<CandidateDigests>([&](SQLite::Database& db) {
        SQLite::Statement get(db, "SELECT sample_id, digest FROM candidates WHERE stage = ?");
        get.bind(1, stage);
        CandidateDigests digests;
        while (get.executeStep())
            digests.emplace(get.getColumn(0).getString(), get.getColumn(1).getString());
        return digests;
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
