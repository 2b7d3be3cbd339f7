// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/demo/dataset_writer.h"

#include "core/base/files.h"
#include "core/text/completion.h"
#include "engine/demo/render.h"
#include "engine/demo/samples.h"

#include <fmt/core.h>

#include <fstream>
#include <string>
#include <vector>

namespace msrl::demo {

namespace {

namespace fs = std::filesystem;

// What of a row's knowledge is written.
struct RowKind
{
    std::string name; // of the file, and of its media folder
    std::size_t rows = 0;
    bool gold = true;
    bool captions = false;
    bool completion = false;
};

class Writer
{
public:
    Writer(fs::path folder, std::uint64_t seed, std::size_t totalRows, const WriteObserver& onProgress)
        : m_folder(std::move(folder))
        , m_seed(seed)
        , m_totalRows(totalRows)
        , m_onProgress(onProgress)
    {
    }

    base::Status writeFresh(const RowKind& kind, std::span<const data::TaskType> tasks);
    base::Status writeHeldOut(const RowKind& kind, const std::vector<Example>& examples);

private:
    base::Status write(const RowKind& kind, const std::vector<Example>& examples, std::uint64_t drawingSeed);
    base::Status drawMedia(
        const Example& example, const data::Sample& sample, base::RandomStream& random) const;
    base::Status drawFile(const fs::path& path, const Image& image) const;

    HeldOut m_heldOut;
    fs::path m_folder;
    std::uint64_t m_seed;
    std::size_t m_totalRows;
    const WriteObserver& m_onProgress;
    std::size_t m_done = 0;
};

// No fsync for each of thousands of pictures: the caller's folder appears under its name only when all are
// written.
base::Status Writer::drawFile(const fs::path& path, const Image& image) const
{
    base::Result<std::string> png = encodePng(image);
    if (!png)
        return png.error();
    std::ofstream file(path, std::ios::binary);
    file.write(png->data(), static_cast<std::streamsize>(png->size()));
    file.close();
    if (!file)
        return base::failed("cannot write the picture", path.string(), "is the disk full?");
    return {};
}

base::Status Writer::drawMedia(
    const Example& example, const data::Sample& sample, base::RandomStream& random) const
{
    const std::vector<Scene> scenes = shownScenes(example);
    const std::vector<data::Media> media = sample.allMedia();
    for (std::size_t i = 0; i < scenes.size(); ++i) {
        const std::vector<Image> frames = drawScene(scenes[i], random);
        const fs::path path = m_folder / media[i].path;
        if (!scenes[i].video) {
            if (base::Status status = drawFile(path, frames.front()); !status)
                return status;
            continue;
        }
        if (base::Status status = base::createFolders(path); !status)
            return status;
        for (std::size_t frame = 0; frame < frames.size(); ++frame)
            if (base::Status status = drawFile(path / fmt::format("{}.png", frame + 1), frames[frame]);
                !status)
                return status;
    }
    return {};
}

base::Status Writer::write(
    const RowKind& kind, const std::vector<Example>& examples, std::uint64_t drawingSeed)
{
    const std::string mediaFolder = "media/" + kind.name;
    const bool visual = !examples.empty() && !examples.front().scenes.empty();
    if (visual)
        if (base::Status status = base::createFolders(m_folder / mediaFolder); !status)
            return status;
    std::string lines;
    std::string answers;
    for (std::size_t i = 0; i < examples.size(); ++i) {
        data::Sample sample = toSample(examples[i], fmt::format("{}-{:05}", kind.name, i + 1), mediaFolder);
        base::RandomStream random(drawingSeed, "demo-media-" + kind.name, { i });
        if (base::Status status = drawMedia(examples[i], sample, random); !status)
            return status;
        if (kind.completion)
            sample.completion = text::writeJudgement({ {}, {}, reasoning(examples[i]), *sample.gold });
        if (!kind.gold && sample.gold) {
            answers += base::Json({ { "id", sample.id }, { "gold", data::sideName(*sample.gold) } }).dump()
                + "\n";
            sample.gold.reset();
        }
        if (!kind.captions) {
            sample.caption.reset();
            sample.captionA.reset();
            sample.captionB.reset();
        }
        lines += data::sampleToJson(sample).dump() + "\n";
        if (m_onProgress)
            m_onProgress(++m_done, m_totalRows);
    }
    // For whoever measures afterwards; no stage reads it.
    if (!answers.empty()) {
        const fs::path file = m_folder / (kind.name + "-answers.jsonl");
        if (base::Status written = base::writeFileAtomically(file, answers); !written)
            return written;
    }
    return base::writeFileAtomically(m_folder / (kind.name + ".jsonl"), lines);
}

base::Status Writer::writeFresh(const RowKind& kind, std::span<const data::TaskType> tasks)
{
    std::vector<Example> examples;
    for (std::size_t i = 0; i < kind.rows; ++i) {
        base::RandomStream random(m_seed, "demo-" + kind.name, { i });
        examples.push_back(m_heldOut.fresh(tasks[i % tasks.size()], random));
    }
    return write(kind, examples, m_seed);
}

base::Status Writer::writeHeldOut(const RowKind& kind, const std::vector<Example>& examples)
{
    constexpr std::uint64_t kDrawingSeed = 70000;
    const std::size_t rows = std::min(kind.rows, examples.size());
    return write(
        kind, { examples.begin(), examples.begin() + static_cast<std::ptrdiff_t>(rows) }, kDrawingSeed);
}

} // namespace

base::Status writeDemoData(
    const fs::path& folder, std::uint64_t seed, const DemoSettings& settings, const WriteObserver& onProgress)
{
    static constexpr std::array kText { data::TaskType::Text };
    const std::size_t total = settings.textSft + settings.textRl + settings.captioned + settings.unlabelled
        + settings.labelled + settings.heldOutVisual + settings.heldOutText;
    const HeldOut heldOut;
    Writer writer(folder, seed, total, onProgress);
    const std::vector<std::pair<RowKind, std::span<const data::TaskType>>> fresh {
        { { "text_sft", settings.textSft, true, false, true }, kText },
        { { "text_rl", settings.textRl, true, false, false }, kText },
        { { "captioned", settings.captioned, true, true, false }, kVisualTasks },
        { { "unlabelled", settings.unlabelled, false, true, false }, kVisualTasks },
        { { "labelled", settings.labelled, true, false, false }, kVisualTasks },
    };
    for (const auto& [kind, tasks] : fresh)
        if (base::Status status = writer.writeFresh(kind, tasks); !status)
            return status;
    if (base::Status status = writer.writeHeldOut(
            { "heldout_visual", settings.heldOutVisual, true, true, false }, heldOut.visual());
        !status)
        return status;
    return writer.writeHeldOut({ "heldout_text", settings.heldOutText, true, false, false }, heldOut.text());
}

} // namespace msrl::demo
