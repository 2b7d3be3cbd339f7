// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cuda/device_stream.h"

#include <c10/core/Event.h>
#include <c10/core/Stream.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <c10/util/Exception.h>

#include <fmt/format.h>

namespace msrl::cuda {

namespace {

// Runs `work`, and takes what ATen throws as the device's error.
template <class Work> auto guarded(c10::Device device, const Work& work) -> decltype(work())
{
    try {
        return work();
    } catch (const c10::Error& fault) {
        return base::failed(fault.what_without_backtrace(), "device " + device.str());
    } catch (const std::exception& fault) {
        return base::failed(fault.what(), "device " + device.str());
    }
}

class AtenStream final : public DeviceStream
{
public:
    explicit AtenStream(c10::Device device)
        : m_guard(device.type())
        , m_stream(m_guard.getStreamFromGlobalPool(device))
        , m_computed(device.type())
        , m_mark(device.type())
    {
    }

    c10::Device device() const override { return m_stream.device(); }
    void* handle() const override { return m_guard.getStreamNativeHandle(m_stream); }
    base::Status follow() override
    {
        return guarded(device(), [this]() -> base::Status {
            m_computed.record(m_guard.getStream(device()));
            m_computed.block(m_stream);
            return {};
        });
    }
    base::Status mark() override
    {
        return guarded(device(), [this]() -> base::Status {
            m_mark.record(m_stream);
            return {};
        });
    }
    base::Result<bool> reached() override
    {
        return guarded(device(), [this]() -> base::Result<bool> { return m_mark.query(); });
    }

private:
    c10::impl::VirtualGuardImpl m_guard;
    c10::Stream m_stream;
    c10::Event m_computed;
    c10::Event m_mark;
};

} // namespace

base::Result<std::unique_ptr<DeviceStream>> openStream(c10::Device device)
{
    return guarded(device, [device]() -> base::Result<std::unique_ptr<DeviceStream>> {
        return std::unique_ptr<DeviceStream>(std::make_unique<AtenStream>(device));
    });
}

} // namespace msrl::cuda
