// SPDX-License-Identifier: GPL-3.0-or-later
// The options of a launch as a form: what cannot be used is told beside its field, and what means nothing for
// what is launched is not there.
#pragma once

#include "app/models/launch_options.h"
#include "widgets/form/form_types.h"

#include <QVector>
#include <QWidget>

namespace msrl::widgets {
class FormView;
}

namespace msrl::pages {

class LaunchForm : public QWidget
{
    Q_OBJECT

public:
    // The project outlives the form.
    LaunchForm(const models::LaunchOptions& options, models::LaunchPlace place,
        const curriculum::Project& project, QWidget* parent = nullptr);

    const models::LaunchOptions& options() const { return m_options; }
    void setOptions(const models::LaunchOptions& options);
    bool isGood() const { return m_faults.isEmpty(); }

Q_SIGNALS:
    void changed();

private:
    void edit(const QString& name, const QVariant& value);
    void reset(const QString& name);
    void showFields();
    QVector<widgets::FormField> machineFields() const;
    QVector<widgets::FormField> folderFields() const;
    widgets::FormField field(const char* name, const QString& label, const QString& value) const;

    models::LaunchOptions m_options;
    models::LaunchPlace m_place;
    const curriculum::Project& m_project;
    QMap<QString, QString> m_faults;
    widgets::FormView* m_machine = nullptr; // device, threads, ranks
    widgets::FormView* m_folders = nullptr; // how far, and where
};

} // namespace msrl::pages
