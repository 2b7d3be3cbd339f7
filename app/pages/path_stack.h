// SPDX-License-Identifier: GPL-3.0-or-later
// All paths of one item below each other, an auditor's own target on top; one of them may be picked.
#pragma once

#include "core/store/rows.h"

#include <QWidget>

#include <optional>
#include <string>
#include <vector>

namespace msrl::pages {

class PathCard;

struct StackedPaths
{
    const store::CandidateRow& candidate;
    const std::optional<store::DecisionRow>& decision;
    std::string measure; // of the bars
    bool blind = false; // confidences, choice and reason stay hidden
    bool heat = false;
    int selected = -1;
};

// Made anew for each item.
class PathStack : public QWidget
{
    Q_OBJECT

public:
    explicit PathStack(const StackedPaths& shown, QWidget* parent = nullptr);

    void select(int path);
    QWidget* card(int path) const; // null: there is no such path
    // As those of a card: the height is asked for with the width.
    QSize sizeHint() const override { return { 360, 200 }; }
    QSize minimumSizeHint() const override { return { 180, 64 }; }

Q_SIGNALS:
    void picked(int path);

private:
    void addOwnTarget(const store::DecisionRow& decision, int number);
    void addPath(const StackedPaths& shown, int path);

    std::vector<PathCard*> m_cards;
};

} // namespace msrl::pages
