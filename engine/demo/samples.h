// SPDX-License-Identifier: GPL-3.0-or-later
// The world's examples as the product's sample records, and the held-out examples that nothing may train on.
#pragma once

#include "core/base/result.h"
#include "core/data/sample.h"
#include "core/text/prompts.h"
#include "engine/demo/world.h"

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

namespace msrl::demo {

// Context tokens of one demo image: one for each cell.
inline constexpr int kTokensPerImage = 4;

// The record of an example with captions and gold. Media are named "ID.png", folders of frames "ID"
// (generation: "ID-a" and "ID-b" by the order shown), in `mediaFolder`. Nothing is drawn.
data::Sample toSample(const Example& example, const std::string& id, const std::string& mediaFolder = {});

// Tokens of the demo's media, without opening them.
base::Result<std::vector<int>> countDemoTokens(const data::Media& media);

// The same held-out examples in every run: their seed is fixed.
class HeldOut
{
public:
    HeldOut();

    const std::vector<Example>& visual() const { return m_visual; } // tasks in turn
    const std::vector<Example>& text() const { return m_text; }

    // An example that is not held out.
    Example fresh(data::TaskType task, base::RandomStream& random) const;

private:
    std::vector<Example> m_visual;
    std::vector<Example> m_text;
    std::unordered_set<std::string> m_identities;
};

inline constexpr std::array kVisualTasks { data::TaskType::ImageUnderstanding,
    data::TaskType::ImageGeneration, data::TaskType::VideoUnderstanding, data::TaskType::VideoGeneration };

} // namespace msrl::demo
