// SPDX-License-Identifier: GPL-3.0-or-later
// A run.db kept alike on another machine. The source tells what is new as small JSON objects; the replica
// makes the same rows of them, each row once, also after the connection was cut in the middle of a sentence.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace msrl::store {

// The last row that a replica has of each table: metrics, events, samples, candidates, evaluations,
// truncations. Tables that are not named begin at their first row.
using MirrorCursor = std::map<std::string, std::int64_t>;

base::Json cursorToJson(const MirrorCursor& cursor);
base::Result<MirrorCursor> cursorFromJson(const base::Json& json);

// Reads a run.db while an engine writes it. One owner thread.
class MirrorSource
{
public:
    explicit MirrorSource(std::filesystem::path runDatabase);
    ~MirrorSource();

    // What came after the cursor, of one moment, and moves the cursor on; empty: nothing new. At most `limit`
    // rows of each table. The last one is a {"commit": true}: a replica takes all before it or nothing.
    base::Result<std::vector<base::Json>> next(MirrorCursor& cursor, int limit = 2000);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

// Writes the replica. One owner thread; the only writer of its file.
class MirrorReplica
{
public:
    static base::Result<MirrorReplica> open(const std::filesystem::path& runDatabase);
    MirrorReplica(MirrorReplica&&) noexcept;
    MirrorReplica& operator=(MirrorReplica&&) noexcept;
    ~MirrorReplica(); // drops what was not committed

    // One object of MirrorSource::next(). An error leaves the replica as it was at the last commit.
    base::Status apply(const base::Json& news);
    // Forgets what came since the last commit: the connection ended there.
    void rollBack();
    base::Result<MirrorCursor> cursor() const;

private:
    struct Impl;
    explicit MirrorReplica(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace msrl::store
