// SPDX-License-Identifier: GPL-3.0-or-later
// Machines that runs are started on: choose one, describe a new one, run there.
#pragma once

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

class RemoteDialog : public QDialog
{
    Q_OBJECT

public:
    explicit RemoteDialog(services::Settings& settings, QWidget* parent = nullptr);

    // As the settings keep them; what cannot be read is left out.
    static std::vector<services::RemoteTarget> targetsOf(const services::Settings& settings);

Q_SIGNALS:
    void runRequested(const msrl::services::RemoteTarget& target);

private:
    QWidget* makeForm();
    QWidget* makeButtons();
    void fill(std::size_t place);
    services::RemoteTarget typed() const;
    void showProblem();
    bool keep(); // false: the form says why not
    void remove();
    void save();

    services::Settings& m_settings;
    std::vector<services::RemoteTarget> m_targets;
    QComboBox* m_choice = nullptr; // the targets, then "New target"
    QLineEdit* m_name = nullptr;
    QLineEdit* m_host = nullptr;
    QLineEdit* m_options = nullptr;
    QLineEdit* m_engine = nullptr;
    QLineEdit* m_folder = nullptr;
    QPlainTextEdit* m_environment = nullptr;
    QLabel* m_problem = nullptr;
    QPushButton* m_remove = nullptr;
    QPushButton* m_run = nullptr;
};

} // namespace msrl::pages
