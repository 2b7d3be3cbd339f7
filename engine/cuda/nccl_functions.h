// SPDX-License-Identifier: GPL-3.0-or-later
// The entry points of NCCL that the communicator calls. The plug-in takes them from libnccl and checks the
// values below against nccl.h; tests put a double in their place. So this needs no header of NVIDIA's.
#pragma once

#include <cstddef>

namespace msrl::cuda {

struct NcclComm; // ncclComm

struct NcclUniqueId // ncclUniqueId
{
    char bytes[128];
};

// Of ncclResult_t, ncclDataType_t and ncclRedOp_t, what is used here.
inline constexpr int kNcclSuccess = 0;
inline constexpr int kNcclSystemError = 2;
inline constexpr int kNcclRemoteError = 6;
inline constexpr int kNcclInProgress = 7;
inline constexpr int kNcclFloat32 = 7;
inline constexpr int kNcclFloat64 = 8;
inline constexpr int kNcclSum = 0;

// Named as in nccl.h; `stream` is a cudaStream_t. Each returns a result code.
struct NcclFunctions
{
    int (*getUniqueId)(NcclUniqueId*);
    // ncclCommInitRankConfig() with blocking = 0: calls on the communicator return at once, also while it is
    // still being made, and commGetAsyncError() says kNcclInProgress until they have begun.
    int (*commInitRank)(NcclComm**, int ranks, NcclUniqueId, int rank);
    int (*commGetAsyncError)(NcclComm*, int* state);
    int (*commFinalize)(NcclComm*);
    int (*commDestroy)(NcclComm*);
    int (*commAbort)(NcclComm*);
    int (*groupStart)();
    int (*groupEnd)();
    int (*allReduce)(
        const void* send, void* receive, std::size_t count, int type, int operation, NcclComm*, void* stream);
    int (*reduce)(const void* send, void* receive, std::size_t count, int type, int operation, int root,
        NcclComm*, void* stream);
    int (*broadcast)(
        const void* send, void* receive, std::size_t count, int type, int root, NcclComm*, void* stream);
    const char* (*getErrorString)(int);
    const char* (*getLastError)(NcclComm*); // "" when there is nothing to add
};

} // namespace msrl::cuda
