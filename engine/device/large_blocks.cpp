// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/device/large_blocks.h"

#include <c10/core/CPUAllocator.h>

#include <malloc.h>
#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>

namespace msrl::device {
namespace {

// In place of LibTorch's own, which it asks for all that is smaller.
class LargeBlocks final : public c10::Allocator
{
public:
    c10::DataPtr allocate(std::size_t bytes) override
    {
        void* block = nullptr;
        if (bytes < kLargeBlock || posix_memalign(&block, kLargeBlock, bytes) != 0)
            return m_small.allocate(bytes); // which also tells how much memory was missing
        madvise(block, bytes, MADV_HUGEPAGE); // a wish: small pages do as well
        return { block, block, raw_deleter(), c10::Device(c10::kCPU) };
    }
    c10::DeleterFnPtr raw_deleter() const override { return m_small.raw_deleter(); } // free() for both
    void copy_data(void* to, const void* from, std::size_t bytes) const override
    {
        default_copy_data(to, from, bytes);
    }

private:
    c10::Allocator& m_small = *c10::GetDefaultCPUAllocator();
};

bool install()
{
    constexpr std::uint8_t kAboveDefault = 1;
    static auto& blocks = *new LargeBlocks; // never taken down: other threads may end after the statics
    mallopt(M_MMAP_THRESHOLD, kLargeBlock);
    c10::SetCPUAllocator(&blocks, kAboveDefault);
    return true;
}

} // namespace

void mapLargeBlocks()
{
    static const bool installed = install();
    (void)installed;
}

} // namespace msrl::device
