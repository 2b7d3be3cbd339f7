// SPDX-License-Identifier: GPL-3.0-or-later
// fuzz_replay TARGET ROUNDS FILE...: gives the target every file as it is, then ROUNDS damaged ones, the same
// in every run. The input at work is in TARGET.input beside the program's working folder when a run ends
// early.
#include "mutator.h"
#include "targets.h"

#include <charconv>
#include <fstream>
#include <iostream>
#include <iterator>

namespace {

constexpr std::uint64_t kSeed = 20251;

const msrl::fuzz::Target* findTarget(std::string_view name)
{
    using namespace msrl::fuzz;
    for (const Target* target : { &kSafetensors, &kConfig, &kTokenizer, &kImage, &kProject, &kParquet }) {
        if (target->name == name)
            return target;
    }
    return nullptr;
}

bool readAll(const char* path, std::string& out)
{
    std::ifstream file(path, std::ios::binary);
    out.assign(std::istreambuf_iterator<char>(file), {});
    return static_cast<bool>(file) && !out.empty();
}

int usage(const char* what)
{
    std::cerr << "fuzz_replay: " << what << "\nusage: fuzz_replay TARGET ROUNDS FILE...\n";
    return 2;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 4)
        return usage("too few arguments");
    const msrl::fuzz::Target* target = findTarget(argv[1]);
    if (!target)
        return usage("unknown target");
    const std::string_view number = argv[2];
    std::uint64_t rounds = 0;
    if (std::from_chars(number.data(), number.data() + number.size(), rounds).ec != std::errc())
        return usage("ROUNDS is not a number");
    std::vector<std::string> corpus;
    for (int i = 3; i < argc; ++i) {
        std::string bytes;
        if (!readAll(argv[i], bytes))
            return usage(argv[i]);
        target->run(bytes);
        corpus.push_back(std::move(bytes));
    }
    msrl::fuzz::Mutator mutator(kSeed, target->words, corpus);
    const std::string keep = std::string(target->name) + ".input";
    for (std::uint64_t round = 0; round < rounds; ++round) {
        const std::string input = mutator.next();
        std::ofstream(keep, std::ios::binary) << input;
        target->run(input);
    }
    std::remove(keep.c_str());
    std::cout << target->name << ": " << corpus.size() << " files, " << rounds << " damaged ones\n";
    return 0;
}
