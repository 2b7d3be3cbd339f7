// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/stage_inspector.h"

#include "app/commands/edits.h"
#include "app/commands/frames.h"
#include "app/models/table_text.h"
#include "app/pages/batch_panel.h"
#include "app/pages/dataset_panel.h"
#include "app/pages/frame_panel.h"
#include "app/pages/graph_values.h"
#include "app/pages/preset_panel.h"
#include "app/pages/replay_editor.h"
#include "app/pages/stage_state_panel.h"
#include "widgets/feedback/labels.h"
#include "widgets/form/form_view.h"
#include "widgets/theme/tokens.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace msrl::pages {

namespace {

bool hasReplay(const curriculum::Node& node)
{
    const curriculum::NodeTypeSpec* spec = curriculum::findNodeType(node.type);
    return spec && spec->input("replay");
}

// Whose rows lie in a file, so that they can be shown.
bool isDataset(const curriculum::Node& node)
{
    const curriculum::StageTraits traits = curriculum::traitsOf(node.type);
    return traits.stored && traits.preparesData;
}

} // namespace

StageInspector::StageInspector(QWidget* parent)
    : QScrollArea(parent)
{
    auto* content = new QWidget(this);
    m_type = widgets::makeLabel({}, QStringLiteral("title"), content);
    m_summary = widgets::makeLabel({}, QStringLiteral("secondary"), content);
    m_state = new StageStatePanel(content);
    m_framePanel = new FramePanel(content);
    m_replay = new ReplayEditor(content);
    m_replayHint = widgets::makeLabel(
        tr("No old samples are replayed in this stage. To replay some, drag the output of their dataset onto "
           "the stage's port “Replay”."),
        QStringLiteral("secondary"), content);
    m_presets = new PresetPanel(content);
    m_data = new DatasetPanel(m_probe, content);
    m_batch = new BatchPanel(content);
    m_form = new widgets::FormView(content);
    for (QLabel* label : { m_type, m_summary, m_replayHint })
        label->setWordWrap(true);
    auto* layout = new QVBoxLayout(content);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(m_type);
    layout->addWidget(m_summary);
    layout->addWidget(m_state);
    layout->addWidget(makeFace(content));
    layout->addWidget(m_framePanel);
    layout->addWidget(m_replay);
    layout->addWidget(m_replayHint);
    layout->addWidget(m_presets);
    layout->addWidget(m_data);
    layout->addWidget(m_batch);
    layout->addWidget(m_form);
    layout->addStretch(1);
    setWidget(content);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(tr("Parameters of the selected stage"));
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connectParts();
    showNode({});
}

QWidget* StageInspector::makeFace(QWidget* parent)
{
    m_face = new QWidget(parent);
    m_title = new QLineEdit(m_face);
    m_comment = new QLineEdit(m_face);
    m_frozen = new QCheckBox(tr("&Frozen"), m_face);
    m_bypassed = new QCheckBox(tr("&Bypassed"), m_face);
    m_title->setObjectName(QStringLiteral("stageTitle"));
    m_comment->setObjectName(QStringLiteral("stageComment"));
    m_comment->setPlaceholderText(tr("A note for people"));
    m_title->setToolTip(tr("The name that the graph, the curves and the report show."));
    m_frozen->setToolTip(tr("Keep the result that there is; the run refuses to make it again."));
    m_bypassed->setToolTip(tr("Left out of the run: the policy passes this stage unchanged."));
    auto* form = new QFormLayout(m_face);
    form->setContentsMargins(0, 0, 0, 0);
    form->setSpacing(widgets::kGrid);
    form->addRow(tr("&Title"), m_title);
    form->addRow(tr("&Comment"), m_comment);
    form->addRow(QString(), m_frozen);
    form->addRow(QString(), m_bypassed);
    return m_face;
}

void StageInspector::connectParts()
{
    connect(m_framePanel, &FramePanel::renamed, this, [this](const QString& title) {
        commands::renameFrame(*m_document, m_frame.toStdString(), title.toStdString());
    });
    connect(m_framePanel, &FramePanel::recoloured, this, [this](const QString& colour) {
        commands::recolourFrames(*m_document, { m_frame.toStdString() }, colour.toStdString());
    });
    connect(m_framePanel, &FramePanel::fitRequested, this, [this] { Q_EMIT frameFitRequested(m_frame); });
    connect(m_state, &StageStatePanel::pageRequested, this, &StageInspector::pageRequested);
    connect(m_replay, &ReplayEditor::ratioEdited, this, [this](double ratio, int gesture) {
        if (!m_node.isEmpty())
            commands::setField(*m_document, node(), "replay_ratio", base::Json(ratio), gesture);
    });
    connect(m_replay, &ReplayEditor::scheduleEdited, this, [this](const QString& schedule, int gesture) {
        if (!m_node.isEmpty())
            commands::setField(
                *m_document, node(), "replay_schedule", base::Json(schedule.toStdString()), gesture);
    });
    connect(m_replay, &ReplayEditor::sweepRequested, this, [this] { Q_EMIT sweepRequested(m_node); });
    connect(m_data, &DatasetPanel::editPromptsRequested, this, &StageInspector::editPrompts);
    connect(&m_probe, &services::DatasetProbe::changed, this, [this] {
        const curriculum::Node* shown = m_document ? m_document->project().node(node()) : nullptr;
        if (shown && hasReplay(*shown))
            showReplay(*shown);
    });
    connect(
        m_form, &widgets::FormView::fieldEdited, this, [this](const QString& name, const QVariant& value) {
            commands::setField(*m_document, node(), name.toStdString(), toJson(value));
        });
    connect(m_form, &widgets::FormView::resetRequested, this, [this](const QString& name) {
        commands::setField(*m_document, node(), name.toStdString(), std::nullopt);
    });
    connect(m_presets, &PresetPanel::taken, this,
        [this](const curriculum::Node& preset) { commands::takeValues(*m_document, node(), preset); });
    connect(m_title, &QLineEdit::editingFinished, this, [this] {
        if (const auto* shown = m_document ? m_document->project().node(node()) : nullptr;
            shown && m_title->text() != models::stageTitle(*shown))
            commands::renameNode(*m_document, node(), m_title->text().trimmed().toStdString());
    });
    connect(m_comment, &QLineEdit::editingFinished, this, [this] {
        if (const auto* shown = m_document ? m_document->project().node(node()) : nullptr;
            shown && m_comment->text().toStdString() != shown->comment)
            commands::setComment(*m_document, node(), m_comment->text().trimmed().toStdString());
    });
    connect(m_frozen, &QCheckBox::clicked, this, [this] { commands::toggleFrozen(*m_document, { node() }); });
    connect(
        m_bypassed, &QCheckBox::clicked, this, [this] { commands::toggleBypassed(*m_document, { node() }); });
}

