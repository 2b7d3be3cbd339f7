// SPDX-License-Identifier: GPL-3.0-or-later
// What the debug commands share: a model, a file of input tensors, a file of results.
#pragma once

#include "engine/cli/shown_tokens.h"
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
    // A float32 model computes in float64: what is shown is the model, not the order in which this processor
    // adds. Takes twice the memory.
    bool exactSums = false;
    std::int64_t imageToken = -1; // -1: as the model's folder says
    int threads = 1;
    bool json = false;
};
void addDebugOptions(CLI::App& command, DebugOptions& options);

// The tensors of the input file, checked against each other.
struct DebugInputs
{
    at::Tensor ids; // [B,S] int64
    at::Tensor mask; // [B,S] bool
    ShownTokens shown; // how rows are packed when the mask has holes
    model::PromptSpans spans; // of the packed rows
    bool hasPositions = false;
    model::VisualInput visual;
    at::Tensor labels; // [B,S] int64, -100: ignored; undefined: none
    std::vector<std::string> unread; // tensors of the file that are no inputs
};

struct DebugSession
{
    model::Policy policy;
    DebugInputs inputs;
    std::string note; // what was concluded or left unread, for people; empty: nothing
    double loadSeconds = 0; // of the model
};

// Loads both. Refused: what loadPolicy() refuses, misshapen tensors, a row that the mask hides altogether,
// positions outside the model's. Tensors that are no inputs are named in the note: a file of recorded results
// is an input too.
//
// A folder of the original form without a tokenizer does not say which id the image token has. Then
// --image-token does, or the one id that occurs as often as the images have features; refused when several
// do.
base::Result<DebugSession> openDebugSession(const DebugOptions& options, bool wantsLabels);

// "note: …" and a line feed, or nothing.
std::string noteLine(const DebugSession& session);

// Embeddings of the checked inputs, packed [B,K,D].
base::Result<at::Tensor> debugEmbeds(
    const DebugSession& session, std::int64_t newTokens, const model::Trace& trace = {});

} // namespace msrl::cli
