// SPDX-License-Identifier: GPL-3.0-or-later
// A person without a plan: edits of every kind, at random but always the same.
#pragma once

#include "app/commands/edits.h"
#include "app/commands/frames.h"
#include "app/models/project_document.h"

#include <random>

namespace msrl::test {

using models::ProjectDocument;

inline constexpr std::size_t kMostNodes = 24;
inline constexpr std::size_t kMostFrames = 6;

// Every edit goes through the calls that the pages use.
class Walker
{
public:
    explicit Walker(ProjectDocument& document)
        : m_document(document)
    {
    }

    void step()
    {
        // A graph that people can still look at: what grows beyond is cut back.
        if (nodes().size() > kMostNodes) {
            commands::removeItems(m_document, { anyNode(), anyNode(), anyNode() }, {});
            return;
        }
        switch (pick(11)) {
        case 0:
            commands::addNode(m_document, anyType(), position());
            break;
        case 1:
        case 2:
            connectSomething();
            break;
        case 3:
            if (!nodes().empty() && pick(3) == 0)
                commands::removeItems(m_document, { anyNode() }, {});
            break;
        case 4:
            if (!m_document.project().edges.empty())
                commands::removeItems(
                    m_document, {}, { m_document.project().edges[pick(m_document.project().edges.size())] });
            break;
        case 5:
            if (!nodes().empty())
                commands::moveNodes(m_document, { { anyNode(), position() } }, static_cast<int>(pick(3)));
            break;
        case 6:
            if (!nodes().empty())
                changeField(anyNode());
            break;
        case 7:
            if (!nodes().empty())
                pick(2) ? commands::toggleBypassed(m_document, { anyNode() })
                        : commands::toggleFrozen(m_document, { anyNode() });
            break;
        case 8:
            changeFrames();
            break;
        case 9:
            reconnectSomething();
            break;
        default:
            if (!nodes().empty())
                pick(4) ? commands::renameNode(m_document, anyNode(), "Title " + std::to_string(pick(5)))
                        : static_cast<void>(commands::duplicateItems(
                            m_document, { anyNode(), nodes().front().id }, { anyFrame() }));
            break;
        }
    }

private:
    std::size_t pick(std::size_t count)
    {
        return std::uniform_int_distribution<std::size_t>(0, count - 1)(m_random);
    }
    const std::vector<curriculum::Node>& nodes() const { return m_document.project().nodes; }
    std::string anyNode() { return nodes()[pick(nodes().size())].id; }
    std::string anyType() { return curriculum::nodeTypes()[pick(curriculum::nodeTypes().size())].type; }
    QPointF position()
    {
        return { 8.0 * static_cast<double>(pick(100)), 8.0 * static_cast<double>(pick(100)) };
    }

    std::string anyFrame()
    {
        const auto& frames = m_document.project().frames;
        return frames.empty() ? std::string() : frames[pick(frames.size())].id;
    }

    void changeFrames()
    {
        const std::string frame = anyFrame();
        const QRectF area(position(), QSizeF(160 + 8.0 * static_cast<double>(pick(20)), 96));
        if (frame.empty() || (m_document.project().frames.size() < kMostFrames && pick(3) == 0)) {
            commands::addFrame(m_document, "Frame " + std::to_string(pick(5)), area);
            return;
        }
        switch (pick(4)) {
        case 0:
            commands::removeItems(m_document, {}, {}, { frame });
            break;
        case 1:
            commands::renameFrame(m_document, frame, "Frame " + std::to_string(pick(5)));
            break;
        case 2:
            commands::recolourFrames(m_document, { frame }, curriculum::frameColours()[pick(3)]);
            break;
        default:
            if (!nodes().empty())
                commands::placeFrames(m_document, { { frame, area } }, { { anyNode(), position() } });
            break;
        }
    }

    void reconnectSomething()
    {
        const auto& edges = m_document.project().edges;
        if (edges.empty() || nodes().empty())
            return;
        const curriculum::Edge edge = edges[pick(edges.size())];
        const curriculum::Node& to = nodes()[pick(nodes().size())];
        const auto* target = curriculum::findNodeType(to.type);
        if (!target->inputs.empty())
            commands::reconnect(m_document, edge,
                { edge.fromNode, edge.fromPort, to.id, target->inputs[pick(target->inputs.size())].name });
    }

    void connectSomething()
    {
        if (nodes().size() < 2)
            return;
        const curriculum::Node& from = nodes()[pick(nodes().size())];
        const curriculum::Node& to = nodes()[pick(nodes().size())];
        const auto* source = curriculum::findNodeType(from.type);
        const auto* target = curriculum::findNodeType(to.type);
        if (!source->outputs.empty() && !target->inputs.empty())
            commands::connectPorts(m_document,
                { from.id, source->outputs.front().name, to.id,
                    target->inputs[pick(target->inputs.size())].name });
    }

    void changeField(const std::string& id)
    {
        const auto* spec = curriculum::findNodeType(m_document.project().node(id)->type);
        if (spec->fields.empty())
            return;
        const curriculum::FieldSpec& field = spec->fields[pick(spec->fields.size())];
        base::Json value = field.defaultValue;
        if (value.is_number_integer())
            value = value.get<std::int64_t>() + static_cast<std::int64_t>(pick(3));
        else if (value.is_number())
            value = value.get<double>() + static_cast<double>(pick(3));
        else if (value.is_string())
            value = field.choices.empty() ? "text " + std::to_string(pick(3))
                                          : field.choices[pick(field.choices.size())];
        commands::setField(m_document, id, field.name, pick(4) ? std::optional(value) : std::nullopt,
            static_cast<int>(pick(3)));
    }

    ProjectDocument& m_document;
    std::mt19937 m_random { 7 };
};

} // namespace msrl::test