void StageInspector::setDocument(models::ProjectDocument& document, const services::Settings& settings)
{
    m_document = &document;
    m_settings = &settings;
    m_batch->setQuestion([this, &settings](services::BatchPreview& preview, const QString& stage) {
        askBatch(preview, stage, settings);
    });
    m_form->setBaseFolder(document.folder());
    connect(&document, &models::ProjectDocument::pathChanged, this,
        [this] { m_form->setBaseFolder(m_document->folder()); });
}

void StageInspector::showNode(const QString& id)
{
    m_node = id;
    m_frame.clear();
    m_framePanel->hide();
    const curriculum::Node* shown = m_document ? m_document->project().node(node()) : nullptr;
    m_form->setVisible(shown != nullptr);
    m_face->setVisible(shown != nullptr);
    if (shown)
        m_presets->showNode(*shown);
    else
        m_presets->hide();
    const curriculum::NodeTypeSpec* spec = shown ? curriculum::findNodeType(shown->type) : nullptr;
    m_data->setVisible(shown && isDataset(*shown));
    m_batch->setVisible(spec && spec->promptInput());
    // Not hidden to be shown again: the number that is being edited would lose the focus.
    if (!shown || !hasReplay(*shown)) {
        m_replay->hide();
        m_replayHint->hide();
    }
    if (!shown) {
        m_state->hide();
        m_type->setText(tr("No stage is selected"));
        m_summary->setText(
            tr("Click a stage to see and change its parameters. Click the replay ratio on an edge to "
               "change how many old samples a batch takes in.\n\nRun trains the stages one after the "
               "other; results that are still good are reused."));
        return;
    }
    m_type->setText(spec ? models::tableText(spec->title) : QString::fromStdString(shown->type));
    m_summary->setText(spec ? models::tableText(spec->summary) : tr("This stage type is not known."));
    if (!m_title->hasFocus() || !m_title->isModified())
        m_title->setText(models::stageTitle(*shown));
    if (!m_comment->hasFocus() || !m_comment->isModified())
        m_comment->setText(QString::fromStdString(shown->comment));
    m_comment->setToolTip(QString::fromStdString(shown->comment)); // a long one is cut
    if (!m_comment->hasFocus())
        m_comment->setCursorPosition(0); // a long one is read from its beginning
    m_frozen->setChecked(shown->frozen);
    m_bypassed->setChecked(shown->bypassed);
    if (hasReplay(*shown))
        showReplay(*shown);
    if (isDataset(*shown))
        m_data->showData(questionOf(*shown));
    if (m_batch->isVisibleTo(this))
        m_batch->setStage(id);
    m_form->setFields(formFields(*shown, m_document->problems()));
}

void StageInspector::showFrame(const QString& id, int numStages)
{
    const curriculum::Frame* shown = m_document ? m_document->project().frame(id.toStdString()) : nullptr;
    // Not hidden to be shown again: a title that is being typed would lose the focus.
    if (!shown || m_frame != id)
        showNode({});
    if (!shown)
        return;
    m_frame = id;
    m_type->setText(tr("Frame"));
    m_summary->setText(
        tr("A note around stages, for people: runs do not know it. Drag its title to move it with "
           "its stages, its border to resize it."));
    m_framePanel->showFrame(*shown, numStages);
    m_framePanel->show();
}

void StageInspector::showStatus(const models::NodeStatus& status)
{
    const curriculum::Node* shown = m_document ? m_document->project().node(node()) : nullptr;
    const curriculum::NodeTypeSpec* spec = shown ? curriculum::findNodeType(shown->type) : nullptr;
    if (!shown)
        return;
    QStringList faults; // those of fields stand at the fields
    for (const curriculum::Problem& problem : m_document->problems())
        if (problem.nodeId == shown->id && !(spec && spec->field(problem.field)))
            faults << QString::fromStdString(problem.text);
    m_state->showState(status, faults);
}

void StageInspector::focusField(const QString& name)
{
    m_form->focusField(name);
}

void StageInspector::focusFirst()
{
    const curriculum::Node* shown = m_document ? m_document->project().node(node()) : nullptr;
    const curriculum::NodeTypeSpec* spec = shown ? curriculum::findNodeType(shown->type) : nullptr;
    if (spec)
        for (const curriculum::FieldSpec& field : spec->fields)
            if (m_form->focusField(QString::fromStdString(field.name)))
                return;
}

void StageInspector::focusTitle()
{
    if (!m_frame.isEmpty()) {
        m_framePanel->focusTitle();
        return;
    }
    m_title->setFocus();
    m_title->selectAll();
}

} // namespace msrl::pages
