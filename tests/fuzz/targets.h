// SPDX-License-Identifier: GPL-3.0-or-later
// What is fed with damaged files. A target reads bytes as the product would; beyond "no crash" it checks what
// must hold for everything that was accepted, and ends the process when it does not.
#pragma once

#include <cstdlib>
#include <iostream>
#include <span>
#include <string_view>

namespace msrl::fuzz {

struct Target
{
    std::string_view name;
    void (*run)(std::string_view bytes);
    std::span<const std::string_view> words; // what inputs of this kind are made of
};

extern const Target kSafetensors;
extern const Target kConfig;
extern const Target kTokenizer;
extern const Target kImage;
extern const Target kProject;
extern const Target kParquet;

// Ends the process with `what` on standard error unless `holds`.
inline void require(bool holds, std::string_view what)
{
    if (holds)
        return;
    std::cerr << "does not hold: " << what << std::endl;
    std::abort();
}

} // namespace msrl::fuzz
