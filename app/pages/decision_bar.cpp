// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/decision_bar.h"

#include "widgets/feedback/labels.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/tokens.h"

#include <QAction>
#include <QCheckBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QResizeEvent>
#include <QShortcut>
#include <QVBoxLayout>

#include <algorithm>

namespace msrl::pages {

namespace {

constexpr int kBetweenGroups = widgets::kGap + widgets::kWideGap; // of buttons in one row

} // namespace

DecisionBar::DecisionBar(QWidget* parent)
    : QWidget(parent)
{
    m_accept = addAct(tr("Accept"), AuditAct::Accept);
    widgets::setVariant(m_accept, "kind", QStringLiteral("primary"));
    QPushButton* reject = addAct(tr("Reject"), AuditAct::Reject);
    QPushButton* override = addAct(tr("Override"), AuditAct::Override);
    QPushButton* edit = addAct(tr("Write own"), AuditAct::OwnText);
    QPushButton* flag = addAct(tr("Flag"), AuditAct::Flag);
    m_undo = addAct(tr("Undo"), AuditAct::Undo);
    QPushButton* previous = addAct(tr("Previous"), AuditAct::Previous);
    QPushButton* next = addAct(tr("Next"), AuditAct::Next);
    QPushButton* undecided = addAct(tr("Undecided"), AuditAct::NextUndecided);
    auto* bulk = new QPushButton(tr("Whole filter"), this);
    bulk->setToolTip(tr("Decide about every item that the filter shows"));
    bulk->setFocusPolicy(Qt::TabFocus);
    auto* menu = new QMenu(bulk);
    m_acceptShown
        = menu->addAction(tr("Accept all shown…"), this, [this] { Q_EMIT acted(AuditAct::AcceptShown); });
    m_rejectShown
        = menu->addAction(tr("Reject all shown…"), this, [this] { Q_EMIT acted(AuditAct::RejectShown); });
    bulk->setMenu(menu);
    m_blind = new QCheckBox(tr("Blind"), this);
    m_blind->setToolTip(tr("Hide votes, gold and the machine's choice until you have decided"));
    m_advance = new QCheckBox(tr("Advance"), this);
    m_advance->setToolTip(tr("Go to the next undecided item after a decision"));
    m_signOff = addAct(tr("Sign off…"), AuditAct::SignOff);
    m_signOff->setObjectName(QStringLiteral("signOffButton"));
    for (QWidget* widget : std::initializer_list<QWidget*> { m_blind, m_advance, m_signOff })
        widget->setFocusPolicy(Qt::TabFocus);
    m_decisions = new QHBoxLayout;
    m_decisions->setSpacing(widgets::kGap);
    for (QPushButton* button : { m_accept, reject, override, edit, flag, m_undo })
        m_decisions->addWidget(button);
    m_decisions->addStretch();
    m_ways = new QHBoxLayout;
    m_ways->setSpacing(widgets::kGap);
    for (QPushButton* button : { previous, next, undecided })
        m_ways->addWidget(button);
    m_ways->addStretch();
    for (QWidget* widget : std::initializer_list<QWidget*> { m_blind, m_advance, bulk, m_signOff })
        m_ways->addWidget(widget);
    m_rows = new QBoxLayout(QBoxLayout::LeftToRight);
    m_rows->setSpacing(kBetweenGroups);
    m_rows->addLayout(m_decisions);
    m_rows->addLayout(m_ways, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(widgets::kWideGap, widgets::kGap, widgets::kWideGap, widgets::kGap);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(makeConfirm());
    layout->addLayout(m_rows);
    connect(m_blind, &QCheckBox::toggled, this, &DecisionBar::blindToggled);
    connect(m_advance, &QCheckBox::toggled, this, &DecisionBar::autoAdvanceToggled);
}

QSize DecisionBar::minimumSizeHint() const
{
    const QMargins around = layout()->contentsMargins();
    const int widest = std::max(m_decisions->sizeHint().width(), m_ways->sizeHint().width());
    return { widest + around.left() + around.right(), QWidget::minimumSizeHint().height() };
}

void DecisionBar::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrangeRows();
}

bool DecisionBar::event(QEvent* event)
{
    if (event->type() == QEvent::LayoutRequest) // other keys, other words
        arrangeRows();
    return QWidget::event(event);
}

// Style sheets let buttons shrink below their words: what does not fit beside each other stands in two rows.
void DecisionBar::arrangeRows()
{
    const QMargins around = layout()->contentsMargins();
    const int needed = m_decisions->sizeHint().width() + m_ways->sizeHint().width() + kBetweenGroups
        + around.left() + around.right();
    const bool beside = needed <= width();
    const auto direction = beside ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom;
    if (m_rows->direction() == direction)
        return;
    m_rows->setDirection(direction);
    m_rows->setSpacing(beside ? kBetweenGroups : widgets::kGap);
}

QPushButton* DecisionBar::addAct(const QString& text, AuditAct act)
{
    auto* button = new QPushButton(text, this);
    button->setAccessibleName(text);
    button->setFocusPolicy(Qt::TabFocus);
    connect(button, &QPushButton::clicked, this, [this, act] { Q_EMIT acted(act); });
    m_buttons.push_back({ act, button, text });
    return button;
}

void DecisionBar::showKey(AuditAct act, const QString& key)
{
    const QString gap = key.isEmpty() ? QString() : QStringLiteral("  ");
    for (const ActButton& one : m_buttons) {
        if (one.act == act)
            one.button->setText(one.text + gap + key);
    }
    // A menu shows what follows a tab as the key, and does not act on it: the action of that key does.
    if (act == AuditAct::AcceptShown)
        m_acceptShown->setText(tr("Accept all shown…") + QLatin1Char('\t') + key);
    if (act == AuditAct::RejectShown)
        m_rejectShown->setText(tr("Reject all shown…") + QLatin1Char('\t') + key);
}

void DecisionBar::setTip(AuditAct act, const QString& tip)
{
    for (const ActButton& one : m_buttons)
        if (one.act == act)
            one.button->setToolTip(tip);
}

QWidget* DecisionBar::makeConfirm()
{
    m_confirm = new QFrame(this);
    widgets::setVariant(m_confirm, "surface", QStringLiteral("card"));
    m_question = widgets::makeLabel({}, {}, m_confirm);
    m_question->setObjectName(QStringLiteral("bulkQuestion"));
    m_question->setWordWrap(true);
    m_why = new QLineEdit(m_confirm);
    m_why->setObjectName(QStringLiteral("bulkReason"));
    m_why->setPlaceholderText(tr("Reason, if you like"));
    m_why->setToolTip(tr("Kept in the history of each of these items"));
    m_why->setAccessibleName(tr("Reason of the decision about all of them"));
    m_verb = new QPushButton(m_confirm);
    m_verb->setObjectName(QStringLiteral("bulkConfirm"));
    widgets::setVariant(m_verb, "kind", QStringLiteral("primary"));
    auto* cancel = new QPushButton(tr("Cancel  Esc"), m_confirm);
    cancel->setObjectName(QStringLiteral("bulkCancel"));
    auto* row = new QHBoxLayout(m_confirm);
    row->setContentsMargins(12, 6, 12, 6);
    row->addWidget(m_question, 3);
    row->addWidget(m_why, 2);
    row->addWidget(m_verb);
    row->addWidget(cancel);
    m_confirm->hide();
    connect(cancel, &QPushButton::clicked, this, &DecisionBar::cancel);
    connect(m_verb, &QPushButton::clicked, this, &DecisionBar::confirm);
    const auto onKey = [this](Qt::Key key, void (DecisionBar::*what)()) {
        auto* shortcut = new QShortcut(QKeySequence(key), m_confirm);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, what);
    };
    onKey(Qt::Key_Return, &DecisionBar::confirm);
    onKey(Qt::Key_Enter, &DecisionBar::confirm);
    onKey(Qt::Key_Escape, &DecisionBar::cancel);
    return m_confirm;
}

