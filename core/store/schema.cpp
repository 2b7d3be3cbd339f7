// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of run.db and audit.db. A landed step is never edited: a change is a new step at the end.
#include "core/store/database.h"

namespace msrl::store {

namespace {

// AUTOINCREMENT: a row that a resume writes never reuses the number of a deleted one, so that cursors
// stay valid.
constexpr const char* kRunTables = R"sql(
CREATE TABLE stages (
    stage TEXT PRIMARY KEY, node_id TEXT NOT NULL, node_type TEXT NOT NULL, title TEXT NOT NULL, hash TEXT NOT NULL,
    position INTEGER NOT NULL, state TEXT NOT NULL, step INTEGER NOT NULL, total INTEGER NOT NULL,
    started_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL, message TEXT NOT NULL);
CREATE TABLE metrics (
    id INTEGER PRIMARY KEY AUTOINCREMENT, stage TEXT NOT NULL, step INTEGER NOT NULL, name TEXT NOT NULL,
    source TEXT NOT NULL, value REAL, time_ms INTEGER NOT NULL);
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT, level TEXT NOT NULL, kind TEXT NOT NULL, stage TEXT NOT NULL,
    step INTEGER NOT NULL, text TEXT NOT NULL, data TEXT NOT NULL, time_ms INTEGER NOT NULL);
CREATE TABLE samples (
    id INTEGER PRIMARY KEY AUTOINCREMENT, stage TEXT NOT NULL, step INTEGER NOT NULL, prompt_index INTEGER NOT NULL,
    completion_index INTEGER NOT NULL, sample_id TEXT NOT NULL, task_type TEXT NOT NULL, source TEXT NOT NULL,
    prompt TEXT NOT NULL, completion TEXT NOT NULL, gold TEXT NOT NULL, answer TEXT NOT NULL,
    reward_parts TEXT NOT NULL, reward REAL, advantage REAL, mean_logprob REAL, num_tokens INTEGER NOT NULL,
    finish_reason TEXT NOT NULL, media TEXT NOT NULL);
CREATE INDEX samples_by_step ON samples (stage, step, prompt_index, completion_index);
CREATE TABLE candidates (
    id INTEGER PRIMARY KEY AUTOINCREMENT, stage TEXT NOT NULL, sample_id TEXT NOT NULL, task_type TEXT NOT NULL,
    query TEXT NOT NULL, response_a TEXT NOT NULL, response_b TEXT NOT NULL, caption TEXT NOT NULL,
    gold TEXT NOT NULL, media TEXT NOT NULL, num_paths INTEGER NOT NULL, num_format_ok INTEGER NOT NULL,
    votes_a INTEGER NOT NULL, votes_b INTEGER NOT NULL, label TEXT NOT NULL, vote_share REAL,
    chosen INTEGER NOT NULL, reason TEXT NOT NULL, prompt TEXT NOT NULL, target TEXT NOT NULL, digest TEXT NOT NULL,
    UNIQUE (stage, sample_id));
CREATE TABLE candidate_paths (
    candidate INTEGER NOT NULL REFERENCES candidates (id) ON DELETE CASCADE, position INTEGER NOT NULL,
    text TEXT NOT NULL, answer TEXT NOT NULL, format_ok INTEGER NOT NULL, num_tokens INTEGER NOT NULL,
    confidence TEXT NOT NULL, token_logprobs BLOB NOT NULL, tokens BLOB NOT NULL, PRIMARY KEY (candidate, position));
CREATE TABLE evaluations (
    id INTEGER PRIMARY KEY AUTOINCREMENT, stage TEXT NOT NULL, policy TEXT NOT NULL, report TEXT NOT NULL,
    time_ms INTEGER NOT NULL, UNIQUE (stage, policy));
CREATE TABLE truncations (
    id INTEGER PRIMARY KEY AUTOINCREMENT, stage TEXT NOT NULL, step INTEGER NOT NULL, time_ms INTEGER NOT NULL);
)sql";

// Lists and searches of a large set: `candidates_heads` holds all that a list needs, so that no row
// with its long texts is touched, and `candidate_text` finds items by words. The words live in
// candidates and candidate_paths alone; the view says which ones, for writing, deleting and
// rebuilding alike.
constexpr const char* kCandidateLists = R"sql(
ALTER TABLE candidates ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE candidates ADD COLUMN confidence TEXT NOT NULL DEFAULT '';
ALTER TABLE candidates ADD COLUMN num_tokens INTEGER NOT NULL DEFAULT 0;
UPDATE candidates SET
    confidence = ifnull((SELECT p.confidence FROM candidate_paths p
        WHERE p.candidate = candidates.id AND p.position = candidates.chosen), ''),
    num_tokens = ifnull((SELECT max(p.num_tokens) FROM candidate_paths p WHERE p.candidate = candidates.id), 0);
CREATE INDEX candidates_heads ON candidates (stage, id, sample_id, task_type, source, gold, label, num_paths,
    num_format_ok, votes_a, votes_b, vote_share, chosen, num_tokens, confidence);
CREATE VIEW candidate_words AS
SELECT c.id AS id, c.stage AS stage,
       c.sample_id || char(10) || c.query || char(10) || c.response_a || char(10) || c.response_b || char(10) || c.caption
       || char(10) || ifnull((SELECT group_concat(p.text, char(10)) FROM candidate_paths p WHERE p.candidate = c.id), '')
       AS words
