// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/device/large_blocks.h"

#include <c10/core/CPUAllocator.h>

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <iterator>
#include <mutex>
#include <new>

namespace msrl::device {
namespace {

constexpr std::size_t kPage = 4096;

// What lies in the page before a block.
struct Head
{
    std::size_t bytes = 0; // of the mapping, from this page on
};

Head* headOf(void* block)
{
    return reinterpret_cast<Head*>(static_cast<char*>(block) - kPage);
}

void unmap(void* block)
{
    Head* head = headOf(block);
    munmap(head, head->bytes);
}

// Blocks that were freed just now, for the next one of their size: a fresh block has to be cleared by the
// system, which takes as long as half of what is then computed in it. All that is mapped is never more than
// was in use together at some time.
class Kept
{
public:
    // A block of `bytes` in all, or null. Then others make room for a fresh one.
    void* take(std::size_t bytes)
    {
        const std::scoped_lock lock(m_mutex);
        const auto found = std::find_if(m_blocks.rbegin(), m_blocks.rend(),
            [bytes](void* block) { return headOf(block)->bytes == bytes; });
        if (found == m_blocks.rend()) {
            shrinkTo(m_bytes - std::min(m_bytes, bytes));
            return nullptr;
        }
        void* const block = *found;
        m_blocks.erase(std::next(found).base());
        m_bytes -= bytes;
        return block;
    }

    void put(void* block)
    {
        const std::scoped_lock lock(m_mutex);
        m_blocks.push_back(block);
        m_bytes += headOf(block)->bytes;
        shrinkTo(kMostKept);
    }

private:
    // Without those that were freed longest ago.
    void shrinkTo(std::size_t bytes)
    {
        while (m_bytes > bytes) {
            m_bytes -= headOf(m_blocks.front())->bytes;
            unmap(m_blocks.front());
            m_blocks.pop_front();
        }
    }

    std::mutex m_mutex;
    std::deque<void*> m_blocks; // the latest last
    std::size_t m_bytes = 0;
};

Kept& kept()
{
    static auto& blocks = *new Kept; // never taken down: other threads may end after the statics
    return blocks;
}

void release(void* block)
{
    kept().put(block);
}

constexpr std::size_t roundedUp(std::size_t bytes, std::size_t unit)
{
    return (bytes + unit - 1) / unit * unit;
}

// Whole huge pages where that is an eighth more at most: a tail of small pages costs a fault for each.
constexpr std::size_t mappedBytes(std::size_t bytes)
{
    const std::size_t huge = roundedUp(bytes, kLargeBlock);
    return huge - bytes <= bytes / 8 ? huge : roundedUp(bytes, kPage);
}

// A block that begins on a huge page, or null.
void* map(std::size_t bytes)
{
    const std::size_t wanted = mappedBytes(bytes);
    if (void* const block = kept().take(kPage + wanted))
        return block;
    const std::size_t room = kLargeBlock + wanted;
    void* const all = mmap(nullptr, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED)
        return nullptr;
    char* const begin = static_cast<char*>(all);
    const std::size_t past = (reinterpret_cast<std::uintptr_t>(begin) + kPage) % kLargeBlock;
    char* const block = begin + kPage + (past == 0 ? 0 : kLargeBlock - past);
    // Address space is free, but a neighbour that touched this mapping would make the kernel look for huge
    // pages in both.
    if (block - kPage > begin)
        munmap(begin, static_cast<std::size_t>(block - kPage - begin));
    if (block + wanted < begin + room)
        munmap(block + wanted, static_cast<std::size_t>(begin + room - block - wanted));
    new (block - kPage) Head { kPage + wanted };
    madvise(block, wanted, MADV_HUGEPAGE); // a wish: small pages do as well
    return block;
}

// In place of LibTorch's own, which it asks for all that is smaller.
class LargeBlocks final : public c10::Allocator
{
public:
    c10::DataPtr allocate(std::size_t bytes) override
    {
        void* const block = bytes < kLargeBlock ? nullptr : map(bytes);
        if (!block)
            return m_small.allocate(bytes); // which also tells how much memory was missing
        return { block, block, &release, c10::Device(c10::kCPU) };
    }
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
    static auto& blocks = *new LargeBlocks; // never taken down, as kept()
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
