// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/sweep_dialog.h"

#include "app/models/strings.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace msrl::pages {

using models::SweepChoice;
using models::SweepKind;

namespace {

constexpr int kWidth = 660;
constexpr int kCommandHeight = 84;

} // namespace

SweepDialog::SweepDialog(
    const SweepChoice& choice, curriculum::Project project, services::LaunchRequest launch, QWidget* parent)
    : QDialog(parent)
    , m_given(choice)
    , m_project(std::move(project))
    , m_launch(std::move(launch))
    , m_seeds(new QLineEdit(choice.seeds, this))
    , m_members(widgets::makeLabel({}, QStringLiteral("secondary"), this))
    , m_command(new QPlainTextEdit(this))
    , m_run(new QPushButton(tr("Run the study"), this))
{
    setWindowTitle(choice.kind == SweepKind::Ablations ? tr("Ablation set") : tr("Replay sweep"));
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    if (choice.kind == SweepKind::ReplayRatios)
        addRatioFields(*form);
    m_seeds->setObjectName(QStringLiteral("sweepSeeds"));
    m_seeds->setAccessibleName(tr("Seeds"));
    m_seeds->setToolTip(tr("Two and more give intervals over seeds: 1, 2, 3"));
    form->addRow(tr("Seeds"), m_seeds);
    connect(m_seeds, &QLineEdit::textChanged, this, &SweepDialog::showChoice);
    layOut(*form);
    if (m_node) {
        setTabOrder(m_node, m_ratios);
        setTabOrder(m_ratios, m_until);
        setTabOrder(m_until, m_seeds);
        m_ratios->setFocus();
    }
    showChoice();
    resize(kWidth, sizeHint().height());
}

void SweepDialog::addRatioFields(QFormLayout& form)
{
    m_node = new QComboBox(this);
    m_node->setObjectName(QStringLiteral("sweepNode"));
    m_node->setAccessibleName(tr("Stage"));
    for (const curriculum::Node* node : models::replayStages(m_project))
        m_node->addItem(models::toQt(curriculum::displayTitle(*node)), models::toQt(node->id));
    m_node->setCurrentIndex(std::max(0, m_node->findData(m_given.node)));
    m_ratios = new QLineEdit(m_given.ratios, this);
    m_ratios->setObjectName(QStringLiteral("sweepRatios"));
    m_ratios->setAccessibleName(tr("Ratios of new to replayed samples"));
    m_ratios->setToolTip(
        tr("New samples to one replayed sample, with commas between them; 0 replays nothing."));
    m_until = new QCheckBox(tr("End after this stage: its effect is seen right after it"), this);
    m_until->setChecked(m_given.until);
    form.addRow(tr("Stage"), m_node);
    form.addRow(tr("New : replay"), m_ratios);
    form.addRow(QString(), m_until);
    connect(m_node, &QComboBox::activated, this, &SweepDialog::showChoice);
    connect(m_ratios, &QLineEdit::textChanged, this, &SweepDialog::showChoice);
    connect(m_until, &QCheckBox::toggled, this, &SweepDialog::showChoice);
}

void SweepDialog::layOut(QFormLayout& form)
{
    QLabel* note = widgets::makeLabel(m_given.kind == SweepKind::Ablations
            ? tr("The whole curriculum, and the curriculum without each of its stages, as in the paper's "
                 "table. What they share is made once; audit gates decide by their thresholds.")
            : tr("One configuration per ratio; all that comes before the stage is made once. Audit gates "
                 "decide by their thresholds."),
        QStringLiteral("secondary"), this);
    note->setWordWrap(true);
    m_members->setWordWrap(true);
    m_members->setObjectName(QStringLiteral("sweepMembers"));
    m_command->setReadOnly(true);
    m_command->setTabChangesFocus(true);
    m_command->setFixedHeight(kCommandHeight);
    m_command->setFont(widgets::smallFont(widgets::monoFont()));
    m_command->setAccessibleName(tr("Command line"));
    m_run->setObjectName(QStringLiteral("sweepRun"));
    widgets::setVariant(m_run, "kind", QStringLiteral("primary"));
    m_run->setDefault(true);
    auto* close = new QPushButton(tr("Close"), this);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(close);
    buttons->addWidget(m_run);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 20, 20, widgets::kWideGap);
    layout->setSpacing(12);
    layout->addWidget(widgets::makeLabel(windowTitle(), QStringLiteral("title"), this));
    layout->addWidget(note);
    layout->addLayout(&form);
    layout->addWidget(m_members);
    layout->addWidget(widgets::makeLabel(tr("Command line"), QStringLiteral("heading"), this));
    layout->addWidget(m_command);
    layout->addLayout(buttons);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_run, &QPushButton::clicked, this, &QDialog::accept);
}

SweepChoice SweepDialog::choice() const
{
    SweepChoice choice = m_given;
    choice.seeds = m_seeds->text();
    if (m_node) {
        choice.node = m_node->currentData().toString();
        choice.ratios = m_ratios->text();
        choice.until = m_until->isChecked();
    }
    return choice;
}

void SweepDialog::showChoice()
{
    const SweepChoice chosen = choice();
    const auto group = models::sweepGroup(chosen, m_project);
    if (group) {
        QStringList titles;
        for (const groups::Configuration& configuration : group->configurations)
            titles << models::toQt(configuration.title);
        m_members->setText(
            tr("%1 runs: %2").arg(group->members.size()).arg(titles.join(QStringLiteral(", "))));
    } else {
        m_members->setText(models::sweepProblem(group.error()));
    }
    widgets::setVariant(m_members, "role", group ? QStringLiteral("secondary") : QStringLiteral("bad"));
    m_launch.options = models::sweepOptions(chosen);
    m_command->setPlainText(services::commandLine(m_launch));
    m_run->setEnabled(group.ok());
}

} // namespace msrl::pages
