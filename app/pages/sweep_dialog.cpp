// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/sweep_dialog.h"

#include "app/models/strings.h"
#include "app/models/table_text.h"
#include "app/pages/launch_form.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
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

constexpr int kSweepWidth = 760;
constexpr int kSweepCommandHeight = 84;

QString sweepTitle(SweepKind kind)
{
    switch (kind) {
    case SweepKind::Ablations:
        return SweepDialog::tr("Ablation set");
    case SweepKind::ReplayRatios:
        return SweepDialog::tr("Replay sweep");
    case SweepKind::Parameter:
        return SweepDialog::tr("Parameter sweep");
    }
    return {};
}

} // namespace

SweepDialog::SweepDialog(
    const SweepChoice& choice, curriculum::Project project, StudyLaunch launch, QWidget* parent)
    : QDialog(parent)
    , m_given(choice)
    , m_project(std::move(project))
    , m_launch(std::move(launch))
    , m_seeds(new QLineEdit(choice.seeds, this))
    , m_members(widgets::makeLabel({}, QStringLiteral("secondary"), this))
{
    setWindowTitle(sweepTitle(choice.kind));
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    if (choice.kind != SweepKind::Ablations)
        addValueFields(*form);
    m_seeds->setObjectName(QStringLiteral("sweepSeeds"));
    m_seeds->setAccessibleName(tr("Seeds"));
    m_seeds->setToolTip(tr("Two and more give intervals over seeds: 1, 2, 3"));
    form->addRow(tr("Seeds"), m_seeds);
    connect(m_seeds, &QLineEdit::textChanged, this, &SweepDialog::showChoice);
    addEarlyStop(*form);
    // In the order in which Tab goes through them.
    m_form = new LaunchForm(m_launch.options, m_launch.place, m_project, this);
    m_command = new QPlainTextEdit(this);
    m_elsewhere = new QPushButton(tr("Run on another &machine…"), this);
    m_run = new QPushButton(tr("Run the study"), this);
    layOut(*form);
    if (m_node) {
        setTabOrder(m_values, m_until);
        setTabOrder(m_until, m_seeds);
        setTabOrder(m_seeds, m_early);
        m_values->setFocus();
    }
    showChoice();
    resize(kSweepWidth, sizeHint().height());
}

void SweepDialog::addValueFields(QFormLayout& form)
{
    const bool ratios = m_given.kind == SweepKind::ReplayRatios;
    m_node = new QComboBox(this);
    m_node->setObjectName(QStringLiteral("sweepNode"));
    m_node->setAccessibleName(tr("Stage"));
    for (const curriculum::Node* node : models::sweepNodes(m_given.kind, m_project))
        m_node->addItem(models::stageTitle(*node), models::toQt(node->id));
    m_node->setCurrentIndex(std::max(0, m_node->findData(m_given.node)));
    form.addRow(tr("Stage"), m_node);
    if (!ratios) {
        m_field = new QComboBox(this);
        m_field->setObjectName(QStringLiteral("sweepField"));
        m_field->setAccessibleName(tr("Parameter"));
        form.addRow(tr("Parameter"), m_field);
        listFields();
        m_field->setCurrentIndex(std::max(0, m_field->findData(m_given.field)));
        connect(m_field, &QComboBox::activated, this, &SweepDialog::showChoice);
        connect(m_node, &QComboBox::activated, this, &SweepDialog::listFields);
    }
    m_values = new QLineEdit(m_given.values, this);
    m_values->setObjectName(QStringLiteral("sweepValues"));
    m_values->setAccessibleName(ratios ? tr("Ratios of new to replayed samples") : tr("Values"));
    m_values->setToolTip(ratios
            ? tr("New samples to one replayed sample, with commas between them; 0 replays nothing.")
            : tr("With commas between them: 0, 0.01, 0.04"));
    m_until = new QCheckBox(tr("End after this stage: its effect is seen right after it"), this);
    m_until->setChecked(m_given.until);
    form.addRow(ratios ? tr("New : replay") : tr("Values"), m_values);
    form.addRow(QString(), m_until);
    connect(m_node, &QComboBox::activated, this, &SweepDialog::showChoice);
    connect(m_values, &QLineEdit::textChanged, this, &SweepDialog::showChoice);
    connect(m_until, &QCheckBox::toggled, this, &SweepDialog::showChoice);
}

void SweepDialog::listFields()
{
    m_field->clear();
    const curriculum::Node* node = m_project.node(m_node->currentData().toString().toStdString());
    if (!node)
        return;
    for (const curriculum::FieldSpec* field : models::sweepFields(*node)) {
        const QString unit
            = field->unit.empty() ? QString() : QStringLiteral(" (%1)").arg(models::tableText(field->unit));
        m_field->addItem(models::tableText(field->label) + unit, models::toQt(field->name));
        m_field->setItemData(m_field->count() - 1, models::tableText(field->help), Qt::ToolTipRole);
    }
}

