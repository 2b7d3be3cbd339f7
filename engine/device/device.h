// SPDX-License-Identifier: GPL-3.0-or-later
// Where and in which number format a policy computes, chosen by text from a project or the command line.
#pragma once

#include "core/base/result.h"

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <string>
#include <string_view>

namespace msrl::device {

// "cpu", "cuda" (without an index: the process's own) or "cuda:N".
base::Result<c10::Device> parseDevice(std::string_view text);

// A process among those that a run has on this machine.
struct Placement
{
    int number = 0; // from 0
    int count = 1;
};

// The device to compute on, ready for it: for CUDA the plug-in is loaded and the device made the current one;
// "cuda" gives each process one of its own. Refused: no plug-in or another version's, no driver, no such
// device, fewer devices than processes, one device for several. Call it before the first tensor operation.
base::Result<c10::Device> openDevice(c10::Device wanted, Placement here = {});
// parseDevice(), then openDevice().
base::Result<c10::Device> openNamedDevice(std::string_view text);

// "float32", "bfloat16" or "float64" (also "f32", "bf16", "f64").
base::Result<c10::ScalarType> parseDtype(std::string_view text);
// "float32", as config.json spells it.
std::string dtypeName(c10::ScalarType dtype);

// Threads of one operation, and workers for small models (workers.h). Refused outside 1..the number of
// processors (0 = half of them, at least 1). Call it once, before the first tensor operation.
base::Status setThreads(int count);
int numThreads();
int numProcessors();
// Processors for one of `ranksHere` processes on this machine: those that its launcher has bound it to, or
// its share of all, at least 1.
int processorsOfRank(int ranksHere);

} // namespace msrl::device
