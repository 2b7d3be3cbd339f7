// SPDX-License-Identifier: GPL-3.0-or-later
// A curriculum of all three stages, and members of a group with figures that are easy to reckon with.
#pragma once

#include "core/groups/configurations.h"
#include "core/groups/results.h"

namespace msrl::groups {

inline const char* kThreeStages = R"({
 "schema": "msrl-project/1.0", "name": "three stages", "seed": 7,
 "nodes": [
  {"id": "base", "type": "model", "params": {"path": "base"}},
  {"id": "examples", "type": "dataset", "params": {"content": "sft-samples", "path": "e.jsonl"}},
  {"id": "text", "type": "dataset", "params": {"content": "text-preferences", "path": "t.jsonl"}},
  {"id": "pics", "type": "dataset", "params": {"content": "visual-preferences", "path": "p.jsonl"}},
  {"id": "caps", "type": "captioner", "params": {}},
  {"id": "first", "type": "sft", "title": "1a SFT", "params": {}},
  {"id": "second", "type": "rl", "title": "1b RL", "params": {}},
  {"id": "third", "type": "rl", "params": {"replay_ratio": 5.0}},
  {"id": "paths", "type": "cmkd", "params": {}},
  {"id": "gate", "type": "gate", "params": {}},
  {"id": "student", "type": "sft", "params": {}},
  {"id": "last", "type": "rl", "params": {}}
 ],
 "edges": [
  {"from": "base.policy", "to": "first.policy"},
  {"from": "examples.samples", "to": "first.samples"},
  {"from": "first.policy", "to": "second.policy"},
  {"from": "text.samples", "to": "second.preferences"},
  {"from": "second.policy", "to": "third.policy"},
  {"from": "pics.samples", "to": "caps.preferences"},
  {"from": "caps.captioned", "to": "third.preferences"},
  {"from": "text.samples", "to": "third.replay"},
  {"from": "third.policy", "to": "paths.policy"},
  {"from": "caps.captioned", "to": "paths.captioned"},
  {"from": "paths.candidates", "to": "gate.candidates"},
  {"from": "third.policy", "to": "student.policy"},
  {"from": "gate.samples", "to": "student.samples"},
  {"from": "student.policy", "to": "last.policy"},
  {"from": "pics.samples", "to": "last.preferences"}
 ]
})";

inline curriculum::Project threeStages()
{
    return *curriculum::parseProject(kThreeStages, "three.msrl");
}

inline MemberResult finishedMember(
    const std::string& configuration, std::uint64_t seed, std::vector<EvaluatedPolicy> policies)
{
    MemberResult result;
    result.member = { configuration, seed, configuration + std::to_string(seed) };
    result.exists = result.finished = true;
    result.info.phase = store::RunPhase::Finished;
    result.policies = std::move(policies);
    return result;
}

} // namespace msrl::groups
