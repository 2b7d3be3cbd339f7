// SPDX-License-Identifier: GPL-3.0-or-later
// Offers the unsaved work that a studio left behind when it ended without a word: restore, discard or keep.
#pragma once

#include "app/services/journal.h"

#include <QFrame>

#include <vector>

class QLabel;
class QPushButton;

namespace msrl::pages {

// One entry at a time, newest first. Only "Discard" removes a file, and asks once more before.
class RecoveryBar : public QFrame
{
    Q_OBJECT

public:
    explicit RecoveryBar(QWidget* parent = nullptr);

    void offer(std::vector<services::JournalEntry> entries);

Q_SIGNALS:
    void restoreRequested(const msrl::services::JournalEntry& entry);
    void failed(const QString& sentence);

private:
    void showEntry();
    void next();
    void discard();

    std::vector<services::JournalEntry> m_entries;
    bool m_asking = false; // whether to discard
    QLabel* m_text = nullptr;
    QPushButton* m_restore = nullptr;
    QPushButton* m_discard = nullptr;
    QPushButton* m_keep = nullptr;
};

} // namespace msrl::pages
