// SPDX-License-Identifier: GPL-3.0-or-later
// A stream of a device for what is not ATen's, in step with the stream on which this thread computes.
#pragma once

#include "core/base/result.h"

#include <c10/core/Device.h>

#include <memory>

namespace msrl::cuda {

// Owner: the training thread. Errors are those of the device.
class DeviceStream
{
public:
    virtual ~DeviceStream() = default;

    virtual c10::Device device() const = 0;
    virtual void* handle() const = 0; // cudaStream_t
    // What is queued here from now on waits for all that this thread has queued to compute.
    virtual base::Status follow() = 0;
    // Marks the end of what is queued here.
    virtual base::Status mark() = 0;
    // Whether the work before the last mark is done.
    virtual base::Result<bool> reached() = 0;
};

// One of ATen's streams. REQUIRES: device::openDevice() gave the device.
base::Result<std::unique_ptr<DeviceStream>> openStream(c10::Device device);

} // namespace msrl::cuda