void SweepDialog::addEarlyStop(QFormLayout& form)
{
    m_early = new QCheckBox(tr("Give up runs that are hopeless, more than"), this);
    m_early->setObjectName(QStringLiteral("sweepEarly"));
    m_early->setChecked(m_given.earlyStop);
    m_early->setToolTip(
        tr("A run ends after a stage when its accuracy on the kind of data that the stage trains on is this "
           "much below the best finished run of the same seed, and the 95 % intervals of the two do not "
           "meet. The study tells which runs were given up and why; they can be finished later."));
    m_margin = new QDoubleSpinBox(this);
    m_margin->setObjectName(QStringLiteral("sweepMargin"));
    m_margin->setAccessibleName(tr("Accuracy below the best run at which a run is given up"));
    m_margin->setRange(0, 1);
    m_margin->setSingleStep(0.05);
    m_margin->setDecimals(2);
    m_margin->setValue(m_given.margin);
    m_margin->setEnabled(m_given.earlyStop);
    auto* row = new QHBoxLayout;
    row->addWidget(m_early);
    row->addWidget(m_margin);
    row->addWidget(widgets::makeLabel(tr("below the best"), {}, this));
    row->addStretch(1);
    form.addRow(QString(), row);
    connect(m_early, &QCheckBox::toggled, this, &SweepDialog::showChoice);
    connect(m_early, &QCheckBox::toggled, m_margin, &QWidget::setEnabled);
    connect(m_margin, &QDoubleSpinBox::valueChanged, this, &SweepDialog::showChoice);
}

QString SweepDialog::noteText() const
{
    switch (m_given.kind) {
    case SweepKind::Ablations:
        return tr("The whole curriculum, and the curriculum without each of its stages, as in the paper's "
                  "table. What they share is made once; audit gates decide by their thresholds.");
    case SweepKind::ReplayRatios:
        return tr("One configuration per ratio; all that comes before the stage is made once. Audit gates "
                  "decide by their thresholds.");
    case SweepKind::Parameter:
        return tr("One configuration per value; what does not depend on it is made once. Audit gates decide "
                  "by their thresholds.");
    }
    return {};
}

void SweepDialog::layOut(QFormLayout& form)
{
    QLabel* note = widgets::makeLabel(noteText(), QStringLiteral("secondary"), this);
    note->setWordWrap(true);
    m_members->setWordWrap(true);
    m_members->setObjectName(QStringLiteral("sweepMembers"));
    m_command->setReadOnly(true);
    m_command->setTabChangesFocus(true);
    m_command->setFixedHeight(kSweepCommandHeight);
    m_command->setFont(widgets::smallFont(widgets::monoFont()));
    m_command->setAccessibleName(tr("Command line"));
    m_run->setObjectName(QStringLiteral("sweepRun"));
    widgets::setVariant(m_run, "kind", QStringLiteral("primary"));
    m_run->setDefault(true);
    m_elsewhere->setObjectName(QStringLiteral("sweepElsewhere"));
    m_elsewhere->setToolTip(
        tr("Copy the project to a machine that ssh reaches, run the study there and follow it here."));
    auto* close = new QPushButton(tr("Close"), this);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_elsewhere);
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
    layout->addWidget(widgets::makeLabel(tr("How to run it"), QStringLiteral("heading"), this));
    layout->addWidget(m_form);
    connect(m_form, &LaunchForm::changed, this, &SweepDialog::showChoice);
    layout->addWidget(widgets::makeLabel(tr("Command line"), QStringLiteral("heading"), this));
    layout->addWidget(m_command);
    layout->addLayout(buttons);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_run, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_elsewhere, &QPushButton::clicked, this, [this] {
        reject();
        Q_EMIT elsewhereRequested();
    });
}

SweepChoice SweepDialog::choice() const
{
    SweepChoice choice = m_given;
    choice.seeds = m_seeds->text();
    choice.earlyStop = m_early->isChecked();
    choice.margin = m_margin->value();
    if (m_node) {
        choice.node = m_node->currentData().toString();
        if (m_field)
            choice.field = m_field->currentData().toString();
        choice.values = m_values->text();
        choice.until = m_until->isChecked() && models::canEndAfter(m_project, choice.node);
    }
    return choice;
}

const models::LaunchOptions& SweepDialog::options() const
{
    return m_form->options();
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
    if (m_until)
        m_until->setEnabled(models::canEndAfter(m_project, chosen.node));
    const bool good = m_form->isGood();
    m_command->setPlainText(
        good ? services::commandLine(request()) : tr("One of the options above cannot be used."));
    m_run->setEnabled(group.ok() && good);
    m_elsewhere->setEnabled(group.ok()); // how it is computed there is asked for there
}

} // namespace msrl::pages
