// SPDX-License-Identifier: GPL-3.0-or-later
// The auditor's buttons, each with its key, and the confirmation that a bulk decision asks for.
#pragma once

#include <QWidget>

#include <vector>

class QAction;
class QBoxLayout;
class QCheckBox;
class QFrame;
class QHBoxLayout;
class QLabel;
class QLineEdit;
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
    AcceptShown, // the whole filter
    RejectShown,
    SignOff,
};

class DecisionBar : public QWidget
{
    Q_OBJECT

public:
    explicit DecisionBar(QWidget* parent = nullptr);

    void setCanAccept(bool can, const QString& why);
    void setCanUndo(bool can, const QString& what);
    void setCanSignOff(bool can, const QString& why);
    bool canSignOff() const;
    QString signOffTip() const; // why it can or cannot
    void setBlind(bool on);
    void setAutoAdvance(bool on);
    // The key that stands on the button of an act; acts without a button are left alone.
    void showKey(AuditAct act, const QString& key);
    // What the button of an act says of it, until something else is to be said.
    void setTip(AuditAct act, const QString& tip);
    // Asks before a bulk decision is made; bulkConfirmed() follows when it is wanted.
    void askBulk(const QString& question, const QString& verb);
    bool isAsking() const;
    // Why, in the words of whoever is asked; may be empty.
    QString bulkReason() const;
    void dropBulk(); // what it asked about is no longer there
    // Wide enough for every word of the longer row.
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void acted(msrl::pages::AuditAct act);
    void bulkConfirmed();
    void bulkCancelled();
    void blindToggled(bool on);
    void autoAdvanceToggled(bool on);

protected:
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct ActButton
    {
        AuditAct act;
        QPushButton* button = nullptr;
        QString text;
    };
    QPushButton* addAct(const QString& text, AuditAct act);
    void confirm();
    void cancel();
    QWidget* makeConfirm();
    void arrangeRows();

    QBoxLayout* m_rows = nullptr; // side by side, or one below the other
    QHBoxLayout* m_decisions = nullptr;
    QHBoxLayout* m_ways = nullptr; // to other items, and to what is about the set
    std::vector<ActButton> m_buttons;
    QAction* m_acceptShown = nullptr;
    QAction* m_rejectShown = nullptr;
    QPushButton* m_accept = nullptr;
    QPushButton* m_undo = nullptr;
    QPushButton* m_signOff = nullptr;
    QCheckBox* m_blind = nullptr;
    QCheckBox* m_advance = nullptr;
    QFrame* m_confirm = nullptr;
    QLabel* m_question = nullptr;
    QLineEdit* m_why = nullptr;
    QPushButton* m_verb = nullptr;
};

} // namespace msrl::pages
