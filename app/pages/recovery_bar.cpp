// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/recovery_bar.h"

#include "widgets/feedback/labels.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/tokens.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLocale>
#include <QPushButton>

namespace msrl::pages {

RecoveryBar::RecoveryBar(QWidget* parent)
    : QFrame(parent)
    , m_text(widgets::makeLabel({}, {}, this))
    , m_restore(new QPushButton(tr("Restore"), this))
    , m_discard(new QPushButton(this))
    , m_keep(new QPushButton(this))
{
    widgets::setVariant(this, "surface", QStringLiteral("bar"));
    widgets::setVariant(m_restore, "kind", QStringLiteral("primary"));
    m_text->setWordWrap(true);
    m_restore->setObjectName(QStringLiteral("restoreButton"));
    m_discard->setObjectName(QStringLiteral("discardButton"));
    m_keep->setObjectName(QStringLiteral("keepButton"));
    m_restore->setToolTip(tr("Open the project with these changes; nothing is written before you save."));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(widgets::kWideGap, widgets::kGrid, widgets::kWideGap, widgets::kGrid);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(m_text, 1);
    for (QPushButton* button : { m_restore, m_discard, m_keep })
        layout->addWidget(button);
    connect(m_restore, &QPushButton::clicked, this, [this] {
        const services::JournalEntry entry = m_entries.front();
        next();
        Q_EMIT restoreRequested(entry);
    });
    connect(m_discard, &QPushButton::clicked, this, &RecoveryBar::discard);
    connect(m_keep, &QPushButton::clicked, this, [this] {
        if (m_asking) {
            m_asking = false;
            showEntry();
        } else {
            next();
        }
    });
    hide();
}

void RecoveryBar::offer(std::vector<services::JournalEntry> entries)
{
    m_entries = std::move(entries);
    m_asking = false;
    showEntry();
}

void RecoveryBar::showEntry()
{
    setVisible(!m_entries.empty());
    if (m_entries.empty())
        return;
    const services::JournalEntry& entry = m_entries.front();
    const QString name
        = entry.projectPath.isEmpty() ? tr("an unsaved project") : QFileInfo(entry.projectPath).fileName();
    const QString time = QLocale().toString(entry.time, QLocale::ShortFormat);
    m_text->setText(m_asking
            ? tr("The unsaved changes to %1 from %2 cannot be brought back once discarded.").arg(name, time)
            : tr("Unsaved changes to %1 from %2 were found; the studio did not end in the usual way.")
                  .arg(name, time));
    m_text->setToolTip(entry.projectPath);
    m_restore->setVisible(!m_asking);
    m_discard->setText(m_asking ? tr("Discard changes") : tr("Discard…"));
    m_discard->setToolTip(tr("Throw these changes away."));
    widgets::setVariant(m_discard, "kind", m_asking ? QStringLiteral("danger") : QString());
    m_keep->setText(m_asking ? tr("Cancel") : tr("Keep"));
    m_keep->setToolTip(m_asking ? tr("Do not discard them.") : tr("Ask again at the next start."));
}

void RecoveryBar::next()
{
    m_entries.erase(m_entries.begin());
    m_asking = false;
    showEntry();
}

void RecoveryBar::discard()
{
    if (!m_asking) {
        m_asking = true;
        showEntry();
        return;
    }
    if (const base::Status gone = services::Journal::discard(m_entries.front()); !gone) {
        Q_EMIT failed(QString::fromStdString(gone.error().message()));
        return;
    }
    next();
}

} // namespace msrl::pages
