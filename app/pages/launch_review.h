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
    QString commandLine; // empty: there is none yet
    QString noCommand; // why
    QString problem; // why a run would be refused, empty when it would not
};

class LaunchReview : public QDialog
{
    Q_OBJECT

public:
    explicit LaunchReview(const LaunchPreview& preview, QWidget* parent = nullptr);

    // Memory and disk, as they become known. `freeBytes`: of the disk that the results go to.
    void showNeeds(const std::map<std::string, curriculum::StageNeeds>& needs, qint64 freeBytes);
    void showNeedsProblem(const QString& sentence);

Q_SIGNALS:
    void queueRequested(); // instead of accepted()

private:
    QWidget* makeEstimates(const LaunchPreview& preview);
    QWidget* makeChanges(const LaunchPreview& preview);
    QWidget* makeCommand(const LaunchPreview& preview);

    QTreeWidget* m_estimates = nullptr;
    QLabel* m_disk = nullptr;
};

} // namespace msrl::pages
