// SPDX-License-Identifier: GPL-3.0-or-later
// What the Run page asks of a running engine beside pause and stop.
#include "app/models/strings.h"
#include "app/pages/action_registry.h"
#include "app/pages/live_values_dialog.h"
#include "app/pages/run_page.h"
#include "widgets/feedback/message_bar.h"

#include <algorithm>

namespace msrl::pages {

void RunPage::registerLiveActions(ActionRegistry& actions)
{
    m_checkpointAction = actions.add(
        { QStringLiteral("run.checkpoint"), QStringLiteral("Run"), tr("&Checkpoint now"),
            tr("Write a checkpoint after this step; the run goes on."), QStringLiteral("save"), {} },
        this, [this] {
            if (m_session)
                m_session->checkpoint();
        });
    m_valuesAction
        = actions.add({ QStringLiteral("run.values"), QStringLiteral("Run"), tr("Change &values…"),
                          tr("Give the running stage another learning rate, from the next step on."),
                          QStringLiteral("edit"), {} },
            this, [this] { changeValues(); });
}

// The stage that trains now and has fields that may change; null without one.
const store::StageRow* RunPage::changeableStage() const
{
    if (!m_session || !m_session->isConnected())
        return nullptr;
    const auto& stages = m_session->stages();
    const auto running = std::find_if(stages.begin(), stages.end(), [](const store::StageRow& row) {
        return row.state == store::StageState::Running && LiveValuesDialog::isFor(row.nodeType);
    });
    return running == stages.end() ? nullptr : &*running;
}

void RunPage::updateLiveActions()
{
    if (!m_checkpointAction)
        return;
    m_checkpointAction->setEnabled(changeableStage() != nullptr);
    m_valuesAction->setEnabled(changeableStage() != nullptr);
}

void RunPage::changeValues()
{
    const store::StageRow* stage = changeableStage();
    if (!stage)
        return;
    const auto project = curriculum::loadProject(m_session->folder().projectFile());
    const curriculum::Node* node = project ? project->node(stage->nodeId) : nullptr;
    if (!node) {
        m_message->showMessage(widgets::MessageKind::Error,
            project ? tr("The run's project has no stage %1.").arg(models::toQt(stage->nodeId))
                    : models::toQt(project.error().message()));
        return;
    }
    auto* dialog
        = new LiveValuesDialog(models::toQt(stage->title.empty() ? stage->stage : stage->title), *node, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &LiveValuesDialog::valueChosen, this,
        [this](const QString& parameter, const base::Json& value) {
            if (m_session)
                m_session->setParameter(parameter, value);
        });
    dialog->open();
}

} // namespace msrl::pages
