// SPDX-License-Identifier: GPL-3.0-or-later
// The set that a gate let through, as rows for other programs.
#pragma once

#include "core/base/result.h"
#include "core/store/run_folder.h"
#include "core/store/run_reader.h"

#include <filesystem>
#include <string>

namespace msrl::cli {

enum class ExportKind {
    Swift, // ms-swift: {"messages", "images", "videos"}, the student's prompt and target
    Pairs, // the same with "rejected_response": the surest path in the right format that says the other
           // letter
};

struct ExportOptions
{
    ExportKind kind = ExportKind::Swift;
    std::string stage; // the teacher's
    std::string gate; // its step; empty: the only one that let the teacher's set through
    std::string prompts; // a bundled set or a folder; empty: the teacher's
    std::filesystem::path file;
};

struct ExportCounts
{
    int rows = 0;
    int withoutRejected = 0; // left out of pairs: every path says the same letter
    int respelled = 0; // rows, see SwiftRow
};

// *.parquet: the same columns as Hugging Face datasets reads them, with the images inside and each video as a
// list of its file or its frames. Refused: a run whose gate has not let a set through, one of several gates
// that is not named, a file that is there already.
base::Result<ExportCounts> exportAccepted(
    const store::RunFolder& folder, store::RunReader& reader, const ExportOptions& options);

} // namespace msrl::cli
