// SPDX-License-Identifier: GPL-3.0-or-later
// What the selected stage is and does: title, comment, freezing and leaving out, replay where there is some,
// and its parameters. Every edit is a command on the document.
#pragma once

#include "app/models/project_document.h"

#include <QScrollArea>

class QCheckBox;
class QLabel;
class QLineEdit;

namespace msrl::widgets {
class FormView;
}

namespace msrl::pages {

class PresetPanel;
class ReplayEditor;

class StageInspector : public QScrollArea
{
    Q_OBJECT

public:
    explicit StageInspector(QWidget* parent = nullptr);

    // The document outlives the panel.
    void setDocument(models::ProjectDocument& document);
    // Empty: none, or several. Also after every change of the document.
    void showNode(const QString& id);
    void focusField(const QString& name);
    void focusTitle();
    void focusFirst(); // the first parameter

private:
    QWidget* makeFace(QWidget* parent);
    void connectParts();
    void showReplay(const curriculum::Node& node);
    std::string node() const { return m_node.toStdString(); }

    models::ProjectDocument* m_document = nullptr;
    QString m_node;
    QLabel* m_type = nullptr;
    QLabel* m_summary = nullptr;
    QWidget* m_face = nullptr;
    QLineEdit* m_title = nullptr;
    QLineEdit* m_comment = nullptr;
    QCheckBox* m_frozen = nullptr;
    QCheckBox* m_bypassed = nullptr;
    ReplayEditor* m_replay = nullptr;
    QLabel* m_replayHint = nullptr;
    PresetPanel* m_presets = nullptr;
    widgets::FormView* m_form = nullptr;
};

} // namespace msrl::pages
