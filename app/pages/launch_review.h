// SPDX-License-Identifier: GPL-3.0-or-later
// Before a run: what changed since the last one, what it will take, and the exact command line that will
// start it.
#pragma once

#include "app/models/project_diff.h"
#include "app/models/run_estimate.h"
#include "core/curriculum/run_needs.h"

#include <QDialog>

#include <map>
#include <string>

class QLabel;
class QTreeWidget;

namespace msrl::pages {

struct LaunchPreview
{
    QString lastRun; // its name; empty: there was none to compare with
    std::vector<models::ProjectChange> changes; // since that run
    std::vector<models::StageEstimate> estimates;
    bool isCounting = false; // the datasets are being counted: showEstimates() comes
    QString commandLine; // empty: there is none yet
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

Q_SIGNALS:
    void queueRequested(); // instead of accepted()

private:
    QWidget* makeEstimates();
    QWidget* makeChanges(const LaunchPreview& preview);
    QWidget* makeCommand(const LaunchPreview& preview);

    void fillEstimates();
    void showDisk();

    std::vector<models::StageEstimate> m_stages;
    std::map<std::string, curriculum::StageNeeds> m_needs;
    qint64 m_free = 0; // bytes, once m_needs are known
    bool m_isCounting = false;
    QTreeWidget* m_estimates = nullptr;
    QLabel* m_heading = nullptr; // over them
    QLabel* m_disk = nullptr;
    QLabel* m_counts = nullptr; // what could not be counted
};

} // namespace msrl::pages
