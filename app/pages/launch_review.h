// SPDX-License-Identifier: GPL-3.0-or-later
// Before a run: what changed since the last one, what it will take, how it is to be computed, and the exact
// command line that will start it.
#pragma once

#include "app/models/launch_options.h"
#include "app/models/project_diff.h"
#include "app/models/run_estimate.h"
#include "core/curriculum/run_needs.h"

#include <QDialog>

#include <functional>
#include <map>
#include <string>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTreeWidget;

namespace msrl::pages {

class LaunchForm;

struct LaunchPreview
{
    explicit LaunchPreview(const curriculum::Project& shown)
        : project(shown)
    {
    }
    explicit LaunchPreview(curriculum::Project&&) = delete; // it would be gone

    const curriculum::Project& project; // outlives the review
    QString lastRun; // its name; empty: there was none to compare with
    std::vector<models::ProjectChange> changes; // since that run
    std::vector<models::StageEstimate> estimates;
    bool isCounting = false; // the datasets are being counted: showEstimates() comes
    models::LaunchOptions options; // as they are offered
    models::LaunchPlace place;
    std::function<QString(const models::LaunchOptions&)> commandLine; // null: there is none yet
    QString noCommand; // why
    QString problem; // why a run would be refused, empty when it would not
};

class LaunchReview : public QDialog
{
    Q_OBJECT

public:
    explicit LaunchReview(const LaunchPreview& preview, QWidget* parent = nullptr);

    // With the sizes of the datasets, as they become known; `problem`: why some are not, may be empty.
    void showEstimates(std::vector<models::StageEstimate> estimates, const QString& problem = {});
    // Memory and disk, as they become known. `freeBytes`: of the disk that the results go to.
    void showNeeds(const std::map<std::string, curriculum::StageNeeds>& needs, qint64 freeBytes);
    void showNeedsProblem(const QString& sentence);
    const models::LaunchOptions& options() const; // as they are filled in

Q_SIGNALS:
    void queueRequested(); // instead of accepted()

private:
    QWidget* makeEstimates();
    QWidget* makeChanges(const LaunchPreview& preview);
    QWidget* makeCommand(const LaunchPreview& preview);
    QWidget* makeOptions(const LaunchPreview& preview);
    QLayout* makeButtons();
    void showOptions();

    void fillEstimates();
    void showDisk();

    std::vector<models::StageEstimate> m_stages;
    std::map<std::string, curriculum::StageNeeds> m_needs;
    qint64 m_free = 0; // bytes, once m_needs are known
    bool m_isCounting = false;
    std::function<QString(const models::LaunchOptions&)> m_commandLine;
    QString m_problem; // whatever the options are
    LaunchForm* m_form = nullptr;
    QPlainTextEdit* m_command = nullptr;
    QPushButton* m_copy = nullptr;
    QPushButton* m_queue = nullptr;
    QPushButton* m_run = nullptr;
    QTreeWidget* m_estimates = nullptr;
    QLabel* m_heading = nullptr; // over them
    QLabel* m_disk = nullptr;
    QLabel* m_counts = nullptr; // what could not be counted
};

} // namespace msrl::pages
