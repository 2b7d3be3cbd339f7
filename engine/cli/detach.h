// SPDX-License-Identifier: GPL-3.0-or-later
// Leaving the terminal: an engine in a session of its own, and a caller who gets the prompt back.
#pragma once

#include "core/base/result.h"
#include "core/store/run_folder.h"

namespace msrl::cli {

enum class ProcessSide {
    Caller, // the run has begun and was told to the person: end now
    Engine, // carry on with the work
};

// Splits the process in three. The engine gets a session of its own and keeps standard output and error until
// detachProcess(), so that a refusal is still seen. The caller waits until run.json in `folder` tells of a
// new engine at work, prints folder, process and how to follow. An engine that ends before is the caller's
// error, with its exit code and no words, as they were told already. The third waits for the engine and keeps
// how it ended, where that was without a last word (store::RunFolder::noteEnd). Under an MPI launcher, which
// owns its processes, nothing is split: Engine. REQUIRES: no other thread has been started.
base::Result<ProcessSide> startDetached(const store::RunFolder& folder);

} // namespace msrl::cli
