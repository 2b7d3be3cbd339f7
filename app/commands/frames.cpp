// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/frames.h"

#include "app/commands/edit_parts.h"
#include "app/commands/graph_commands.h"
#include "app/commands/value_commands.h"

#include <utility>

namespace msrl::commands {

std::string addFrame(models::ProjectDocument& document, const std::string& title, const QRectF& area)
{
    const curriculum::Project& project = document.project();
    curriculum::Frame frame;
    frame.id = freshId("frame", [&](const std::string& id) { return project.frame(id) != nullptr; });
    frame.title = title;
    // The colours in turn, so that neighbours differ.
    frame.colour
        = curriculum::frameColours()[(project.frames.size() + 1) % curriculum::frameColours().size()];
    frame.x = area.x();
    frame.y = area.y();
    frame.width = area.width();
    frame.height = area.height();
    push<AddFrame>(document, frame);
    return frame.id;
}

void placeFrames(models::ProjectDocument& document, const std::vector<std::pair<std::string, QRectF>>& frames,
    const std::vector<std::pair<std::string, QPointF>>& nodes)
{
    Faces placed;
    for (const auto& [id, area] : frames)
        if (const curriculum::Frame* frame = document.project().frame(id)) {
            placed.frames.push_back(*frame);
            curriculum::Frame& moved = placed.frames.back();
            moved.x = area.x();
            moved.y = area.y();
            moved.width = area.width();
            moved.height = area.height();
        }
    for (const auto& [id, position] : nodes)
        if (const curriculum::Node* node = document.project().node(id)) {
            placed.nodes.push_back(*node);
            placed.nodes.back().x = position.x();
            placed.nodes.back().y = position.y();
        }
    if (placed.frames.empty() && placed.nodes.empty())
        return;
    const QString what = placed.frames.size() == 1
        ? Words::tr("frame %1").arg(QString::fromStdString(placed.frames.front().title))
        : Words::tr("%1 frames").arg(placed.frames.size());
    push<SetFaces>(document, placed, Words::tr("move %1").arg(what));
}

void renameFrame(models::ProjectDocument& document, const std::string& id, const std::string& title)
{
    const curriculum::Frame* frame = document.project().frame(id);
    if (!frame || frame->title == title)
        return;
    curriculum::Frame renamed = *frame;
    renamed.title = title;
    push<SetFaces>(
        document, Faces { {}, { renamed } }, Words::tr("rename frame %1").arg(QString::fromStdString(title)));
}

void recolourFrames(
    models::ProjectDocument& document, const std::vector<std::string>& frames, const std::string& colour)
{
    Faces changed;
    for (const std::string& id : frames)
        if (const curriculum::Frame* frame = document.project().frame(id); frame && frame->colour != colour) {
            changed.frames.push_back(*frame);
            changed.frames.back().colour = colour;
        }
    if (!changed.frames.empty())
        push<SetFaces>(document, changed, Words::tr("colour of frames"));
}

} // namespace msrl::commands
