// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/demo/samples.h"

namespace msrl::demo {

namespace {

constexpr std::uint64_t kHeldOutSeed = 90001;
constexpr std::size_t kHeldOutVisual = 600;
constexpr std::size_t kHeldOutText = 300;

data::Media mediumOf(const Scene& scene, const std::string& name)
{
    data::Media media;
    media.kind = scene.video ? data::Media::Kind::Video : data::Media::Kind::Image;
    media.path = scene.video ? name : name + ".png";
    return media;
}

} // namespace

data::Sample toSample(const Example& example, const std::string& id, const std::string& mediaFolder)
{
    const std::string name = mediaFolder.empty() ? id : mediaFolder + "/" + id;
    data::Sample sample;
    sample.id = id;
    sample.task = example.task;
    sample.context = example.context;
    sample.query = example.query;
    sample.gold = gold(example);
    sample.source = "demo";
    const std::vector<Scene> scenes = shownScenes(example);
    if (data::isGeneration(example.task)) {
        sample.mediaA = mediumOf(scenes[0], name + "-a");
        sample.mediaB = mediumOf(scenes[1], name + "-b");
        sample.captionA = caption(scenes[0]);
        sample.captionB = caption(scenes[1]);
        return sample;
    }
    sample.responseA = example.goodFirst ? example.good : example.bad;
    sample.responseB = example.goodFirst ? example.bad : example.good;
    for (const Scene& scene : scenes) {
        sample.media = { mediumOf(scene, name) };
        sample.caption = caption(scene);
    }
    return sample;
}

base::Result<std::vector<int>> countDemoTokens(const data::Media& media)
{
    return std::vector<int>(media.kind == data::Media::Kind::Video ? kVideoFrames : 1, kTokensPerImage);
}

HeldOut::HeldOut()
{
    // Examples equal to an earlier held-out one are drawn again, so that none counts twice.
    base::RandomStream random(kHeldOutSeed, "demo-held-out");
    for (std::size_t i = 0; i < kHeldOutVisual; ++i) {
        m_visual.push_back(fresh(kVisualTasks[i % kVisualTasks.size()], random));
        m_identities.insert(identity(m_visual.back()));
    }
    for (std::size_t i = 0; i < kHeldOutText; ++i) {
        m_text.push_back(fresh(data::TaskType::Text, random));
        m_identities.insert(identity(m_text.back()));
    }
}

Example HeldOut::fresh(data::TaskType task, base::RandomStream& random) const
{
    while (true) {
        Example example = makeExample(task, random);
        if (!m_identities.contains(identity(example)))
            return example;
    }
}

} // namespace msrl::demo
