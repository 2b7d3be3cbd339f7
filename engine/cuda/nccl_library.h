// SPDX-License-Identifier: GPL-3.0-or-later
// NCCL itself. Only the plug-in is built with it.
#pragma once

#include "core/base/result.h"
#include "engine/cuda/nccl_functions.h"

namespace msrl::cuda {

// Of libnccl.so.2, loaded on the first call: the plug-in's own folders first, then the system's. Refused: no
// such library, one older than the nccl.h of the build.
base::Result<NcclFunctions> ncclFunctions();

} // namespace msrl::cuda
