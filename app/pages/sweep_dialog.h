// SPDX-License-Identifier: GPL-3.0-or-later
// What a run group is to hold, before it is started: the paper's ablations, or a row of values of one
// parameter.
#pragma once

#include "app/models/launch_options.h"
#include "app/models/sweep_choice.h"
#include "app/services/engine_launcher.h"

#include <QDialog>

#include <functional>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace msrl::pages {

class LaunchForm;

// How a study can be launched.
struct StudyLaunch
{
    models::LaunchOptions options; // as they are offered
    models::LaunchPlace place;
    // The whole request for what is chosen.
    std::function<services::LaunchRequest(const models::SweepChoice&, const models::LaunchOptions&)> request;
};

class SweepDialog : public QDialog
{
    Q_OBJECT

public:
    SweepDialog(const models::SweepChoice& choice, curriculum::Project project, StudyLaunch launch,
        QWidget* parent = nullptr);

    // REQUIRES: what stands in the fields can be used.
    services::LaunchRequest request() const { return m_launch.request(choice(), options()); }
    const models::LaunchOptions& options() const;
    models::SweepChoice choice() const; // as it stands in the fields

Q_SIGNALS:
    void elsewhereRequested(); // on another machine, after the dialog has closed: choice() is to run there

private:
    void addValueFields(QFormLayout& form);
    void listFields(); // of the chosen node
    QString noteText() const;
    void addEarlyStop(QFormLayout& form);
    void layOut(QFormLayout& form);
    void showChoice();

    models::SweepChoice m_given;
    curriculum::Project m_project;
    StudyLaunch m_launch;
    LaunchForm* m_form = nullptr; // how it is computed
    QLineEdit* m_seeds = nullptr;
    QComboBox* m_node = nullptr; // null for ablations, as values and until
    QComboBox* m_field = nullptr; // null unless any parameter can be varied
    QLineEdit* m_values = nullptr;
    QCheckBox* m_until = nullptr;
    QCheckBox* m_early = nullptr; // give hopeless runs up
    QDoubleSpinBox* m_margin = nullptr;
    QLabel* m_members = nullptr;
    QPlainTextEdit* m_command = nullptr;
    QPushButton* m_elsewhere = nullptr;
    QPushButton* m_run = nullptr;
};

} // namespace msrl::pages
