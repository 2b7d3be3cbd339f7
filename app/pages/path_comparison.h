// SPDX-License-Identifier: GPL-3.0-or-later
// Two paths of one item, or two completions of one group, beside each other: section by section, with the
// words marked that only one of them has, and below them what each confidence measure says of both.
#pragma once

#include "app/pages/path_head.h"
#include "core/store/rows.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QGridLayout;
class QLabel;

namespace msrl::pages {

struct ComparedPaths
{
    const std::vector<store::CandidatePath>& paths;
    int left = 0;
    int right = 0;
    int chosen = -1; // by the machine; -1 when hidden as well
    int overridden = -1; // an auditor's choice
    std::string measure; // empty: confidences are hidden
    std::string reason; // of the machine's choice
    bool heat = false;
    bool areCompletions = false; // of a training step: called so, and none of them is taken
    std::vector<QString> remarks {}; // one for each path, below its head; may be empty
};

// Made anew for each pair. REQUIRES: left and right are indices of paths.
class PathComparison : public QWidget
{
    Q_OBJECT

public:
    explicit PathComparison(const ComparedPaths& compared, QWidget* parent = nullptr);

Q_SIGNALS:
    void leftPicked(int path);
    void rightPicked(int path);

private:
    void addHeads(const ComparedPaths& compared);
    void addRemarks(const ComparedPaths& compared);
    void addSections(const ComparedPaths& compared);
    void addMeasures(const ComparedPaths& compared);
    QWidget* makeHead(const ComparedPaths& compared, int side);
    QLabel* makeText(const QString& html);
    void addTitle(const QString& title, const QString& remark);

    QGridLayout* m_grid = nullptr;
    int m_row = 0;
};

} // namespace msrl::pages
