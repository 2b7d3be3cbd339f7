// SPDX-License-Identifier: GPL-3.0-or-later
// Pre-training of the demo's base judge, in three phases. A decoder from scratch does not learn to look
// things up from question answering alone; after (a) and (b) it takes a few hundred steps.
//  (a) vision tower and projector name the colour, shape and place of each cell,
//  (b) the decoder continues random word sequences that are written twice,
//  (c) everything trains on the document mix (documents.h).
#pragma once

#include "core/base/result.h"
#include "core/text/tokenizer.h"
#include "engine/demo/base_tokenizer.h"
#include "engine/demo/documents.h"
#include "engine/model/policy.h"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

namespace msrl::demo {

struct PretrainOptions
{
    std::uint64_t seed = 1;
    std::int64_t visionSteps = 400;
    std::int64_t copySteps = 1000; // at most: the phase ends when copyGoal is met
    double copyGoal = 0.97; // share of right tokens in the second copy
    std::int64_t documentSteps = 2000;
    std::int64_t documentsPerStep = 48;
    double lateFrom = 0.6; // share of the steps after which late documents come in
};

struct PretrainProgress
{
    std::string phase; // "vision", "copying", "documents"
    std::int64_t step = 0; // done
    std::int64_t total = 0;
    double loss = 0;
    double accuracy = 0; // of cells, of copied tokens, of the responses' tokens
};
using PretrainObserver = std::function<void(const PretrainProgress&)>;

// What every phase needs.
struct Pretraining
{
    model::Policy& policy;
    const text::Tokenizer& tokenizer;
    const DocumentSource& documents;
    PretrainOptions options;
    PretrainObserver onProgress; // may be empty
    std::stop_token stop;
};

base::Status pretrainVision(Pretraining& work);
base::Status pretrainCopying(Pretraining& work, const TokenizerFiles& words);
base::Status pretrainDocuments(Pretraining& work);

} // namespace msrl::demo
