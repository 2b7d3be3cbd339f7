// SPDX-License-Identifier: GPL-3.0-or-later
// What the demo's base model is pre-trained on: it must describe, look up and write the demanded tags, and
// know nothing about judging.
#pragma once

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/text/prompts.h"
#include "engine/demo/samples.h"
#include "engine/demo/world.h"

#include <string>
#include <vector>

namespace msrl::demo {

struct Document
{
    text::MarkedText prompt; // the conversation up to the assistant's turn
    std::string response;
    std::vector<Scene> scenes; // in the order of their tokens
};

// Shares of the kinds of documents; they need not sum to 1.
struct DocumentMix
{
    double copying = 0.08;
    double comparing = 0.10; // are two phrases the same?
    double picking = 0.03; // the letter of the marked line
    double describing = 0.29; // captions of one scene, late also of two
    double answering = 0.24; // questions over text and captions
    double looking = 0.12; // questions over pixels
    double formatting = 0.16; // late only: the tags, with an empty thought and a random verdict
};

class DocumentSource
{
public:
    // REQUIRES: both outlive the source.
    DocumentSource(const HeldOut& heldOut, const text::PromptSet& prompts, DocumentMix mix = {});

    // `late`: with the kinds that come after the world is known.
    base::Result<Document> next(base::RandomStream& random, bool late) const;
    // What the captioner and the plain questioner ask; used by the probes too.
    static Document describing(const Scene& scene);
    static Document answering(const Example& example);

private:
    Document describing(base::RandomStream& random, bool late) const;
    Document asking(base::RandomStream& random, bool fromPixels) const;
    base::Result<Document> formatting(base::RandomStream& random) const;

    const HeldOut& m_heldOut;
    const text::PromptSet& m_prompts;
    DocumentMix m_mix;
};

} // namespace msrl::demo
