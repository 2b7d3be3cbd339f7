// SPDX-License-Identifier: GPL-3.0-or-later
// Writes candidates, their paths and their searchable words, within the transaction of whoever calls. Used by
// this folder only.
#pragma once

#include "core/store/database.h"
#include "core/store/rows.h"

#include <string>

namespace msrl::store {

// Every function throws what SQLite throws; after that, reset() before the transaction is rolled back.
class CandidateWriter
{
public:
    explicit CandidateWriter(SQLite::Database& db);

    // Replaces the item's earlier row of the same stage.
    void put(const CandidateRow& row);
    void drop(const std::string& stage, const std::string& sampleId);
    void dropStage(const std::string& stage);
    // Makes an item that was written as it is, with its paths, searchable.
    void index(std::int64_t id);
    void reset();

private:
    void putPaths(std::int64_t id, const CandidateRow& row);

    SQLite::Database& m_db;
    SQLite::Statement m_find;
    SQLite::Statement m_insert;
    SQLite::Statement m_insertPath;
    SQLite::Statement m_insertWords;
};

} // namespace msrl::store
