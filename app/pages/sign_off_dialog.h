// SPDX-License-Identifier: GPL-3.0-or-later
// The last question before a set trains the student: what it comes to and how wrong it may be.
#pragma once

#include "app/models/audit_summary.h"

#include <QDialog>

namespace msrl::pages {

class SignOffDialog : public QDialog
{
    Q_OBJECT

public:
    SignOffDialog(const QString& stageTitle, const QString& auditor, const models::AuditSummary& summary,
        bool runWaits, QWidget* parent = nullptr);

    // What is stored with the sign-off, in words.
    static QString statement(const models::AuditSummary& summary);
};

} // namespace msrl::pages
