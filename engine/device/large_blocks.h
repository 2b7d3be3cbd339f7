// SPDX-License-Identifier: GPL-3.0-or-later
// How tensors of two megabytes and more are taken from the system and given back.
#pragma once

#include <cstddef>

namespace msrl::device {

inline constexpr std::size_t kLargeBlock = std::size_t { 2 } << 20; // bytes; a huge page

inline constexpr std::size_t kMostKept = std::size_t { 64 } << 20; // bytes of freed blocks

// From now on every CPU tensor of `kLargeBlock` bytes and more lies in a mapping of its own: what is freed
// goes back to the system but for the last `kMostKept` bytes. Left to itself the allocator keeps freed
// activations for the thread that held them, a quarter of a step's memory. The mapping begins on a huge page
// and asks for more of them, so that taking a block costs one page fault for each two megabytes, not 512.
// Tensors that are there already stay where they are. May be called again.
void mapLargeBlocks();

} // namespace msrl::device
