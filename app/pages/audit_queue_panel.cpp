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
#include <QEvent>
#include <QGridLayout>
#include <QLineEdit>
#include <QListView>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>

namespace msrl::pages {

using models::ConfidenceBand;
using models::FormatShare;
using models::GoldAgreement;
using models::ItemStatus;
using models::MachineChoice;
using models::QueueCounts;
using models::QueueFilter;
using models::Review;
using models::VoteMargin;

namespace {

constexpr int kPauseMs = 150;
constexpr int kListHeight = 170;
constexpr int kLeastWidth = 292; // two chips beside each other with their numbers

// As high as what it holds, where there is room.
class FacetScroll : public QScrollArea
{
public:
    using QScrollArea::QScrollArea;

    void hold(QWidget* content)
    {
        setWidgetResizable(true);
        setFrameShape(QFrame::NoFrame);
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        setFocusPolicy(Qt::NoFocus);
        setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
        setWidget(content);
        content->installEventFilter(this);
    }
    QSize sizeHint() const override { return widget() ? widget()->sizeHint() : QScrollArea::sizeHint(); }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (event->type() == QEvent::LayoutRequest)
            updateGeometry();
        return QScrollArea::eventFilter(watched, event);
    }
};

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
    m_search->setToolTip(tr("Items in which all of these words occur; a word may be cut short"));
    m_search->setObjectName(QStringLiteral("queueSearch"));
    m_search->setClearButtonEnabled(true);
    m_search->setAccessibleName(tr("Search the queue"));
    m_order->addItem(tr("Disagreement first"));
    m_order->addItem(tr("Low confidence first"));
    m_order->addItem(tr("Most telling first"));
    m_order->setItemData(m_order->count() - 1,
        tr("The choice whose decision takes most off the uncertainty about the set's error, by what is "
           "decided now"),
        Qt::ToolTipRole);
    m_order->addItem(tr("Longest first"));
    m_order->addItem(tr("Random"));
    m_order->addItem(tr("As written"));
    m_order->setAccessibleName(tr("Order of the queue"));
    m_order->setFocusPolicy(Qt::TabFocus);
    m_list->setModel(&model);
    m_list->setItemDelegate(new QueueDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setAccessibleName(tr("Items to audit"));
    m_list->setMinimumHeight(kListHeight);
    setMinimumWidth(kLeastWidth);
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
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPauseMs);
    connect(&m_pause, &QTimer::timeout, this, [this] { Q_EMIT searchChanged(m_search->text()); });
    connect(m_search, &QLineEdit::textChanged, &m_pause, qOverload<>(&QTimer::start));
    connect(m_search, &QLineEdit::returnPressed, m_list, [this] {
        if (m_pause.isActive()) {
            m_pause.stop();
            Q_EMIT searchChanged(m_search->text());
        }
        m_list->setFocus();
    });
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

// A title that folds its chips away; one with a chip pressed stays open, for a hidden filter is a riddle.
AuditQueuePanel::Group& AuditQueuePanel::addGroup(const QString& title, bool open, int columns)
{
    auto* box = new QWidget(this);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto* head = new QToolButton(box);
    widgets::setVariant(head, "kind", QStringLiteral("fold"));
    head->setText(title);
    head->setFont(widgets::smallFont(font()));
    head->setCheckable(true);
    head->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    head->setAutoRaise(true);
    head->setFocusPolicy(Qt::TabFocus);
    auto* body = new QWidget(box);
    auto* grid = new QGridLayout(body);
    grid->setContentsMargins(0, 0, 0, 2);
    grid->setHorizontalSpacing(4);
    grid->setVerticalSpacing(4);
    for (int i = 0; i < columns; ++i)
        grid->setColumnStretch(i, 1);
    column->addWidget(head);
    column->addWidget(body);
    m_facetColumn->addWidget(box);
    const auto fold = [head, body](bool shown) {
        head->setIcon(
            widgets::icon(shown ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right")));
        body->setVisible(shown);
    };
    connect(head, &QToolButton::toggled, body, fold);
    head->setChecked(open);
    fold(open);
    return m_groups.emplace_back(Group { box, head, grid, columns, 0 });
}

void AuditQueuePanel::addFacet(Group& group, Facet facet)
{
    group.grid->addWidget(facet.button, group.numChips / group.columns, group.numChips % group.columns);
    ++group.numChips;
    m_facets.push_back(std::move(facet));
}

template <class Value>
void AuditQueuePanel::addValues(Group& group, std::set<Value> QueueFilter::*facet,
    std::map<Value, int> QueueCounts::*counts, QString (*text)(Value), std::initializer_list<Value> values)
{
    for (const Value value : values)
        addFacet(group, { makeChip(facet, value), text(value), [counts, value](const QueueCounts& now) {
                             return countOf(now.*counts, value);
                         } });
}

QWidget* AuditQueuePanel::makeFacets()
{
    auto* box = new QWidget(this);
    m_facetColumn = new QVBoxLayout(box);
    m_facetColumn->setContentsMargins(0, 0, widgets::kGap, 0);
    m_facetColumn->setSpacing(4);
    addValues(addGroup(tr("Decision"), true), &QueueFilter::statuses, &QueueCounts::statuses,
        models::itemStatusText,
        { ItemStatus::Undecided, ItemStatus::Accepted, ItemStatus::Rejected, ItemStatus::Overridden,
            ItemStatus::Flagged });
    Group& votes = addGroup(tr("Votes"), true);
    addValues(votes, &QueueFilter::machine, &QueueCounts::machine, models::machineChoiceText,
        { MachineChoice::Tie, MachineChoice::NoPath });
    addValues(votes, &QueueFilter::margins, &QueueCounts::margins, models::voteMarginText,
        { VoteMargin::Narrow, VoteMargin::Clear, VoteMargin::Unanimous });
    addValues(addGroup(tr("Decided by"), false), &QueueFilter::reviews, &QueueCounts::reviews,
        models::reviewText, { Review::Mine, Review::Others, Review::Alike, Review::Differ });
    addValues(addGroup(tr("Confidence of the choice"), false), &QueueFilter::bands, &QueueCounts::bands,
        models::confidenceBandText,
        { ConfidenceBand::Low, ConfidenceBand::Middling, ConfidenceBand::High, ConfidenceBand::Highest });
    addValues(addGroup(tr("Right format"), false), &QueueFilter::formats, &QueueCounts::formats,
        models::formatShareText, { FormatShare::All, FormatShare::Some, FormatShare::None });
    addValues(addGroup(tr("Gold label"), false), &QueueFilter::gold, &QueueCounts::gold,
        models::goldAgreementText,
        { GoldAgreement::Agrees, GoldAgreement::Differs, GoldAgreement::NoLabel, GoldAgreement::NoGold });
    // Long names: two beside each other would be wider than the panel.
    m_tasks = &addGroup(tr("Task"), true, 1);
    m_sources = &addGroup(tr("Source"), false, 1);
    auto* scroll = new FacetScroll(this);
    scroll->hold(box);
    return scroll;
}

// Which tasks and sources there are is known from the items only.
void AuditQueuePanel::addNamedFacets(const QueueCounts& counts)
{
    for (const auto& [task, count] : counts.tasks) {
        if (m_knownTasks.insert(task).second)
            addFacet(*m_tasks,
                { makeChip(&QueueFilter::tasks, task), models::taskText(task),
                    [task = task](const QueueCounts& now) { return countOf(now.tasks, task); } });
    }
    for (const auto& [source, count] : counts.sources) {
        if (m_knownSources.insert(source).second)
            addFacet(*m_sources,
                { makeChip(&QueueFilter::sources, source),
                    source.empty() ? tr("not named") : models::toQt(source),
                    [source = source](const QueueCounts& now) { return countOf(now.sources, source); } });
    }
    m_sources->box->setVisible(m_knownSources.size() > 1);
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
    addNamedFacets(counts);
    for (const Facet& facet : m_facets) {
        const int count = facet.count(counts);
        facet.button->setText(QStringLiteral("%1  %2").arg(facet.text, models::countText(count)));
        facet.button->setEnabled(count > 0 || facet.button->isChecked());
    }
    m_shown->setText(
        tr("%1 of %2").arg(models::countText(m_model.rowCount()), models::countText(m_model.numItems())));
}

} // namespace msrl::pages
