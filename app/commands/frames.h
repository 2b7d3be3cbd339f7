// SPDX-License-Identifier: GPL-3.0-or-later
// Titled frames around stages, as edits: one undo each.
#pragma once

#include <QPointF>
#include <QRectF>

#include <string>
#include <utility>
#include <vector>

namespace msrl::models {
class ProjectDocument;
}

namespace msrl::commands {

// Adds a frame and returns its id. REQUIRES: an area.
std::string addFrame(models::ProjectDocument& document, const std::string& title, const QRectF& area);
// Frames that are moved or resized, with the nodes that they carry along.
void placeFrames(models::ProjectDocument& document, const std::vector<std::pair<std::string, QRectF>>& frames,
    const std::vector<std::pair<std::string, QPointF>>& nodes = {});
void renameFrame(models::ProjectDocument& document, const std::string& frame, const std::string& title);
// One of curriculum::frameColours().
void recolourFrames(
    models::ProjectDocument& document, const std::vector<std::string>& frames, const std::string& colour);

} // namespace msrl::commands
