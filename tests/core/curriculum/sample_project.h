// SPDX-License-Identifier: GPL-3.0-or-later
// A small curriculum with every kind of dependence: replay, a captioner, distillation, two evaluated
// policies.
#pragma once

#include "core/curriculum/project.h"

namespace msrl::curriculum {

inline const char* kSampleProject = R"({
 "schema": "msrl-project/1.0", "name": "sample", "seed": 7,
 "nodes": [
  {"id": "base", "type": "model", "params": {"path": "base"}},
  {"id": "text", "type": "dataset", "params": {"content": "text-preferences", "path": "text.jsonl"}},
  {"id": "pics", "type": "dataset", "params": {"content": "visual-preferences", "path": "pics.jsonl"}},
  {"id": "caps", "type": "captioner", "params": {}},
  {"id": "rl_text", "type": "rl", "params": {"steps": 3}},
  {"id": "rl_caption", "type": "rl", "params": {"steps": 4, "replay_ratio": 5.0}},
  {"id": "cmkd", "type": "cmkd", "params": {}},
  {"id": "gate", "type": "gate", "params": {}},
  {"id": "distil", "type": "sft", "params": {}},
  {"id": "evaluate", "type": "evaluate", "params": {}},
  {"id": "export", "type": "export", "params": {}}
 ],
 "edges": [
  {"from": "base.policy", "to": "rl_text.policy"},
  {"from": "text.samples", "to": "rl_text.preferences"},
  {"from": "pics.samples", "to": "caps.preferences"},
  {"from": "rl_text.policy", "to": "rl_caption.policy"},
  {"from": "caps.captioned", "to": "rl_caption.preferences"},
  {"from": "text.samples", "to": "rl_caption.replay"},
  {"from": "rl_caption.policy", "to": "cmkd.policy"},
  {"from": "caps.captioned", "to": "cmkd.captioned"},
  {"from": "cmkd.candidates", "to": "gate.candidates"},
  {"from": "rl_caption.policy", "to": "distil.policy"},
  {"from": "gate.samples", "to": "distil.samples"},
  {"from": "base.policy", "to": "evaluate.policies"},
  {"from": "distil.policy", "to": "evaluate.policies"},
  {"from": "pics.samples", "to": "evaluate.benchmarks"},
  {"from": "distil.policy", "to": "export.policy"}
 ]
})";

inline Project sampleProject()
{
    return *parseProject(kSampleProject, "sample.msrl");
}

} // namespace msrl::curriculum