FROM candidates c;
CREATE VIRTUAL TABLE candidate_text USING fts5 (words, content = 'candidate_words', content_rowid = 'id',
    detail = none, columnsize = 0, tokenize = 'unicode61');
INSERT INTO candidate_text (candidate_text) VALUES ('rebuild');
)sql";

// Who wrote a path, and when: a distillation may ask several teachers, and ask again.
constexpr const char* kTeachers = R"sql(
ALTER TABLE candidate_paths ADD COLUMN teacher TEXT NOT NULL DEFAULT '';
ALTER TABLE candidate_paths ADD COLUMN round INTEGER NOT NULL DEFAULT 1;
ALTER TABLE candidates ADD COLUMN teacher TEXT NOT NULL DEFAULT '';
DROP INDEX candidates_heads;
CREATE INDEX candidates_heads ON candidates (stage, id, sample_id, task_type, source, gold, label, num_paths,
    num_format_ok, votes_a, votes_b, vote_share, chosen, num_tokens, teacher, confidence);
)sql";

// A list tells decisions about an item as it is from those about its earlier paths.
constexpr const char* kDigestsInHeads = R"sql(
DROP INDEX candidates_heads;
CREATE INDEX candidates_heads ON candidates (stage, id, sample_id, task_type, source, gold, label, num_paths,
    num_format_ok, votes_a, votes_b, vote_share, chosen, num_tokens, teacher, confidence, digest);
)sql";

// Metrics once more, packed by curve (metric_chunks.h).
constexpr const char* kMetricChunks = R"sql(
CREATE TABLE metric_chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, last_row INTEGER NOT NULL, stage TEXT NOT NULL, name TEXT NOT NULL,
    source TEXT NOT NULL, last_step INTEGER NOT NULL, num_points INTEGER NOT NULL, points BLOB NOT NULL);
)sql";

// What a completion's tokens were worth (packed_tokens.h).
constexpr const char* kSampleTokens = R"sql(
ALTER TABLE samples ADD COLUMN token_bytes BLOB NOT NULL DEFAULT x'';
ALTER TABLE samples ADD COLUMN token_logprobs BLOB NOT NULL DEFAULT x'';
ALTER TABLE samples ADD COLUMN token_entropies BLOB NOT NULL DEFAULT x'';
)sql";

} // namespace

const Schema& runSchema()
{
    static const Schema schema { kRunTables, kCandidateLists, kTeachers, kMetricChunks, kSampleTokens,
        kDigestsInHeads };
    return schema;
}

const Schema& auditSchema()
{
    static const Schema schema { R"sql(
CREATE TABLE decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, stage TEXT NOT NULL, sample_id TEXT NOT NULL, verdict TEXT NOT NULL,
    path INTEGER NOT NULL, text TEXT NOT NULL, reason TEXT NOT NULL, auditor TEXT NOT NULL, from_verdict TEXT NOT NULL,
    how TEXT NOT NULL, time_ms INTEGER NOT NULL);
CREATE INDEX decisions_by_item ON decisions (stage, sample_id);
CREATE TABLE sign_offs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, stage TEXT NOT NULL, auditor TEXT NOT NULL, statement TEXT NOT NULL,
    candidates_hash TEXT NOT NULL, accepted INTEGER NOT NULL, rejected INTEGER NOT NULL, time_ms INTEGER NOT NULL);
CREATE TRIGGER decisions_keep BEFORE UPDATE ON decisions
BEGIN SELECT RAISE(ABORT, 'decisions are only ever added'); END;
CREATE TRIGGER decisions_stay BEFORE DELETE ON decisions
BEGIN SELECT RAISE(ABORT, 'decisions are only ever added'); END;
CREATE TRIGGER sign_offs_keep BEFORE UPDATE ON sign_offs
BEGIN SELECT RAISE(ABORT, 'sign-offs are only ever added'); END;
CREATE TRIGGER sign_offs_stay BEFORE DELETE ON sign_offs
BEGIN SELECT RAISE(ABORT, 'sign-offs are only ever added'); END;
)sql",
        // Each auditor's newest row of an item, without looking at the rows.
        R"sql(
DROP INDEX decisions_by_item;
CREATE INDEX decisions_by_auditor ON decisions (stage, sample_id, auditor, id, verdict);
)sql",
        // What was decided about: an item that is distilled anew has other paths.
        R"sql(
ALTER TABLE decisions ADD COLUMN judged TEXT NOT NULL DEFAULT '';
DROP INDEX decisions_by_auditor;
CREATE INDEX decisions_by_auditor ON decisions (stage, sample_id, auditor, judged, id, verdict);
)sql",
        // The caption's own verdict, which was the first words of a reason before.
        R"sql(
ALTER TABLE decisions ADD COLUMN caption TEXT NOT NULL DEFAULT '';
DROP TRIGGER decisions_keep;
UPDATE decisions SET caption = 'wrong' WHERE reason LIKE 'wrong caption%';
CREATE TRIGGER decisions_keep BEFORE UPDATE ON decisions
BEGIN SELECT RAISE(ABORT, 'decisions are only ever added'); END;
)sql" };
    return schema;
}

} // namespace msrl::store
