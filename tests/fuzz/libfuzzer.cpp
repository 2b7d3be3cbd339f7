// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer's entries; FUZZ_TARGET is the target's constant.
#include "mutator.h"
#include "targets.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    msrl::fuzz::FUZZ_TARGET.run({ reinterpret_cast<const char*>(data), size });
    return 0;
}

// Every fourth change is one of ours, which knows the words of the format.
extern "C" std::size_t LLVMFuzzerCustomMutator(
    std::uint8_t* data, std::size_t size, std::size_t most, unsigned int seed)
{
    if (seed % 4 != 0)
        return LLVMFuzzerMutate(data, size, most);
    const std::vector<std::string> corpus { std::string(reinterpret_cast<const char*>(data), size) };
    const std::string changed = msrl::fuzz::Mutator(seed, msrl::fuzz::FUZZ_TARGET.words, corpus).next();
    const std::size_t length = std::min(changed.size(), most);
    std::copy_n(changed.data(), length, data);
    return length;
}
