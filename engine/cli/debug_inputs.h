// SPDX-License-Identifier: GPL-3.0-or-later
// What the debug commands share: a model, a file of input tensors, a file of results.
#pragma once

#include "engine/model/visual_input.h"

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace msrl::cli {

struct DebugOptions
{
    std::filesystem::path model;
    std::filesystem::path tensors;
    std::filesystem::path out;
    std::string dtype = "float32";
    int threads = 1;
    bool json = false;
};
void addDebugOptions(CLI::App& command, DebugOptions& options);

// The tensors of the input file, checked against each other.
struct DebugInputs
{
    at::Tensor ids; // [B,S] int64
    at::Tensor mask; // [B,S] bool: a run of ones per row
    model::PromptSpans spans;
    bool hasPositions = false;
    model::VisualInput visual;
    at::Tensor labels; // [B,S] int64, -100: ignored; undefined: none
};

struct DebugSession
{
    model::Policy policy;
    DebugInputs inputs;
};

// Loads both. Refused: what loadPolicy() refuses, an output that exists, unknown or misshapen tensors, a mask
// with holes, positions outside the model's.
base::Result<DebugSession> openDebugSession(const DebugOptions& options, bool wantsLabels);

// Embeddings of the checked inputs [B,S,D].
base::Result<at::Tensor> debugEmbeds(
    const DebugSession& session, std::int64_t newTokens, const model::Trace& trace = {});

} // namespace msrl::cli