void DecisionBar::confirm()
{
    if (!m_verb->isVisibleTo(m_confirm))
        return;
    m_confirm->hide();
    Q_EMIT bulkConfirmed();
}

void DecisionBar::cancel()
{
    m_confirm->hide();
    Q_EMIT bulkCancelled();
}

void DecisionBar::askBulk(const QString& question, const QString& verb)
{
    m_question->setText(question);
    m_verb->setText(verb.isEmpty() ? verb : tr("%1  Enter").arg(verb));
    m_verb->setVisible(!verb.isEmpty());
    m_why->setVisible(!verb.isEmpty());
    m_why->clear();
    m_confirm->show();
    if (verb.isEmpty())
        m_confirm->findChild<QPushButton*>(QStringLiteral("bulkCancel"))->setFocus();
    else
        m_verb->setFocus();
}

void DecisionBar::dropBulk()
{
    m_confirm->hide();
}

QString DecisionBar::bulkReason() const
{
    return m_why->text().trimmed();
}

bool DecisionBar::isAsking() const
{
    return m_confirm->isVisibleTo(this);
}

void DecisionBar::setCanAccept(bool can, const QString& why)
{
    m_accept->setEnabled(can);
    m_accept->setToolTip(why);
}

void DecisionBar::setCanUndo(bool can, const QString& what)
{
    m_undo->setEnabled(can);
    m_undo->setToolTip(can ? tr("Undo: %1").arg(what) : tr("There is no decision of yours to take back"));
}

void DecisionBar::setCanSignOff(bool can, const QString& why)
{
    m_signOff->setEnabled(can);
    m_signOff->setToolTip(why);
}

QString DecisionBar::signOffTip() const
{
    return m_signOff->toolTip();
}

bool DecisionBar::canSignOff() const
{
    return m_signOff->isEnabled();
}

void DecisionBar::setBlind(bool on)
{
    m_blind->setChecked(on);
}

void DecisionBar::setAutoAdvance(bool on)
{
    m_advance->setChecked(on);
}

} // namespace msrl::pages
