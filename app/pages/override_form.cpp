// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/override_form.h"

#include "app/models/strings.h"
#include "app/pages/action_keys.h"
#include "core/judge/format_problem.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/style_sheet.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QShortcut>
#include <QVBoxLayout>

#include <algorithm>

namespace msrl::pages {

namespace {

constexpr int kTextHeight = 96;

} // namespace

OverrideForm::OverrideForm(QWidget* parent)
    : QFrame(parent)
    , m_text(widgets::makeLabel({}, QStringLiteral("heading"), this))
    , m_ownText(new QPlainTextEdit(this))
    , m_why(new QLineEdit(this))
    , m_submit(new QPushButton(this))
{
    widgets::setVariant(this, "surface", QStringLiteral("card"));
    m_text->setWordWrap(true);
    m_ownText->setFixedHeight(kTextHeight);
    m_ownText->setAccessibleName(tr("Your own target text"));
    m_why->setAccessibleName(tr("Reason of the override"));
    widgets::setVariant(m_submit, "kind", QStringLiteral("primary"));
    auto* cancel = new QPushButton(tr("Cancel  Esc"), this);
    auto* row = new QHBoxLayout;
    row->addWidget(m_why, 1);
    row->addWidget(m_submit);
    row->addWidget(cancel);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 10);
    layout->addWidget(m_text);
    layout->addWidget(m_ownText);
    layout->addLayout(row);
    hide();
    connect(m_why, &QLineEdit::returnPressed, this, &OverrideForm::submit);
    connect(m_why, &QLineEdit::textChanged, this, &OverrideForm::prompt);
    connect(m_ownText, &QPlainTextEdit::textChanged, this, &OverrideForm::prompt);
    connect(m_submit, &QPushButton::clicked, this, &OverrideForm::submit);
    connect(cancel, &QPushButton::clicked, this, &OverrideForm::close);
    auto* escape = new QShortcut(QKeySequence(Qt::Key_Escape), this);
    escape->setContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QShortcut::activated, this, &OverrideForm::close);
}

bool OverrideForm::isOpen() const
{
    return isVisibleTo(parentWidget());
}

void OverrideForm::open(Use use, int numPaths, const QString& text)
{
    const bool isNote = use == Use::Note;
    m_use = use;
    m_numPaths = numPaths;
    m_ownText->setVisible(use == Use::OwnText);
    m_ownText->setPlainText(text);
    m_why->clear();
    m_why->setPlaceholderText(isNote ? tr("Note, for whoever reads the audit later")
                                     : tr("Reason, for whoever reads the audit later"));
    m_submit->setText(isNote ? tr("Note  Enter") : tr("Override  Enter"));
    show();
    prompt();
    if (use == Use::OwnText)
        m_ownText->setFocus();
    else if (isNote || m_path >= 0)
        m_why->setFocus();
}

void OverrideForm::close()
{
    const bool wasOpen = isOpen();
    hide();
    if (wasOpen)
        Q_EMIT closed();
}

void OverrideForm::setPath(int path, const QString& problem)
{
    m_path = path;
    m_problem = problem;
    prompt();
}

void OverrideForm::focusReason()
{
    m_why->setFocus();
}

// How a path is picked, by the keys as they are now.
QString OverrideForm::choiceText() const
{
    const auto pathKey = [this](int number) {
        const QString key = actionKey(this, QStringLiteral("audit.path%1").arg(number));
        return key.isEmpty() ? QString::number(number) : key;
    };
    const QString keys
        = tr("Pick a path: %1 to %2").arg(pathKey(1), pathKey(std::min(m_numPaths, kPathKeys)));
    if (m_numPaths <= kPathKeys)
        return keys + QLatin1Char('.');
    const QString before = actionKey(this, QStringLiteral("audit.previousPath"));
    const QString after = actionKey(this, QStringLiteral("audit.nextPath"));
    const QString take = actionKey(this, QStringLiteral("audit.override"));
    if (before.isEmpty() || after.isEmpty() || take.isEmpty())
        return tr("%1, or click one of all %2.").arg(keys, QString::number(m_numPaths));
    return tr("%1, or %2 and %3 for all %4 and then %5.")
        .arg(keys, before, after, QString::number(m_numPaths), take);
}

void OverrideForm::prompt()
{
    const bool own = m_use == Use::OwnText;
    if (m_use == Use::Note)
        m_text->setText(tr("A note about this item. What was decided stays."));
    else if (own)
        m_text->setText(tr("Write the target that the student shall learn, then the reason."));
    else if (m_path < 0)
        m_text->setText(choiceText());
    else if (!m_problem.isEmpty())
        m_text->setText(
            tr("Path %1 cannot be learnt: %2. Pick another, or %3.")
                .arg(QString::number(m_path + 1), m_problem,
                    withKeyInBrackets(tr("write the target yourself"), this, QStringLiteral("audit.write"))));
    else
        m_text->setText(tr("Path %1 in place of the machine's choice. Why?").arg(m_path + 1));
    // The grammar that the teacher's paths had to pass, with the caption that the student learns to write.
    const auto problem = own
        ? judge::formatProblem(m_ownText->toPlainText().toStdString(), { .type = true, .caption = true })
        : std::nullopt;
    if (problem)
        m_text->setText(tr("Not in the right format: %1.").arg(models::toQt(*problem)));
    const bool target = own ? !problem : m_use == Use::Note || (m_path >= 0 && m_problem.isEmpty());
    m_submit->setEnabled(target && !m_why->text().trimmed().isEmpty());
}

void OverrideForm::submit()
{
    if (!m_submit->isEnabled())
        return;
    const bool own = m_use == Use::OwnText;
    const QString text = own ? m_ownText->toPlainText() : QString();
    const QString reason = m_why->text().trimmed();
    close();
    if (m_use == Use::Note)
        Q_EMIT noteEntered(reason);
    else
        Q_EMIT overrideEntered(own ? -1 : m_path, text, reason);
}

} // namespace msrl::pages
