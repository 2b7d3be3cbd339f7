// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/sample_run.h"
#include "tests/support/sample_things.h"

#include <QImage>
#include <QPainter>
#include <QString>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace msrl::tests {
namespace fs = std::filesystem;

namespace {

QColor colourOf(int colour)
{
    const QColor all[]
        = { QColor(210, 50, 45), QColor(60, 160, 70), QColor(50, 90, 210), QColor(225, 200, 60) };
    return all[colour];
}

// 56 x 56 on a noisy grey ground, as the embedded world draws it.
void drawScene(const fs::path& file, const std::vector<Thing>& things, std::mt19937& random)
{
    QImage image(56, 56, QImage::Format_RGB32);
    std::normal_distribution<double> noise(128, 12);
    for (int y = 0; y < 56; ++y) {
        for (int x = 0; x < 56; ++x) {
            const int grey = std::clamp(static_cast<int>(noise(random)), 0, 255);
            image.setPixel(x, y, qRgb(grey, grey, grey));
        }
    }
    QPainter painter(&image);
    painter.setPen(Qt::NoPen);
    for (const Thing& thing : things) {
        const int x = (thing.cell % 2) * 28 + 14;
        const int y = (thing.cell / 2) * 28 + 14;
        painter.setBrush(colourOf(thing.colour));
        if (thing.shape == 0)
            painter.drawEllipse(QPoint(x, y), 9, 9);
        else if (thing.shape == 1)
            painter.drawRect(x - 8, y - 8, 16, 16);
        else if (thing.shape == 2)
            painter.drawPolygon(QPolygon({ { x, y - 9 }, { x + 9, y + 8 }, { x - 9, y + 8 } }));
        else {
            painter.drawRect(x - 9, y - 3, 18, 6);
            painter.drawRect(x - 3, y - 9, 6, 18);
        }
    }
    painter.end();
    image.save(QString::fromStdString(file.string()));
}

store::CandidatePath pathOf(const Thing& thing, bool saysA, bool formatOk, std::mt19937& random)
{
    store::CandidatePath path;
    path.answer = formatOk ? (saysA ? "A" : "B") : "";
    path.formatOk = formatOk;
    const std::string text = fmt::format("<think> {}: {}. A: {} {}. B: {} {}.</think>\n<answer>{}{}",
        kShapes[thing.shape], kColours[thing.colour], kColours[thing.colour], saysA ? "yes" : "no",
        kColours[(thing.colour + 1) % 4], saysA ? "no" : "yes", saysA ? "A" : "B",
        formatOk ? "</answer>" : "");
    path.text = text;
    std::exponential_distribution<double> doubt(saysA ? 9 : 3);
    double sum = 0;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = text.find(' ', at + 1);
        end = end == std::string::npos ? text.size() : end;
        path.tokens.push_back(text.substr(at, end - at));
        path.tokenLogprobs.push_back(static_cast<float>(-doubt(random)));
        sum += path.tokenLogprobs.back();
        at = end;
    }
    path.numTokens = static_cast<int>(path.tokens.size());
    path.confidence = { { "mean_logprob", sum / path.numTokens } };
    return path;
}

void addMedia(store::CandidateRow& row, const fs::path& folder, const Thing& thing, std::mt19937& random)
{
    const auto files = [&](const char* name, int frames, int moved) {
        base::Json list = base::Json::array();
        for (int frame = 0; frame < frames; ++frame) {
            const fs::path file = folder / fmt::format("{}-{}-{}.png", row.sampleId, name, frame);
            Thing now = thing;
            now.colour = (thing.colour + moved) % 4;
            now.cell = frame >= 2 && moved == 0 ? (thing.cell + 1) % 4 : thing.cell;
            drawScene(file, { now, { (thing.colour + 2) % 4, (thing.shape + 1) % 4, (thing.cell + 2) % 4 } },
                random);
            list.push_back(file.string());
        }
        return list;
    };
    const bool video = row.taskType.starts_with("video");
    const char* kind = video ? "video" : "image";
    const int frames = video ? 4 : 1;
    const auto add = [&](const char* role, base::Json list) {
        base::Json one = { { "role", role }, { "kind", kind }, { "files", std::move(list) } };
        if (!video)
            one.update({ { "tile_size", 28 }, { "thumbnail", true }, { "grids", { { 2, 2 } } } });
        row.media.push_back(std::move(one));
    };
    if (row.taskType.ends_with("generation")) {
        add("A", files("a", frames, 0));
        add("B", files("b", frames, 1));
    } else {
        add("context", files("c", frames, 0));
    }
}

