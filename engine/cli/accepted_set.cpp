// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/accepted_set.h"

#include "core/curriculum/plan_gates.h"
#include "engine/cli/run_options.h"
#include "engine/stages/artefacts.h"
#include "engine/stages/inputs.h"
#include "engine/stages/stage.h"

#include <algorithm>

namespace msrl::cli {

base::Result<std::vector<data::Sample>> acceptedSet(const store::RunFolder& folder, store::RunReader& reader,
    const std::string& teacher, const std::string& gate)
{
    const base::Result<std::vector<store::StageRow>> stages = reader.stages();
    if (!stages)
        return stages.error();
    const base::Result<std::vector<curriculum::PlannedGate>> gates
        = curriculum::plannedGates(folder.planFile());
    if (!gates)
        return gates.error();
    std::vector<const store::StageRow*> open;
    std::string names;
    for (const store::StageRow& row : *stages) {
        const bool done = row.state == store::StageState::Done || row.state == store::StageState::Reused;
        const bool wanted = gate.empty() || gate == row.stage;
        const bool behind = std::any_of(gates->begin(), gates->end(),
            [&](const curriculum::PlannedGate& one) { return one.step == row.stage && one.isFor(teacher); });
        if (row.nodeType != "gate" || !done || !wanted || !behind)
            continue;
        open.push_back(&row);
        names += (names.empty() ? "" : ", ") + row.stage;
    }
    if (open.empty())
        return base::badInput(gate.empty()
                ? "no gate behind " + teacher + " has let a set through yet"
                : "the gate " + gate + " behind " + teacher + " has let no set through yet",
            folder.root().string(), "sign the set off, or wait for the gate's policy to be met");
    if (open.size() > 1)
        return base::badInput(
            "several gates have let a set through: " + names, folder.root().string(), "name one with --gate");
    const base::Result<RunOptions> asked = readOptions(folder.root());
    if (!asked)
        return asked.error();
    const stages::ArtefactStore results(asked->artefacts.empty() ? folder.artefacts() : asked->artefacts);
    return stages::readSamples(results.folder(open.front()->hash) / stages::kSamplesFile);
}

} // namespace msrl::cli
