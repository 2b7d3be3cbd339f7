// SPDX-License-Identifier: GPL-3.0-or-later
// Rows to and from statements: the one place that knows the order of the columns. Used by this folder only.
#pragma once

#include "core/store/database.h"
#include "core/store/rows.h"

#include <string>
#include <string_view>
#include <vector>

namespace msrl::store {

// Column lists for SELECT, in the order that read*() expects.
extern const char* const kStageColumns;
extern const char* const kMetricColumns;
extern const char* const kEventColumns;
extern const char* const kSampleColumns; // those of the tokens last: of schema 5
extern const char* const kCandidateColumns; // "source" last: files of schema 1 do not have it
extern const char* const kCandidatePathColumns; // "teacher, round" last: of schema 3
extern const char* const kEvaluationColumns;

// The columns of a SELECT list without its leading id.
std::string withoutId(const char* columns);
std::string insertInto(const char* table, const std::string& columns);

StageRow readStage(SQLite::Statement& row);
MetricRow readMetric(SQLite::Statement& row);
EventRow readEvent(SQLite::Statement& row);
SampleRow readSample(SQLite::Statement& row);
CandidateRow readCandidate(SQLite::Statement& row); // without the paths
CandidatePath readCandidatePath(SQLite::Statement& row);
EvaluationRow readEvaluation(SQLite::Statement& row);

// Reads every row that is left and ends the statement.
template <class Row> std::vector<Row> readAll(SQLite::Statement& statement, Row (*read)(SQLite::Statement&))
{
    std::vector<Row> rows;
    while (statement.executeStep())
        rows.push_back(read(statement));
    statement.reset();
    return rows;
}

// A flat JSON object of numbers as jsonText() writes it; null ones are left out.
std::vector<NamedValue> readNumbers(std::string_view json);

// Not-a-number is stored as NULL.
double readReal(SQLite::Statement& row, int column);

std::string jsonText(const base::Json& json);

// Names an item's content for the sign-off: what the auditor could see of it.
std::string candidateDigest(const CandidateRow& row);

// As BLOB, which has no text encoding.
void bindBytes(SQLite::Statement& statement, int index, const std::string& bytes);

// Binds values in order, from parameter 1.
template <class... Values> void bindAll(SQLite::Statement& statement, const Values&... values)
{
    int index = 0;
    (statement.bind(++index, values), ...);
}

} // namespace msrl::store
