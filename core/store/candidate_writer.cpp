// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/candidate_writer.h"

#include "core/store/packed_tokens.h"
#include "core/store/row_codec.h"

#include <algorithm>

namespace msrl::store {

namespace {

const char* const kForget = "INSERT INTO candidate_text (candidate_text, rowid, words) "
                            "SELECT 'delete', id, words FROM candidate_words WHERE ";

struct PathFacts
{
    int formatOk = 0;
    int longest = 0; // tokens
    std::string confidence; // of the chosen one
    std::string teacher; // and its writer
};

PathFacts factsOf(const CandidateRow& row)
{
    PathFacts facts;
    int position = 0;
    for (const CandidatePath& path : row.paths) {
        facts.formatOk += path.formatOk ? 1 : 0;
        facts.longest = std::max(facts.longest, path.numTokens);
        if (position++ == row.chosen) {
            facts.confidence = jsonText(path.confidence);
            facts.teacher = path.teacher;
        }
    }
    return facts;
}

} // namespace

CandidateWriter::CandidateWriter(SQLite::Database& db)
    : m_db(db)
    , m_find(db, "SELECT id FROM candidates WHERE stage = ? AND sample_id = ?")
    , m_insert(db,
          insertInto("candidates",
              withoutId(kCandidateColumns)
                  + ", num_paths, num_format_ok, digest, num_tokens, confidence, teacher"))
    , m_insertPath(
          db, insertInto("candidate_paths", std::string("candidate, position, ") + kCandidatePathColumns))
    , m_insertWords(
          db, "INSERT INTO candidate_text (rowid, words) SELECT id, words FROM candidate_words WHERE id = ?")
{
}

void CandidateWriter::put(const CandidateRow& row)
{
    drop(row.stage, row.sampleId);
    const PathFacts facts = factsOf(row);
    bindAll(m_insert, row.stage, row.sampleId, row.taskType, row.query, row.responseA, row.responseB,
        row.caption, row.gold, jsonText(row.media), row.votesA, row.votesB, row.label, row.voteShare,
        row.chosen, row.reason, row.prompt, row.target, row.source, static_cast<int>(row.paths.size()),
        facts.formatOk, candidateDigest(row), facts.longest, facts.confidence, facts.teacher);
    m_insert.exec();
    m_insert.reset();
    const std::int64_t id = m_db.getLastInsertRowid();
    putPaths(id, row);
    index(id);
}

void CandidateWriter::index(std::int64_t id)
{
    m_insertWords.bind(1, id);
    m_insertWords.exec();
    m_insertWords.reset();
}

void CandidateWriter::putPaths(std::int64_t id, const CandidateRow& row)
{
    int position = 0;
    for (const CandidatePath& one : row.paths) {
        bindAll(m_insertPath, id, position++, one.text, one.answer, one.formatOk ? 1 : 0, one.numTokens,
            jsonText(one.confidence));
        const std::string logprobs = packFloats(one.tokenLogprobs);
        const std::string tokens = packStrings(one.tokens);
        m_insertPath.bind(8, logprobs.data(), static_cast<int>(logprobs.size()));
        m_insertPath.bind(9, tokens.data(), static_cast<int>(tokens.size()));
        m_insertPath.bind(10, one.teacher);
        m_insertPath.bind(11, one.round);
        m_insertPath.exec();
        m_insertPath.reset();
    }
}

// The words go first: taking them out of the index needs the texts.
void CandidateWriter::drop(const std::string& stage, const std::string& sampleId)
{
    bindAll(m_find, stage, sampleId);
    const bool known = m_find.executeStep();
    const std::int64_t id = known ? m_find.getColumn(0).getInt64() : 0;
    m_find.reset();
    if (!known)
        return;
    for (const std::string& sql :
        { kForget + std::string("id = ?"), std::string("DELETE FROM candidates WHERE id = ?") }) {
        SQLite::Statement act(m_db, sql);
        act.bind(1, id);
        act.exec();
    }
}

void CandidateWriter::dropStage(const std::string& stage)
{
    for (const std::string& sql :
        { kForget + std::string("stage = ?"), std::string("DELETE FROM candidates WHERE stage = ?") }) {
        SQLite::Statement act(m_db, sql);
        act.bind(1, stage);
        act.exec();
    }
}

void CandidateWriter::reset()
{
    for (SQLite::Statement* statement : { &m_find, &m_insert, &m_insertPath, &m_insertWords })
        statement->tryReset();
}

} // namespace msrl::store
