// SPDX-License-Identifier: GPL-3.0-or-later
// What the inspector shows of samples: the replay, the data behind a dataset and the first batch of a stage.
#include "app/commands/edits.h"
#include "app/models/sample_sources.h"
#include "app/pages/batch_panel.h"
#include "app/pages/dataset_panel.h"
#include "app/pages/prompt_editor.h"
#include "app/pages/replay_editor.h"
#include "app/pages/stage_inspector.h"
#include "app/services/engine_locator.h"
#include "app/services/settings.h"

#include <QLabel>

#include <algorithm>

namespace msrl::pages {

void StageInspector::showReplay(const curriculum::Node& shown)
{
    const auto& edges = m_document->project().edges;
    const bool replays = std::any_of(edges.begin(), edges.end(),
        [&](const curriculum::Edge& edge) { return edge.toNode == shown.id && edge.toPort == "replay"; });
    m_replay->setVisible(replays);
    m_replayHint->setVisible(!replays);
    const base::Json prompts = curriculum::fieldValue(shown, "prompts_per_step");
    const base::Json steps = curriculum::fieldValue(shown, "steps");
    const base::Json ratio = curriculum::fieldValue(shown, "replay_ratio");
    const base::Json schedule = curriculum::fieldValue(shown, "replay_schedule");
    if (!replays || !prompts.is_number_integer() || !steps.is_number_integer() || !ratio.is_number()
        || !schedule.is_string())
        return;
    ReplayValues values;
    values.ratio = ratio.get<double>();
    values.schedule = QString::fromStdString(schedule.get<std::string>());
    values.promptsPerStep = std::max(1, prompts.get<int>());
    values.numSteps = std::max<std::int64_t>(1, steps.get<std::int64_t>());
    const auto whole = [&](const char* field) {
        const base::Json value = curriculum::fieldValue(shown, field);
        return value.is_number_integer() ? value.get<std::int64_t>() : 0;
    };
    values.mostTokensPerStep = values.promptsPerStep
        * (whole("max_prompt_tokens") + whole("group_size") * whole("max_new_tokens"));
    values.numNew = samplesBehind(shown.id, "preferences");
    values.numReplay = samplesBehind(shown.id, "replay");
    m_replay->setValues(values);
}

void StageInspector::askBatch(
    services::BatchPreview& preview, const QString& stage, const services::Settings& settings)
{
    services::EngineLocator engine;
    engine.setProgram(settings.data().engineProgram);
    if (m_document->folder().isEmpty())
        m_batch->showProblem(tr("Save the project first: its data is looked for beside it."));
    else if (engine.program().isEmpty())
        m_batch->showProblem(
            tr("msrl-engine was not found. Looked at: %1").arg(engine.places().join(QStringLiteral(", "))));
    else
        preview.ask(engine.program(), m_document->text(), m_document->folder(), stage);
}

void StageInspector::editPrompts(const std::vector<data::Sample>& samples)
{
    const curriculum::Node* shown = m_document->project().node(node());
    if (!shown || samples.empty())
        return;
    const models::SampleReader reader = models::readerOf(m_document->project(), shown->id);
    auto* editor
        = new PromptEditor({ reader.prompts, m_document->folder().toStdString(), samples,
                               reader.captions ? text::PromptMode::Caption : text::PromptMode::Visual },
            window());
    editor->setAttribute(Qt::WA_DeleteOnClose);
    connect(editor, &PromptEditor::saved, this, [this, stage = reader.node](const QString& value) {
        if (m_document->project().node(stage))
            commands::setField(*m_document, stage, "prompts", base::Json(value.toStdString()));
        showNode(m_node);
    });
    editor->open();
}

services::DatasetQuestion StageInspector::questionOf(const curriculum::Node& dataset) const
{
    const models::SampleReader reader = models::readerOf(m_document->project(), dataset.id);
    services::EngineLocator engine;
    engine.setProgram(m_settings->data().engineProgram);
    return { curriculum::resolvedParams(dataset), m_document->folder().toStdString(), reader.prompts,
        reader.captions ? text::PromptMode::Caption : text::PromptMode::Visual,
        engine.program().toStdString() };
}

void StageInspector::usePictures(services::EnginePictures* pictures)
{
    m_data->usePictures(pictures);
}

// Of a saved project whose data can be read; nothing while it is being read.
std::optional<std::int64_t> StageInspector::samplesBehind(const std::string& node, const std::string& port)
{
    const curriculum::Node* dataset = models::datasetBehind(m_document->project(), node, port);
    if (!dataset || m_document->folder().isEmpty())
        return std::nullopt;
    const services::DatasetFacts* facts = m_probe.look(questionOf(*dataset));
    return facts && facts->counts.samples > 0 ? std::optional(facts->counts.samples) : std::nullopt;
}

} // namespace msrl::pages
