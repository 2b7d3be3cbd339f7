// SPDX-License-Identifier: GPL-3.0-or-later
// Fields of a stage that may change while it runs, as the field table marks them.
#pragma once

#include "core/curriculum/project.h"
#include "widgets/form/form_types.h"

#include <QDialog>

class QPushButton;

namespace msrl::widgets {
class FormView;
}

namespace msrl::pages {

class LiveValuesDialog : public QDialog
{
    Q_OBJECT

public:
    // node: as the run began with it.
    LiveValuesDialog(const QString& stageTitle, curriculum::Node node, QWidget* parent = nullptr);

    // Whether a stage of this type has such fields.
    static bool isFor(const std::string& nodeType);

Q_SIGNALS:
    // NODE.FIELD, a value that the field takes.
    void valueChosen(const QString& parameter, const msrl::base::Json& value);

private:
    void edit(const QString& name, const QVariant& value);
    void showFields();
    void choose();

    const curriculum::Node m_before;
    curriculum::Node m_node;
    widgets::FormView* m_form = nullptr;
    QPushButton* m_apply = nullptr;
};

} // namespace msrl::pages