// As the distillation does: the most confident path with the winning answer and the right format.
void decide(store::CandidateRow& row)
{
    for (const store::CandidatePath& path : row.paths) {
        row.votesA += path.answer == "A" ? 1 : 0;
        row.votesB += path.answer == "B" ? 1 : 0;
    }
    const int votes = row.votesA + row.votesB;
    row.voteShare = votes == 0 ? 0 : static_cast<double>(std::max(row.votesA, row.votesB)) / votes;
    if (row.votesA == row.votesB) {
        row.reason = fmt::format("tie {}:{}", row.votesA, row.votesB);
        return;
    }
    row.label = row.votesA > row.votesB ? "A" : "B";
    double best = -1e9;
    for (std::size_t i = 0; i < row.paths.size(); ++i) {
        const double confidence = row.paths[i].confidence["mean_logprob"].get<double>();
        if (row.paths[i].answer == row.label && confidence > best) {
            best = confidence;
            row.chosen = static_cast<int>(i);
        }
    }
    row.reason = fmt::format(
        "most confident of {} paths that say {} in the right format (mean log-probability {:.2f})",
        std::max(row.votesA, row.votesB), row.label, best);
    row.target
        = "<caption>" + row.caption + "</caption>\n" + row.paths[static_cast<std::size_t>(row.chosen)].text;
}

} // namespace

std::vector<store::CandidateRow> sampleCandidates(const fs::path& folder, int count)
{
    const char* const tasks[]
        = { "image_understanding", "video_understanding", "image_generation", "video_generation" };
    const fs::path media = folder / "media";
    fs::create_directories(media);
    std::mt19937 random(5);
    std::uniform_int_distribution<int> four(0, 3);
    std::vector<store::CandidateRow> rows;
    for (int i = 0; i < count; ++i) {
        const Thing thing { four(random), four(random), four(random) };
        store::CandidateRow row;
        row.stage = "cmkd";
        row.sampleId = fmt::format("vis-{:05}", i + 1);
        row.taskType = tasks[i % 4];
        const bool generation = row.taskType.ends_with("generation");
        row.query = generation ? nameOf(thing) : fmt::format("What color is the {}?", kShapes[thing.shape]);
        if (!generation) {
            row.responseA = kColours[thing.colour];
            row.responseB = kColours[(thing.colour + 1) % 4];
        }
        row.caption = fmt::format("{} {}, {} {}.", kCells[thing.cell], nameOf(thing),
            kCells[(thing.cell + 2) % 4], nameOf({ (thing.colour + 2) % 4, (thing.shape + 1) % 4, 0 }));
        row.gold = i % 3 == 0 ? "A" : "";
        row.prompt = "Question: " + row.query;
        addMedia(row, media, thing, random);
        const int forA = i % 5 == 4 ? 4 : i % 7 == 3 ? 3 : 8 - i % 4;
        for (int path = 0; path < kPaths; ++path) {
            const bool formatOk = i % 5 == 4 || path != 6 || i % 2 == 0;
            row.paths.push_back(pathOf(thing, path < forA, formatOk, random));
            row.paths.back().teacher = path < kPaths / 2 ? "rl2a" : "rl1b";
        }
        decide(row);
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace msrl::tests
