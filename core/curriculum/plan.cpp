// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/plan.h"

#include "core/base/hash.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace msrl::curriculum {

const PlanStep* Plan::step(std::string_view id) const
{
    const auto it = std::find_if(steps.begin(), steps.end(), [&](const PlanStep& s) { return s.id == id; });
    return it == steps.end() ? nullptr : &*it;
}

namespace {

// The first required input port without a source; empty: none.
std::string unfedPort(const NodeTypeSpec& spec, const PlanStep& step)
{
    for (const PortSpec& port : spec.inputs)
        if (port.required && step.inputs.count(port.name) == 0)
            return port.name;
    return {};
}

class Planner
{
public:
    Planner(const Project& project, const PlanOptions& options)
        : m_project(project)
        , m_options(options)
    {
        m_plan.seed = options.seed;
    }

    base::Result<Plan> run()
    {
        for (const std::string& id : m_options.bypass) {
            if (!m_project.node(id))
                return base::badInput(fmt::format("there is no node '{}' to bypass", id), m_project.name,
                    "it has " + nodeNames(m_project));
        }
        if (!m_options.until.empty() && !m_project.node(m_options.until))
            return base::badInput(fmt::format("there is no node '{}' to run until", m_options.until),
                m_project.name, "it has " + nodeNames(m_project));
        for (const std::string& id : order()) {
            const Node& node = *m_project.node(id);
            if (traitsOf(node.type).perPolicy)
                continue; // placed after each of its policies
            if (base::Status added = addNode(node); !added)
                return added.error();
            if (base::Status added = addEvaluationsOf(node); !added)
                return added.error();
        }
        return std::move(m_plan);
    }

private:
    // Node ids, inputs first, in file order where the graph leaves it open; only what `until` needs.
    // Evaluations are placed by addEvaluationsOf(), so their benchmarks must come before the first policy:
    // data first.
    std::vector<std::string> order() const
    {
        std::vector<std::string> sorted;
        std::set<std::string> wanted = needed();
        const auto ready = [&](const Node& node) {
            return std::all_of(m_project.edges.begin(), m_project.edges.end(), [&](const Edge& edge) {
                return edge.toNode != node.id
                    || std::find(sorted.begin(), sorted.end(), edge.fromNode) != sorted.end();
            });
        };
        const auto placeAll = [&](bool onlyData) {
            for (bool moved = true; moved;) {
                moved = false;
                for (const Node& node : m_project.nodes) {
                    const bool isData = traitsOf(node.type).preparesData;
                    if ((!onlyData || isData) && wanted.count(node.id) && ready(node)) {
                        sorted.push_back(node.id);
                        wanted.erase(node.id);
                        moved = true;
                        break;
                    }
                }
            }
        };
        placeAll(true);
        placeAll(false);
        return sorted;
    }

    std::set<std::string> needed() const
    {
        std::set<std::string> wanted;
        if (m_options.until.empty()) {
            for (const Node& node : m_project.nodes)
                wanted.insert(node.id);
            return wanted;
        }
        std::vector<std::string> open = { m_options.until };
        while (!open.empty()) {
            const std::string id = open.back();
            open.pop_back();
            if (!wanted.insert(id).second)
                continue;
            for (const Edge& edge : m_project.edges) {
                if (edge.toNode == id)
                    open.push_back(edge.fromNode);
            }
        }
        // Evaluations of wanted policies belong to the run, with the data that they need.
        for (const Node& node : m_project.nodes) {
            if (!traitsOf(node.type).perPolicy)
                continue;
            wanted.insert(node.id);
            for (const Edge& edge : m_project.edges) {
                if (edge.toNode == node.id && edge.toPort != policyPortOf(node))
                    addWithInputs(edge.fromNode, wanted);
            }
        }
        return wanted;
    }

    void addWithInputs(const std::string& id, std::set<std::string>& wanted) const
    {
        if (!wanted.insert(id).second)
            return;
        for (const Edge& edge : m_project.edges) {
            if (edge.toNode == id)
                addWithInputs(edge.fromNode, wanted);
        }
    }

    // REQUIRES: a type that is planned per policy.
    static std::string policyPortOf(const Node& node) { return findNodeType(node.type)->policyInput()->name; }

    bool isBypassed(const Node& node) const { return node.bypassed || m_options.bypass.count(node.id) > 0; }

    // Where an edge's data really comes from: through bypassed nodes, back to a step that makes it.
    std::optional<PlanInput> source(const Edge& edge) const
    {
        const Node* from = m_project.node(edge.fromNode);
        const std::optional<PortType> type = from ? outputType(*from, edge.fromPort) : std::nullopt;
        if (!type)
            return std::nullopt;
        if (const PlanStep* step = m_plan.step(from->id); step && !step->bypassed)
            return PlanInput { from->id, edge.fromPort, *type };
        const PlanStep* bypassed = m_plan.step(from->id);
        if (!bypassed)
            return std::nullopt; // not part of this plan
        for (const auto& [port, inputs] : bypassed->inputs) {
            for (const PlanInput& input : inputs) {
                if (input.type == *type)
                    return input;
            }
        }
        return std::nullopt;
    }

