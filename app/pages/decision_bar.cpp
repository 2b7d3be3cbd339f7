// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/decision_bar.h"

#include "widgets/feedback/labels.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/tokens.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>

namespace msrl::pages {

DecisionBar::DecisionBar(QWidget* parent)
    : QWidget(parent)
{
    m_accept = addAct(tr("Accept"), QStringLiteral("A"), AuditAct::Accept);
    widgets::setVariant(m_accept, "kind", QStringLiteral("primary"));
    QPushButton* reject = addAct(tr("Reject"), QStringLiteral("R"), AuditAct::Reject);
    QPushButton* override = addAct(tr("Override"), QStringLiteral("O"), AuditAct::Override);
    QPushButton* edit = addAct(tr("Write own"), QStringLiteral("E"), AuditAct::OwnText);
    QPushButton* flag = addAct(tr("Flag"), QStringLiteral("F"), AuditAct::Flag);
    m_undo = addAct(tr("Undo"), QStringLiteral("Z"), AuditAct::Undo);
    QPushButton* previous = addAct(tr("Previous"), QStringLiteral("K"), AuditAct::Previous);
    QPushButton* next = addAct(tr("Next"), QStringLiteral("J"), AuditAct::Next);
    QPushButton* undecided = addAct(tr("Undecided"), QStringLiteral("N"), AuditAct::NextUndecided);
    undecided->setToolTip(tr("Go to the next item without a decision"));
    auto* bulk = new QPushButton(tr("Whole filter"), this);
    bulk->setToolTip(tr("Decide about every item that the filter shows"));
    bulk->setFocusPolicy(Qt::TabFocus);
    auto* menu = new QMenu(bulk);
    for (const auto& [text, verdict] : { std::pair(tr("Accept all shown …"), QStringLiteral("accept")),
             std::pair(tr("Reject all shown …"), QStringLiteral("reject")) })
        menu->addAction(text, this, [this, verdict = verdict] { Q_EMIT bulkRequested(verdict); });
    bulk->setMenu(menu);
    m_blind = new QCheckBox(tr("Blind"), this);
    m_blind->setToolTip(tr("Hide votes, gold and the machine's choice until you have decided"));
    m_advance = new QCheckBox(tr("Advance"), this);
    m_advance->setToolTip(tr("Go to the next undecided item after a decision"));
    m_signOff = new QPushButton(tr("Sign off …"), this);
    m_signOff->setObjectName(QStringLiteral("signOffButton"));
    for (QWidget* widget : std::initializer_list<QWidget*> { m_blind, m_advance, m_signOff })
        widget->setFocusPolicy(Qt::TabFocus);
    auto* row = new QHBoxLayout;
    row->setSpacing(widgets::kGap);
    for (QPushButton* button : { m_accept, reject, override, edit, flag, m_undo })
        row->addWidget(button);
    row->addSpacing(widgets::kWideGap);
    for (QPushButton* button : { previous, next, undecided })
        row->addWidget(button);
    row->addStretch();
    row->addWidget(m_blind);
    row->addWidget(m_advance);
    row->addWidget(bulk);
    row->addWidget(m_signOff);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(widgets::kWideGap, widgets::kGap, widgets::kWideGap, widgets::kGap);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(makeConfirm());
    layout->addLayout(row);
    connect(m_blind, &QCheckBox::toggled, this, &DecisionBar::blindToggled);
    connect(m_advance, &QCheckBox::toggled, this, &DecisionBar::autoAdvanceToggled);
    connect(m_signOff, &QPushButton::clicked, this, &DecisionBar::signOffRequested);
}

QPushButton* DecisionBar::addAct(const QString& text, const QString& key, AuditAct act)
{
    auto* button = new QPushButton(QStringLiteral("%1  %2").arg(text, key), this);
    button->setAccessibleName(text);
    button->setFocusPolicy(Qt::TabFocus);
    m_acts[act] = button;
    connect(button, &QPushButton::clicked, this, [this, act] { Q_EMIT acted(act); });
    return button;
}

void DecisionBar::setKey(AuditAct act, const QString& key)
{
    if (const auto found = m_acts.find(act); found != m_acts.end())
        found->second->setText(key.isEmpty()
                ? found->second->accessibleName()
                : QStringLiteral("%1  %2").arg(found->second->accessibleName(), key));
}

QWidget* DecisionBar::makeConfirm()
{
    m_confirm = new QFrame(this);
    widgets::setVariant(m_confirm, "surface", QStringLiteral("card"));
    m_question = widgets::makeLabel({}, {}, m_confirm);
    m_verb = new QPushButton(m_confirm);
    m_verb->setObjectName(QStringLiteral("bulkConfirm"));
    widgets::setVariant(m_verb, "kind", QStringLiteral("primary"));
    auto* cancel = new QPushButton(tr("Cancel"), m_confirm);
    auto* row = new QHBoxLayout(m_confirm);
    row->setContentsMargins(12, 6, 12, 6);
    row->addWidget(m_question, 1);
    row->addWidget(m_verb);
    row->addWidget(cancel);
    m_confirm->hide();
    connect(cancel, &QPushButton::clicked, m_confirm, &QWidget::hide);
    connect(m_verb, &QPushButton::clicked, this, [this] {
        m_confirm->hide();
        Q_EMIT bulkConfirmed();
    });
    return m_confirm;
}

void DecisionBar::askBulk(const QString& question, const QString& verb)
{
    m_question->setText(question);
    m_verb->setText(verb);
    m_verb->setVisible(!verb.isEmpty());
    m_confirm->show();
    if (!verb.isEmpty())
        m_verb->setFocus();
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
    m_undo->setToolTip(can ? tr("Undo: %1").arg(what) : QString());
}

void DecisionBar::setCanSignOff(bool can, const QString& why)
{
    m_signOff->setEnabled(can);
    m_signOff->setToolTip(why);
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
