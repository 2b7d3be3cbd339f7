// SPDX-License-Identifier: GPL-3.0-or-later
// Data parallelism on the CPU: small models gain more from threads with work of their own than from several
// threads inside one operation.
#pragma once

#include <c10/core/Device.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace msrl::device {

// How many workers there are: what setThreads() set, 1 before. REQUIRES: count of 1 or more.
void setWorkers(int count);
int numWorkers();

// True for a model on the CPU whose parameters take at most 512 MiB: the activations of all workers fit
// beside it. For others the threads serve each operation.
bool suitsWorkers(c10::Device device, std::int64_t parameterBytes);
// All workers for such a model, else 1.
int workersFor(c10::Device device, std::int64_t parameterBytes);

// Calls task(0) .. task(count - 1) at once, each on a thread of its own with one thread per operation, the
// caller's among them, and returns when all have ended. Thread-local states (gradient mode) are not handed
// on: each task sets its own. One task runs on the caller's thread with its threads per operation; so do the
// tasks of a call inside a task, one after the other. Of several exceptions that of the lowest number is
// thrown.
void runWorkers(int count, const std::function<void(int)>& task);

// While it lives the operations of this thread take one thread each, if asked for: for the short operations
// between two calls of runWorkers(), after which idle helpers of the operations would spin on a processor
// that a worker needs.
class OneThreadPerOperation
{
public:
    explicit OneThreadPerOperation(bool wanted);
    ~OneThreadPerOperation();
    OneThreadPerOperation(const OneThreadPerOperation&) = delete;
    OneThreadPerOperation& operator=(const OneThreadPerOperation&) = delete;

private:
    int m_before = 0; // 0: nothing to undo
};

// Shares numbers 0 .. costs.size() - 1 out: the dearest first, each to the worker with the least so far;
// equal ones in order. A function of the costs and the count alone. A worker's numbers come dearest first.
std::vector<std::vector<std::size_t>> shareOut(const std::vector<std::int64_t>& costs, int count);

} // namespace msrl::device
