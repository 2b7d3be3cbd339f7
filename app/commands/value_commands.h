// SPDX-License-Identifier: GPL-3.0-or-later
// Undoable changes of values: fields, position, title, comment, bypassed, frozen, frames, seed.
#pragma once

#include "core/base/json.h"
#include "core/curriculum/project.h"

#include <QUndoCommand>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace msrl::models {
class ProjectDocument;
}

namespace msrl::commands {

// Changes of the same thing with the same gesture (one drag of a slider, one drag of nodes) become one step
// back; 0 never merges.
using Gesture = int;

class SetField : public QUndoCommand
{
public:
    // value nullopt: back to the default. A value equal to the default is stored as the default.
    SetField(models::ProjectDocument& document, std::string node, std::string field,
        std::optional<base::Json> value, Gesture gesture = 0);
    void redo() override;
    void undo() override;
    int id() const override;
    bool mergeWith(const QUndoCommand* other) override;

private:
    models::ProjectDocument& m_document;
    std::string m_node;
    std::string m_field;
    std::optional<base::Json> m_before;
    std::optional<base::Json> m_after;
    Gesture m_gesture;
};

// Position, title, comment, bypassed and frozen of nodes; place, title and colour of frames.
struct Faces
{
    std::vector<curriculum::Node> nodes;
    std::vector<curriculum::Frame> frames;
};

class SetFaces : public QUndoCommand
{
public:
    // `after`: what is to be taken over, by id. REQUIRES: all exist.
    SetFaces(models::ProjectDocument& document, const Faces& after, const QString& text, Gesture gesture = 0);
    void redo() override;
    void undo() override;
    int id() const override;
    bool mergeWith(const QUndoCommand* other) override;

private:
    struct ById
    {
        std::map<std::string, curriculum::Node> nodes;
        std::map<std::string, curriculum::Frame> frames;
    };

    void take(const ById& faces);

    models::ProjectDocument& m_document;
    ById m_before;
    ById m_after;
    Gesture m_gesture;
};

class SetSeed : public QUndoCommand
{
public:
    SetSeed(models::ProjectDocument& document, std::uint64_t seed);
    void redo() override;
    void undo() override;

private:
    models::ProjectDocument& m_document;
    std::uint64_t m_before;
    std::uint64_t m_after;
};

} // namespace msrl::commands