    PlanStep makeStep(const Node& node, const std::string& id) const
    {
        PlanStep step;
        step.id = id;
        step.nodeId = node.id;
        step.nodeType = node.type;
        step.title = displayTitle(node);
        step.params = resolvedParams(node);
        step.frozen = node.frozen;
        step.bypassed = isBypassed(node);
        for (const Edge& edge : m_project.edges) {
            if (edge.toNode != node.id)
                continue;
            if (const auto input = source(edge))
                addInput(step.inputs[edge.toPort], *input);
        }
        if (step.bypassed)
            return step;
        step.unfed = unfedPort(*findNodeType(node.type), step);
        step.bypassed = !step.unfed.empty();
        return step;
    }

    // Two bypassed nodes may lead back to one judge, which has one voice.
    static void addInput(std::vector<PlanInput>& inputs, const PlanInput& input)
    {
        const bool heard = std::find(inputs.begin(), inputs.end(), input) != inputs.end();
        if (!heard || input.type != PortType::Policy)
            inputs.push_back(input);
    }

    base::Status addNode(const Node& node) { return addStep(node, makeStep(node, node.id)); }

    base::Status addEvaluationsOf(const Node& policyNode)
    {
        const PlanStep* made = m_plan.step(policyNode.id);
        if (!made || made->bypassed)
            return {};
        for (const Node& node : m_project.nodes) {
            if (!traitsOf(node.type).perPolicy || isBypassed(node))
                continue;
            const std::string port = policyPortOf(node);
            for (const Edge& edge : m_project.edges) {
                if (edge.toNode != node.id || edge.toPort != port || edge.fromNode != policyNode.id)
                    continue;
                // The first node of a type names its steps after the policy alone; others add their own id.
                std::string id = node.type + ":" + policyNode.id;
                if (m_plan.step(id))
                    id += ":" + node.id;
                PlanStep step = makeStep(node, id);
                step.title += " · " + displayTitle(policyNode);
                step.inputs[port] = { PlanInput { policyNode.id, edge.fromPort, PortType::Policy } };
                if (!unfedPort(*findNodeType(node.type), step).empty())
                    continue;
                step.bypassed = false;
                step.unfed.clear();
                if (base::Status added = addStep(node, std::move(step)); !added)
                    return added;
            }
        }
        return {};
    }

    base::Status addStep(const Node& node, PlanStep step)
    {
        if (!step.bypassed) {
            base::Result<std::string> hash = hashOf(node, step);
            if (!hash)
                return hash.error();
            step.hash = *std::move(hash);
        }
        m_plan.steps.push_back(std::move(step));
        return {};
    }

    base::Result<std::string> hashOf(const Node& node, const PlanStep& step) const
    {
        const NodeTypeSpec* spec = findNodeType(node.type);
        base::Json canonical = { { "type", spec->type }, { "version", spec->version } };
        if (spec->drawsRandomly)
            canonical["seed"] = m_options.seed;
        for (const FieldSpec& field : spec->fields) {
            if (!field.affectsResult || !fieldApplies(node, field))
                continue;
            base::Json value = step.params[field.name];
            if (field.hashedOnlyWhenSet && value == field.defaultValue)
                continue;
            if (field.content != FieldContent::None && m_options.hashContent) {
                base::Result<std::string> content
                    = m_options.hashContent(field.content, { value.get<std::string>(), step.params });
                if (!content)
                    return base::within(content.error(), "node " + node.id + ", field " + field.name);
                value = *std::move(content);
            }
            canonical["params"][field.name] = value;
        }
        for (const auto& [port, inputs] : step.inputs) {
            if (const PortSpec* known = spec->input(port); known && known->use.onlyMeasures)
                continue;
            for (const PlanInput& input : inputs)
                canonical["inputs"][port].push_back(
                    { m_plan.step(input.step)->hash, input.port, portTypeName(input.type) });
        }
        return base::sha256(canonical.dump());
    }

    const Project& m_project;
    const PlanOptions& m_options;
    Plan m_plan;
};

} // namespace

base::Result<Plan> makePlan(const Project& project, const PlanOptions& options)
{
    return Planner(project, options).run();
}

base::Json planToJson(const Plan& plan)
{
    base::Json json = { { "seed", plan.seed }, { "steps", base::Json::array() } };
    for (const PlanStep& step : plan.steps) {
        base::Json inputs = base::Json::object();
        for (const auto& [port, sources] : step.inputs) {
            for (const PlanInput& input : sources)
                inputs[port].push_back(input.step + "." + input.port);
        }
        json["steps"].push_back({ { "id", step.id }, { "node", step.nodeId }, { "type", step.nodeType },
            { "title", step.title }, { "hash", step.hash }, { "bypassed", step.bypassed },
            { "frozen", step.frozen }, { "inputs", inputs }, { "params", step.params } });
    }
    return json;
}

} // namespace msrl::curriculum
