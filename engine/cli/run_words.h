// SPDX-License-Identifier: GPL-3.0-or-later
// What a run says, from its two places: the events in run.db, and engine.log, where a detached engine writes
// what never became an event (a crash of a library, the kernel's words).
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/store/run_folder.h"
#include "core/store/run_reader.h"

#include <cstdint>
#include <string>
#include <vector>

namespace msrl::cli {

struct RunWord
{
    store::EventRow event; // of kind "engine.log" for a line of that file: no time and no stage then
    std::string text() const; // one line for people, without its end
    base::Json json() const;
};

// Reads on from where it stood. One owner thread.
class RunWords
{
public:
    RunWords(const store::RunFolder& folder, store::EventLevel least);

    // What came since the last call: events in their order, then whole lines of engine.log.
    base::Result<std::vector<RunWord>> read();

private:
    base::Status readEvents(std::vector<RunWord>& words);
    base::Status readLog(std::vector<RunWord>& words);

    store::RunFolder m_folder;
    store::RunReader m_reader;
    store::EventLevel m_least;
    std::int64_t m_rowid = 0;
    std::int64_t m_logOffset = 0; // bytes
};

} // namespace msrl::cli
