// SPDX-License-Identifier: GPL-3.0-or-later
// What the selected stage is and does: its state, title, comment, freezing and leaving out, replay where
// there is some, and its parameters. Every edit is a command on the document.
#pragma once

#include "app/models/node_status.h"
#include "app/models/project_document.h"
#include "app/services/dataset_probe.h"

#include <QScrollArea>

#include <optional>

class QCheckBox;
class QLabel;
class QLineEdit;

namespace msrl::services {
class BatchPreview;
class EnginePictures;
class Settings;
}

namespace msrl::widgets {
class FormView;
}

namespace msrl::pages {

class BatchPanel;
class DatasetPanel;
class FramePanel;
class PresetPanel;
class ReplayEditor;
class StageStatePanel;

class StageInspector : public QScrollArea
{
    Q_OBJECT

public:
    explicit StageInspector(QWidget* parent = nullptr);

    // `settings` name the engine that is asked for the first batch and for data that the studio does not read
    // itself. Both outlive the panel.
    void setDocument(models::ProjectDocument& document, const services::Settings& settings);
    // The same for media.
    void usePictures(services::EnginePictures* pictures);
    // Empty: none, or several. Also after every change of the document.
    void showNode(const QString& id);
    // A frame instead of a stage; `numStages` lie in it.
    void showFrame(const QString& id, int numStages);
    // What the run says of the shown stage; after showNode().
    void showStatus(const models::NodeStatus& status);
    void focusField(const QString& name);
    void focusTitle(); // of the stage or the frame
    void focusFirst(); // the first parameter

Q_SIGNALS:
    void frameFitRequested(const QString& frame);
    void sweepRequested(const QString& node);
    void pageRequested(const QString& page);

private:
    QWidget* makeFace(QWidget* parent);
    void connectParts();
    void showReplay(const curriculum::Node& node);
    void askBatch(services::BatchPreview& preview, const QString& stage, const services::Settings& settings);
    void editPrompts(const std::vector<data::Sample>& samples);
    services::DatasetQuestion questionOf(const curriculum::Node& dataset) const;
    std::optional<std::int64_t> samplesBehind(const std::string& node, const std::string& port);
    std::string node() const { return m_node.toStdString(); }

    models::ProjectDocument* m_document = nullptr;
    const services::Settings* m_settings = nullptr;
    services::DatasetProbe m_probe;
    QString m_node;
    QString m_frame;
    QLabel* m_type = nullptr;
    QLabel* m_summary = nullptr;
    StageStatePanel* m_state = nullptr;
    QWidget* m_face = nullptr;
    QLineEdit* m_title = nullptr;
    QLineEdit* m_comment = nullptr;
    QCheckBox* m_frozen = nullptr;
    QCheckBox* m_bypassed = nullptr;
    FramePanel* m_framePanel = nullptr;
    ReplayEditor* m_replay = nullptr;
    QLabel* m_replayHint = nullptr;
    PresetPanel* m_presets = nullptr;
    DatasetPanel* m_data = nullptr;
    BatchPanel* m_batch = nullptr;
    widgets::FormView* m_form = nullptr;
};

} // namespace msrl::pages
