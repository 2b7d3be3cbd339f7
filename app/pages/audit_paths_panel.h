// SPDX-License-Identifier: GPL-3.0-or-later
// The teacher's paths for one item: the votes on top, the cards below, and the form that an override needs.
#pragma once

#include "core/store/rows.h"

#include <QWidget>

#include <optional>
#include <vector>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace msrl::pages {

class PathCard;
class VoteBar;

class AuditPathsPanel : public QWidget
{
    Q_OBJECT

public:
    explicit AuditPathsPanel(QWidget* parent = nullptr);

    // blind: votes, confidence order, choice and reason stay hidden.
    void show(const store::CandidateRow& candidate, const std::optional<store::DecisionRow>& decision,
        const std::string& measure, bool blind);
    void clear();
    void toggleHeat();

    // Picks a path (0-based); out of range is ignored. While an override is open, the reason gets the focus.
    void selectPath(int index);
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

private:
    enum class Form { Path, OwnText, Note };

    void openForm(Form form);
    QWidget* makeForm();
    void rebuild();
    void submit();
    void prompt();

    store::CandidateRow m_candidate;
    std::optional<store::DecisionRow> m_decision;
    std::string m_measure;
    bool m_blind = false;
    bool m_heat = false;
    int m_selected = -1;
    std::vector<PathCard*> m_cards;
    VoteBar* m_votes = nullptr;
    QLabel* m_reason = nullptr;
    QScrollArea* m_scroll = nullptr;
    QWidget* m_form = nullptr;
    Form m_use = Form::Path;
    QLabel* m_log = nullptr;
    QLabel* m_formText = nullptr;
    QPlainTextEdit* m_ownText = nullptr;
    QLineEdit* m_why = nullptr;
    QPushButton* m_submit = nullptr;
};

} // namespace msrl::pages
