// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cuda/nccl_library.h"

#include <nccl.h>

#include <dlfcn.h>
#include <fmt/format.h>

#include <type_traits>

namespace msrl::cuda {

namespace {

static_assert(NCCL_VERSION_CODE >= NCCL_VERSION(2, 18, 0), "calls that do not block need NCCL 2.18");
static_assert(sizeof(NcclUniqueId) == sizeof(ncclUniqueId) && sizeof(ncclResult_t) == sizeof(int));
static_assert(sizeof(ncclDataType_t) == sizeof(int) && sizeof(ncclRedOp_t) == sizeof(int));
static_assert(kNcclSuccess == ncclSuccess && kNcclSystemError == ncclSystemError
    && kNcclRemoteError == ncclRemoteError && kNcclInProgress == ncclInProgress);
static_assert(kNcclFloat32 == ncclFloat32 && kNcclFloat64 == ncclFloat64 && kNcclSum == ncclSum);

constexpr const char* kLibrary = "libnccl.so.2";

decltype(&ncclCommInitRankConfig) g_initRank = nullptr;

int initRank(NcclComm** comm, int ranks, NcclUniqueId id, int rank)
{
    ncclConfig_t config = NCCL_CONFIG_INITIALIZER;
    config.blocking = 0;
    ncclUniqueId theirs;
    static_assert(std::is_trivially_copyable_v<ncclUniqueId>);
    std::copy(std::begin(id.bytes), std::end(id.bytes), theirs.internal);
    return g_initRank(reinterpret_cast<ncclComm_t*>(comm), ranks, theirs, rank, &config);
}

// The entry points of one library; which of them it lacks.
struct Symbols
{
    void* library;
    const char* missing = nullptr;

    template <class Function> void take(Function& function, const char* name)
    {
        function = reinterpret_cast<Function>(::dlsym(library, name));
        if (!function)
            missing = name;
    }
};

base::Result<NcclFunctions> load()
{
    const std::string place = std::string("device, ") + kLibrary;
    void* library = ::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return base::badInput(fmt::format("NCCL cannot be loaded: {}", ::dlerror()), place,
            "several ranks on CUDA need it: ./dev cuda installs it");
    Symbols symbols { library };
    NcclFunctions out {};
    decltype(&ncclGetVersion) getVersion = nullptr;
    symbols.take(getVersion, "ncclGetVersion");
    symbols.take(g_initRank, "ncclCommInitRankConfig");
    symbols.take(out.getUniqueId, "ncclGetUniqueId");
    symbols.take(out.commGetAsyncError, "ncclCommGetAsyncError");
    symbols.take(out.commFinalize, "ncclCommFinalize");
    symbols.take(out.commDestroy, "ncclCommDestroy");
    symbols.take(out.commAbort, "ncclCommAbort");
    symbols.take(out.groupStart, "ncclGroupStart");
    symbols.take(out.groupEnd, "ncclGroupEnd");
    symbols.take(out.allReduce, "ncclAllReduce");
    symbols.take(out.reduce, "ncclReduce");
    symbols.take(out.broadcast, "ncclBroadcast");
    symbols.take(out.getErrorString, "ncclGetErrorString");
    symbols.take(out.getLastError, "ncclGetLastError");
    out.commInitRank = &initRank;
    int version = 0;
    if (symbols.missing)
        return base::badInput(fmt::format("NCCL has no {}", symbols.missing), place, "install a newer one");
    if (getVersion(&version) != ncclSuccess || version < NCCL_VERSION_CODE)
        return base::badInput(
            fmt::format("NCCL is of version {}, the plug-in was built with {}", version, NCCL_VERSION_CODE),
            place, "install that one or a newer one");
    return out;
}

} // namespace

base::Result<NcclFunctions> ncclFunctions()
{
    static const base::Result<NcclFunctions> loaded = load();
    return loaded;
}

} // namespace msrl::cuda
