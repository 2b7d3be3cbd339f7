// SPDX-License-Identifier: GPL-3.0-or-later
// The auditor's buttons, each with its key, and the confirmation that a bulk decision asks for.
#pragma once

#include <QWidget>

#include <map>

class QCheckBox;
class QFrame;
class QLabel;
class QPushButton;

namespace msrl::pages {

enum class AuditAct {
    Accept,
    Reject,
    WrongCaption,
    Override,
    OwnText,
    Flag,
    Note,
    Undo,
    Previous,
    Next,
    NextUndecided,
};

class DecisionBar : public QWidget
{
    Q_OBJECT

public:
    explicit DecisionBar(QWidget* parent = nullptr);

    // Shown on the button of the act, where it has one; empty: no key.
    void setKey(AuditAct act, const QString& key);
    void setCanAccept(bool can, const QString& why);
    void setCanUndo(bool can, const QString& what);
    void setCanSignOff(bool can, const QString& why);
    void setBlind(bool on);
    void setAutoAdvance(bool on);
    // Asks before a bulk decision is made; bulkConfirmed() follows when it is wanted.
    void askBulk(const QString& question, const QString& verb);
    bool isAsking() const;

Q_SIGNALS:
    void acted(msrl::pages::AuditAct act);
    void bulkRequested(const QString& verdict);
    void bulkConfirmed();
    void signOffRequested();
    void blindToggled(bool on);
    void autoAdvanceToggled(bool on);

private:
    QPushButton* addAct(const QString& text, const QString& key, AuditAct act);
    QWidget* makeConfirm();

    std::map<AuditAct, QPushButton*> m_acts;
    QPushButton* m_accept = nullptr;
    QPushButton* m_undo = nullptr;
    QPushButton* m_signOff = nullptr;
    QCheckBox* m_blind = nullptr;
    QCheckBox* m_advance = nullptr;
    QFrame* m_confirm = nullptr;
    QLabel* m_question = nullptr;
    QPushButton* m_verb = nullptr;
};

} // namespace msrl::pages
