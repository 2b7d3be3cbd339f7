// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/audit_queue_panel.h"

#include "app/models/strings.h"
#include "app/pages/queue_delegate.h"
#include "core/judge/confidence.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLineEdit>
#include <QListView>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>

namespace msrl::pages {

using models::ItemStatus;
using models::MachineChoice;
using models::QueueCounts;
using models::QueueFilter;
using models::VoteMargin;

namespace {

constexpr int kChipColumns = 2;

template <class Value> int countOf(const std::map<Value, int>& counts, const Value& value)
{
    const auto found = counts.find(value);
    return found == counts.end() ? 0 : found->second;
}

} // namespace

AuditQueuePanel::AuditQueuePanel(models::CandidateQueueModel& model, QWidget* parent)
    : QWidget(parent)
    , m_model(model)
    , m_search(new QLineEdit(this))
    , m_order(new QComboBox(this))
    , m_list(new QListView(this))
    , m_shown(widgets::makeLabel({}, QStringLiteral("secondary"), this))
{
    m_search->setPlaceholderText(tr("Search ids, questions, captions, paths"));
    m_search->setObjectName(QStringLiteral("queueSearch"));
    m_search->setClearButtonEnabled(true);
    m_search->setAccessibleName(tr("Search the queue"));
    m_order->addItem(tr("Disagreement first"));
    m_order->addItem(tr("Low confidence first"));
    m_order->addItem(tr("As written"));
    m_order->setAccessibleName(tr("Order of the queue"));
    m_order->setFocusPolicy(Qt::TabFocus);
    m_list->setModel(&model);
    m_list->setItemDelegate(new QueueDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setAccessibleName(tr("Items to audit"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(widgets::kWideGap, 12, widgets::kGap, 0);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(m_search);
    layout->addWidget(makeFacets());
    layout->addWidget(makeLimits());
    auto* row = new QHBoxLayout;
    row->addWidget(m_shown, 1);
    row->addWidget(m_order);
    layout->addLayout(row);
    layout->addWidget(m_list, 1);
    connect(m_search, &QLineEdit::textChanged, this, &AuditQueuePanel::searchChanged);
    connect(m_search, &QLineEdit::returnPressed, m_list, [this] { m_list->setFocus(); });
    connect(m_order, &QComboBox::currentIndexChanged, this,
        [this](int index) { m_model.setOrder(static_cast<models::QueueOrder>(index)); });
    connect(&model, &models::CandidateQueueModel::countsChanged, this, &AuditQueuePanel::showCounts);
    showCounts();
}

void AuditQueuePanel::setBlind(bool blind)
{
    static_cast<QueueDelegate*>(m_list->itemDelegate())->setBlind(blind);
    m_list->viewport()->update();
}

void AuditQueuePanel::clearFilter()
{
    const QSignalBlocker quiet(m_search);
    m_search->clear();
    for (const Facet& facet : m_facets) {
        const QSignalBlocker still(facet.button);
        facet.button->setChecked(false);
    }
    m_model.setFilter({});
}

// A chip that takes its value into the filter, or out of it.
template <class Value>
QToolButton* AuditQueuePanel::makeChip(std::set<Value> QueueFilter::*facet, const Value& value)
{
    auto* chip = new QToolButton(this);
    widgets::setVariant(chip, "kind", QStringLiteral("chip"));
    chip->setCheckable(true);
    chip->setFocusPolicy(Qt::TabFocus);
    chip->setFont(widgets::smallFont(font()));
    chip->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(chip, &QToolButton::toggled, this, [this, facet, value](bool on) {
        QueueFilter filter = m_model.filter();
        if (on)
            (filter.*facet).insert(value);
        else
            (filter.*facet).erase(value);
        m_model.setFilter(std::move(filter));
    });
    return chip;
}

void AuditQueuePanel::addGroup(QGridLayout& grid, const QString& title, std::vector<Facet> facets)
{
    QLabel* label = widgets::makeLabel(title, QStringLiteral("secondary"), this);
    label->setFont(widgets::smallFont(font()));
    grid.addWidget(label, grid.rowCount(), 0, 1, kChipColumns);
    const int first = grid.rowCount();
    for (std::size_t i = 0; i < facets.size(); ++i) {
        const int at = static_cast<int>(i);
        grid.addWidget(facets[i].button, first + at / kChipColumns, at % kChipColumns);
        m_facets.push_back(std::move(facets[i]));
    }
}

QWidget* AuditQueuePanel::makeFacets()
{
    auto* box = new QWidget(this);
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(4);
    grid->setVerticalSpacing(4);
    for (int column = 0; column < kChipColumns; ++column)
        grid->setColumnStretch(column, 1);
    std::vector<Facet> statuses;
    for (const ItemStatus status : { ItemStatus::Undecided, ItemStatus::Accepted, ItemStatus::Rejected,
             ItemStatus::Overridden, ItemStatus::Flagged })
        statuses.push_back({ makeChip(&QueueFilter::statuses, status), models::itemStatusText(status),
            [status](const QueueCounts& counts) { return countOf(counts.statuses, status); } });
    addGroup(*grid, tr("Decision"), std::move(statuses));
    std::vector<Facet> machine;
    for (const MachineChoice choice : { MachineChoice::Tie, MachineChoice::NoPath })
        machine.push_back({ makeChip(&QueueFilter::machine, choice), models::machineChoiceText(choice),
            [choice](const QueueCounts& counts) { return countOf(counts.machine, choice); } });
    for (const VoteMargin margin : { VoteMargin::Narrow, VoteMargin::Clear, VoteMargin::Unanimous })
        machine.push_back({ makeChip(&QueueFilter::margins, margin), models::voteMarginText(margin),
            [margin](const QueueCounts& counts) { return countOf(counts.margins, margin); } });
    addGroup(*grid, tr("Votes"), std::move(machine));
    addGroup(*grid, tr("Task"), {});
    m_tasks = grid;
    return box;
}

// Which tasks there are is known from the items only.
void AuditQueuePanel::addTaskFacets(const QueueCounts& counts)
{
    for (const auto& [task, count] : counts.tasks) {
        if (!m_knownTasks.insert(task).second)
            continue;
        const int at = static_cast<int>(m_knownTasks.size()) - 1;
        Facet facet { makeChip(&QueueFilter::tasks, task), models::taskText(task),
            [task = task](const QueueCounts& now) { return countOf(now.tasks, task); } };
        constexpr int kFarDown = 100; // below all other groups
        m_tasks->addWidget(facet.button, kFarDown + at / kChipColumns, at % kChipColumns);
        m_facets.push_back(std::move(facet));
    }
}

QWidget* AuditQueuePanel::makeLimits()
{
    auto* box = new QWidget(this);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    const auto add = [&](const char* name, auto lift) {
        auto* chip = new QToolButton(box);
        widgets::setVariant(chip, "kind", QStringLiteral("chip"));
        chip->setObjectName(QString::fromLatin1(name));
        chip->setFont(widgets::smallFont(font()));
        chip->setIcon(widgets::icon(QStringLiteral("close")));
        chip->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        chip->setToolTip(tr("Show the other items again"));
        chip->setFocusPolicy(Qt::TabFocus);
        connect(chip, &QToolButton::clicked, this, [this, lift] {
            QueueFilter filter = m_model.filter();
            lift(filter);
            m_model.setFilter(std::move(filter));
        });
        layout->addWidget(chip);
        return chip;
    };
    m_sample = add("sampleLimit", [](QueueFilter& filter) { filter.sample.reset(); });
    m_confidence = add("confidenceLimit", [](QueueFilter& filter) { filter.confidence.reset(); });
    return box;
}

void AuditQueuePanel::showLimits()
{
    const QueueFilter& filter = m_model.filter();
    m_sample->setVisible(filter.sample.has_value());
    m_sample->setText(
        filter.sample ? tr("random sample of %1").arg(static_cast<int>(filter.sample->size())) : QString());
    m_confidence->setVisible(filter.confidence.has_value());
    if (!filter.confidence)
        return;
    const auto& [name, from, to] = *filter.confidence;
    const judge::ConfidenceMeasure* measure = judge::findConfidenceMeasure(name);
    const QString title = measure ? QString::fromUtf8(measure->title) : models::toQt(name);
    m_confidence->setText(std::isfinite(to) ? tr("%1 below %2").arg(title).arg(to, 0, 'g', 3)
                                            : tr("%1 from %2 up").arg(title).arg(from, 0, 'g', 3));
}

void AuditQueuePanel::showCounts()
{
    showLimits();
    const QueueCounts counts = m_model.counts();
    addTaskFacets(counts);
    for (const Facet& facet : m_facets) {
        const int count = facet.count(counts);
        facet.button->setText(QStringLiteral("%1  %2").arg(facet.text, models::countText(count)));
        facet.button->setEnabled(count > 0 || facet.button->isChecked());
    }
    m_shown->setText(
        tr("%1 of %2").arg(models::countText(m_model.rowCount()), models::countText(m_model.numItems())));
}

} // namespace msrl::pages
