// SPDX-License-Identifier: GPL-3.0-or-later
// What a run group is to hold, before it is started: the paper's ablations, or a row of replay ratios.
#pragma once

#include "app/models/sweep_choice.h"
#include "app/services/engine_launcher.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace msrl::pages {

class SweepDialog : public QDialog
{
    Q_OBJECT

public:
    // `launch` names the engine, the project and the group's folder; its options are set here.
    SweepDialog(const models::SweepChoice& choice, curriculum::Project project,
        services::LaunchRequest launch, QWidget* parent = nullptr);

    const services::LaunchRequest& request() const { return m_launch; }
    models::SweepChoice choice() const; // as it stands in the fields

private:
    void addRatioFields(QFormLayout& form);
    void layOut(QFormLayout& form);
    void showChoice();

    models::SweepChoice m_given;
    curriculum::Project m_project;
    services::LaunchRequest m_launch;
    QLineEdit* m_seeds = nullptr;
    QComboBox* m_node = nullptr; // null for ablations, as the next two
    QLineEdit* m_ratios = nullptr;
    QCheckBox* m_until = nullptr;
    QLabel* m_members = nullptr;
    QPlainTextEdit* m_command = nullptr;
    QPushButton* m_run = nullptr;
};

} // namespace msrl::pages
