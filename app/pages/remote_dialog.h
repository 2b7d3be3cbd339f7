// SPDX-License-Identifier: GPL-3.0-or-later
// Machines that runs are started on: choose one, describe a new one, run there.
#pragma once

#include "app/models/launch_options.h"
#include "app/services/remote_target.h"

#include <QDialog>

#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace msrl::services {
class Settings;
}

namespace msrl::pages {

class LaunchForm;

class RemoteDialog : public QDialog
{
    Q_OBJECT

public:
    // The project that is to run outlives the dialog. `place`: models::anotherMachine(), for a run or a
    // study.
    RemoteDialog(services::Settings& settings, const curriculum::Project& project, models::LaunchPlace place,
        QWidget* parent = nullptr);

Q_SIGNALS:
    void runRequested(const msrl::services::RemoteTarget& target, const msrl::models::LaunchOptions& options);

private:
    void read();
    QWidget* makeForm();
    QWidget* makeButtons();
    void fill(std::size_t place);
    services::RemoteTarget typed() const;
    void showProblem();
    bool keep(); // false: the form says why not
    void remove();
    void save();

    services::Settings& m_settings;
    models::LaunchPlace m_place;
    std::vector<services::RemoteTarget> m_targets;
    std::vector<models::LaunchOptions> m_launches; // last ones on these targets
    QComboBox* m_choice = nullptr; // the targets, then "New target"
    QLineEdit* m_name = nullptr;
    QLineEdit* m_host = nullptr;
    QLineEdit* m_options = nullptr;
    QLineEdit* m_engine = nullptr;
    QLineEdit* m_folder = nullptr;
    QPlainTextEdit* m_environment = nullptr;
    LaunchForm* m_launch = nullptr;
    QLabel* m_problem = nullptr;
    QPushButton* m_remove = nullptr;
    QPushButton* m_run = nullptr;
};

} // namespace msrl::pages
