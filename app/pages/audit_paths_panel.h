// SPDX-License-Identifier: GPL-3.0-or-later
// The teacher's paths for one item: the votes on top, below them the paths stacked as cards or two of them
// side by side, and the form that an override needs.
#pragma once

#include "core/store/rows.h"

#include <QWidget>

#include <optional>
#include <vector>

class QLabel;
class QScrollArea;

namespace msrl::pages {

class OverrideForm;
class PathModes;
class PathStack;
class VoteBar;

class AuditPathsPanel : public QWidget
{
    Q_OBJECT

public:
    explicit AuditPathsPanel(QWidget* parent = nullptr);

    // blind: votes, confidences, choice and reason stay hidden.
    void show(const store::CandidateRow& candidate, const std::optional<store::DecisionRow>& decision,
        const std::string& measure, bool blind);
    void clear();
    void toggleHeat();
    // The keys that its texts name, as they are now.
    void showKeys();

    // Two paths beside each other: on the left the machine's choice (blind: the first), on the right the one
    // that is picked, at first the surest that says another answer.
    void setSideBySide(bool on);
    bool isSideBySide() const { return m_sideBySide; }
    void swapSides();
    int leftPath() const { return m_left; }
    int rightPath() const { return m_right; }

    // Picks a path (0-based); out of range is ignored. While an override is open, the reason gets the focus.
    void selectPath(int index);
    // Picks the next one (by: 1) or the one before (by: -1), going round.
    void stepPath(int by);
    int selectedPath() const { return m_selected; }

    // What was said about the item, under the votes.
    void setLog(const QStringList& lines);

    // Asks for a path (unless one is selected) and a reason. ownText: the auditor writes the target anew.
    void beginOverride(bool ownText);
    void beginNote();
    void cancelOverride();
    bool isOverriding() const;

Q_SIGNALS:
    // path -1: `text` is the target.
    void overrideEntered(int path, const QString& text, const QString& reason);
    void noteEntered(const QString& text);
    void overrideClosed(); // and so for the note
    void sideBySideChanged(bool on);

protected:
    void changeEvent(QEvent* event) override;

private:
    void layOut();
    void chooseSides();
    void rebuild();
    PathStack* makeStack();
    QWidget* makeComparison();
    void bringToView(QWidget* widget);
    void showSelection();
    // audit_paths_override.cpp
    void pick(int index);
    QString ownTextStart() const;

    store::CandidateRow m_candidate;
    std::optional<store::DecisionRow> m_decision;
    std::string m_measure;
    bool m_blind = false;
    bool m_heat = false;
    bool m_sideBySide = false;
    int m_selected = -1;
    int m_left = -1;
    int m_right = -1;
    PathStack* m_stack = nullptr; // none while side by side; the scroll area's
    VoteBar* m_votes = nullptr;
    PathModes* m_modes = nullptr;
    QLabel* m_reason = nullptr;
    QLabel* m_log = nullptr;
    QScrollArea* m_scroll = nullptr;
    OverrideForm* m_form = nullptr;
};

} // namespace msrl::pages
