// SPDX-License-Identifier: GPL-3.0-or-later
// The last question before a set trains the student: what it comes to and how wrong it may be.
#pragma once

#include "app/models/audit_quality.h"

#include <QDialog>

namespace msrl::pages {

struct SignOffFacts
{
    QString stageTitle;
    QString auditor;
    models::AuditSummary summary;
    models::AuditSample sample; // told when all of it is decided
    bool runWaits = false;
};

class SignOffDialog : public QDialog
{
    Q_OBJECT

public:
    explicit SignOffDialog(const SignOffFacts& facts, QWidget* parent = nullptr);

    // What is stored with the sign-off, in words.
    static QString statement(const SignOffFacts& facts);
};

} // namespace msrl::pages
