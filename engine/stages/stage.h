// SPDX-License-Identifier: GPL-3.0-or-later
// What a stage is given, what it gives back, and the registry of stages. A stage fills a folder with its
// artefact; it knows neither SQLite nor sockets.
#pragma once

#include "core/curriculum/plan.h"
#include "core/text/prompts.h"
#include "engine/parallel/communicator.h"
#include "engine/stages/artefacts.h"
#include "engine/stages/event_sink.h"
#include "engine/stages/run_control.h"

#include <c10/core/Device.h>

#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>

namespace msrl::stages {

struct RunSettings
{
    std::filesystem::path projectFolder; // relative paths of the project are resolved against it
    c10::Device device = c10::kCPU;
};

// Where finished steps are found: plan step id -> address.
using Addresses = std::map<std::string, std::string>;

// A number for the step in random streams: the same in every run of the project.
std::uint64_t streamIdOf(const curriculum::PlanStep& step);

struct StageContext
{
    const curriculum::Plan& plan;
    const curriculum::PlanStep& step;
    std::string address;
    const RunSettings& settings;
    const ArtefactStore& artefacts;
    const Addresses& addresses;
    EventSink& sink;
    RunControl& control;
    AuditLog& audit;
    store::StageRow& row; // the step's state; publish changes with publish()
    parallel::Communicator& ranks; // those that run the stage together

    std::int64_t integer(const char* field) const { return step.params.at(field).get<std::int64_t>(); }
    double real(const std::string& field) const { return step.params.at(field).get<double>(); }
    bool flag(const char* field) const { return step.params.at(field).get<bool>(); }
    std::string text(const char* field) const { return step.params.at(field).get<std::string>(); }
    // The artefact folder of an input's step.
    std::filesystem::path inputFolder(const curriculum::PlanInput& input) const;
    // The only input of a port, or nothing.
    const curriculum::PlanInput* input(const char* port) const;
    // All of a port that takes several; in the project's order.
    std::span<const curriculum::PlanInput> inputs(const char* port) const;

    void publish(store::StageState state, const std::string& message = {});
    void progress(std::int64_t done, std::int64_t total);
    void log(store::EventLevel level, const std::string& kind, const std::string& text,
        const base::Json& data = base::Json::object());
    std::filesystem::path workFolder() const { return artefacts.workFolder(address); }
    // Files are written, and results described, by one rank alone.
    bool isLead() const { return ranks.isLead(); }
    std::uint64_t streamId() const { return streamIdOf(step); }
};

struct StageResult
{
    base::Json summary = base::Json::object();
    // Hash of the result where it is not a function of the step's address alone (auditors decide at the
    // gate); empty otherwise. It then becomes part of the artefact's address.
    std::string content;
};

// Fills `folder`, which only the lead has. Ends with a Stopped error when a stop was asked for.
using StageFunction
    = base::Result<StageResult> (*)(StageContext& context, const std::filesystem::path& folder);

// Shows a finished artefact again (candidates, an evaluation) to a run that did not make it; may be null.
using StageReplay = base::Status (*)(StageContext& context, const std::filesystem::path& folder);

struct PreflightContext;
// What a step's type alone knows to be wrong with it before a run: files, rows, a place. May be null.
using StageCheck = base::Status (*)(PreflightContext& context, const curriculum::PlanStep& step);

struct StageEntry
{
    const char* nodeType = nullptr;
    StageFunction run = nullptr;
    StageReplay replay = nullptr;
    bool always = false; // cheap and not a function of its inputs alone: run again each time
    bool together = false; // all ranks run it and share its work; else the lead does alone
    StageCheck check = nullptr; // where the run will make the step
    StageCheck checkTarget = nullptr; // also where the result is there and only its place may be new
};

// One line per stage type; every node type of the curriculum has one.
const StageEntry* findStage(const std::string& nodeType);

base::Error frozenWithoutResult(const curriculum::PlanStep& step);
// The error of a stage that was asked to stop.
base::Error stoppedOnRequest(const StageContext& context);

} // namespace msrl::stages
