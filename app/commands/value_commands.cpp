// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/value_commands.h"

#include "app/commands/edit_parts.h"
#include "app/models/project_document.h"
#include "app/models/table_text.h"

#include <algorithm>

namespace msrl::commands {

namespace {

constexpr int kSetFieldId = 1;
constexpr int kSetFacesId = 2;

bool sameFace(const curriculum::Node& a, const curriculum::Node& b)
{
    return a.x == b.x && a.y == b.y && a.title == b.title && a.comment == b.comment
        && a.bypassed == b.bypassed && a.frozen == b.frozen;
}

template <class T> bool sameKeys(const std::map<std::string, T>& one, const std::map<std::string, T>& other)
{
    return std::equal(one.begin(), one.end(), other.begin(), other.end(),
        [](const auto& a, const auto& b) { return a.first == b.first; });
}

} // namespace

SetField::SetField(models::ProjectDocument& document, std::string node, std::string field,
    std::optional<base::Json> value, Gesture gesture)
    : m_document(document)
    , m_node(std::move(node))
    , m_field(std::move(field))
    , m_after(std::move(value))
    , m_gesture(gesture)
{
    const curriculum::Node* target = document.project().node(m_node);
    Q_ASSERT(target);
    if (const auto found = target->params.find(m_field); found != target->params.end())
        m_before = *found;
    const curriculum::NodeTypeSpec* spec = curriculum::findNodeType(target->type);
    const curriculum::FieldSpec* known = spec ? spec->field(m_field) : nullptr;
    if (known && m_after && *m_after == known->defaultValue)
        m_after.reset();
    setText(Words::tr("change %1")
                .arg(known ? models::tableText(known->label) : QString::fromStdString(m_field)));
}

void SetField::redo()
{
    m_document.setField(m_node, m_field, m_after);
}

void SetField::undo()
{
    m_document.setField(m_node, m_field, m_before);
}

int SetField::id() const
{
    return kSetFieldId;
}

bool SetField::mergeWith(const QUndoCommand* other)
{
    const auto* next = dynamic_cast<const SetField*>(other);
    if (!next || m_gesture == 0 || next->m_gesture != m_gesture || next->m_node != m_node
        || next->m_field != m_field)
        return false;
    m_after = next->m_after;
    setObsolete(m_after == m_before);
    return true;
}

SetFaces::SetFaces(
    models::ProjectDocument& document, const Faces& after, const QString& text, Gesture gesture)
    : m_document(document)
    , m_gesture(gesture)
{
    for (const curriculum::Node& node : after.nodes) {
        const curriculum::Node* now = document.project().node(node.id);
        Q_ASSERT(now);
        m_before.nodes[node.id] = *now;
        m_after.nodes[node.id] = node;
    }
    for (const curriculum::Frame& frame : after.frames) {
        const curriculum::Frame* now = document.project().frame(frame.id);
        Q_ASSERT(now);
        m_before.frames[frame.id] = *now;
        m_after.frames[frame.id] = frame;
    }
    setText(text);
}

void SetFaces::redo()
{
    take(m_after);
}

void SetFaces::undo()
{
    take(m_before);
}

void SetFaces::take(const ById& faces)
{
    const models::ProjectDocument::Batch batch(m_document);
    for (const auto& [id, face] : faces.nodes)
        m_document.setNodeFace(id, face);
    for (const auto& [id, frame] : faces.frames)
        m_document.setFrame(frame);
}

int SetFaces::id() const
{
    return kSetFacesId;
}

bool SetFaces::mergeWith(const QUndoCommand* other)
{
    const auto* next = dynamic_cast<const SetFaces*>(other);
    if (!next || m_gesture == 0 || next->m_gesture != m_gesture
        || !sameKeys(next->m_after.nodes, m_after.nodes) || !sameKeys(next->m_after.frames, m_after.frames))
        return false;
    m_after = next->m_after;
    bool same = m_after.frames == m_before.frames;
    for (const auto& [id, face] : m_after.nodes)
        same = same && sameFace(face, m_before.nodes.at(id));
    setObsolete(same);
    return true;
}

SetSeed::SetSeed(models::ProjectDocument& document, std::uint64_t seed)
    : m_document(document)
    , m_before(document.project().seed)
    , m_after(seed)
{
    setText(Words::tr("change the seed"));
}

void SetSeed::redo()
{
    m_document.setSeed(m_after);
}

void SetSeed::undo()
{
    m_document.setSeed(m_before);
}

} // namespace msrl::commands
