// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/sign_off_dialog.h"

#include "app/models/strings.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/tokens.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace msrl::pages {

SignOffDialog::SignOffDialog(const SignOffFacts& facts, QWidget* parent)
    : QDialog(parent)
{
    const models::AuditSummary& summary = facts.summary;
    setWindowTitle(tr("Sign off %1").arg(facts.stageTitle));
    setMinimumWidth(560);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 20, 20, widgets::kWideGap);
    layout->setSpacing(12);
    layout->addWidget(
        widgets::makeLabel(tr("Train the student on %1 of %2 items?")
                               .arg(models::countText(summary.training()), models::countText(summary.items)),
            QStringLiteral("title"), this));
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(widgets::kWideGap);
    const auto add = [&](const QString& name, const QString& value) {
        QLabel* text = widgets::makeLabel(value, {}, this);
        text->setWordWrap(true);
        form->addRow(widgets::makeLabel(name, QStringLiteral("secondary"), this), text);
    };
    const auto count = [](int n) { return models::countText(n); };
    add(tr("Accepted"), count(summary.accepted));
    add(tr("Overridden"), count(summary.overridden));
    add(tr("Left out"), tr("%1 rejected, %2 flagged").arg(count(summary.rejected), count(summary.flagged)));
    add(tr("Undecided"),
        tr("%1: %2 follow the machine's choice, %3 have none or fall below the gate's thresholds and are "
           "left out")
            .arg(count(summary.undecided), count(summary.undecidedKept),
                count(summary.undecided - summary.undecidedKept)));
    if (summary.toDecideAgain > 0)
        add(tr("To decide again"),
            tr("%1 of the undecided: decisions about their earlier paths do not count")
                .arg(count(summary.toDecideAgain)));
    add(tr("Machine wrong, by you"), models::estimateText(summary.byAuditor));
    if (summary.byGold.checked > 0)
        add(tr("Machine wrong, by gold"), models::estimateText(summary.byGold));
    if (facts.sample.isComplete())
        add(tr("Random sample"), models::sampleText(facts.sample));
    add(tr("Signed by"), facts.auditor);
    layout->addLayout(form);
    QLabel* note = widgets::makeLabel(facts.runWaits
            ? tr("The run waits for this and goes on at once. A sign-off cannot be taken back.")
            : tr("The run will not stop at its gate. A sign-off cannot be taken back."),
        QStringLiteral("secondary"), this);
    note->setWordWrap(true);
    layout->addWidget(note);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    auto* sign = new QPushButton(tr("Sign off %1 items").arg(models::countText(summary.training())), this);
    sign->setObjectName(QStringLiteral("signOffConfirm"));
    widgets::setVariant(sign, "kind", QStringLiteral("primary"));
    cancel->setDefault(true);
    auto* row = new QHBoxLayout;
    row->addStretch();
    row->addWidget(cancel);
    row->addWidget(sign);
    layout->addLayout(row);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(sign, &QPushButton::clicked, this, &QDialog::accept);
}

QString SignOffDialog::statement(const SignOffFacts& facts)
{
    const models::AuditSummary& summary = facts.summary;
    QString text = tr("%1 of %2 items train: %3 accepted, %4 overridden, %5 by the machine's choice. "
                      "Machine wrong by the auditor: %6.")
                       .arg(summary.training())
                       .arg(summary.items)
                       .arg(summary.accepted)
                       .arg(summary.overridden)
                       .arg(summary.undecidedKept)
                       .arg(models::estimateText(summary.byAuditor));
    if (summary.byGold.checked > 0)
        text += QLatin1Char(' ') + tr("Machine wrong by gold: %1.").arg(models::estimateText(summary.byGold));
    if (facts.sample.isComplete())
        text += QLatin1Char(' ') + tr("Random sample: %1").arg(models::sampleText(facts.sample));
    return text;
}

} // namespace msrl::pages
