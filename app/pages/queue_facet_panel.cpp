// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/queue_facet_panel.h"

#include "app/models/candidate_queue_model.h"
#include "app/models/strings.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QEvent>
#include <QGridLayout>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

namespace msrl::pages {

using models::CaptionVerdict;
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

template <class Value> int countOf(const std::map<Value, int>& counts, const Value& value)
{
    const auto found = counts.find(value);
    return found == counts.end() ? 0 : found->second;
}

} // namespace

QueueFacetPanel::QueueFacetPanel(models::CandidateQueueModel& model, QWidget* parent)
    : QScrollArea(parent)
    , m_model(model)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    auto* box = new QWidget(this);
    m_column = new QVBoxLayout(box);
    m_column->setContentsMargins(0, 0, widgets::kGap, 0);
    m_column->setSpacing(4);
    addValues(addGroup(tr("Decision"), true), &QueueFilter::statuses, &QueueCounts::statuses,
        models::itemStatusText,
        { ItemStatus::Undecided, ItemStatus::Accepted, ItemStatus::Rejected, ItemStatus::Overridden,
            ItemStatus::Flagged });
    Group& votes = addTelling(tr("Votes"), true);
    addValues(votes, &QueueFilter::machine, &QueueCounts::machine, models::machineChoiceText,
        { MachineChoice::Tie, MachineChoice::NoPath });
    addValues(votes, &QueueFilter::margins, &QueueCounts::margins, models::voteMarginText,
        { VoteMargin::Narrow, VoteMargin::Clear, VoteMargin::Unanimous });
    addValues(addTelling(tr("Decided by"), false), &QueueFilter::reviews, &QueueCounts::reviews,
        models::reviewText, { Review::Mine, Review::Others, Review::Alike, Review::Differ, Review::Earlier });
    addValues(addTelling(tr("Caption"), false), &QueueFilter::captions, &QueueCounts::captions,
        models::captionVerdictText, { CaptionVerdict::Wrong, CaptionVerdict::Fine });
    addValues(addTelling(tr("Confidence of the choice"), false), &QueueFilter::bands, &QueueCounts::bands,
        models::confidenceBandText,
        { ConfidenceBand::Low, ConfidenceBand::Middling, ConfidenceBand::High, ConfidenceBand::Highest });
    addValues(addTelling(tr("Right format"), false), &QueueFilter::formats, &QueueCounts::formats,
        models::formatShareText, { FormatShare::All, FormatShare::Some, FormatShare::None });
    addValues(addTelling(tr("Gold label"), false), &QueueFilter::gold, &QueueCounts::gold,
        models::goldAgreementText,
        { GoldAgreement::Agrees, GoldAgreement::Differs, GoldAgreement::NoLabel, GoldAgreement::NoGold });
    // Long names: two beside each other would be wider than the panel.
    const auto named = [](const QString& none) {
        return [none](const std::string& text) { return text.empty() ? none : models::toQt(text); };
    };
    m_named.push_back({ &addGroup(tr("Task"), true, 1), &QueueFilter::tasks, &QueueCounts::tasks,
        models::taskText, true, {} });
    m_named.push_back({ &addGroup(tr("Source"), false, 1), &QueueFilter::sources, &QueueCounts::sources,
        named(tr("not named")), false, {} });
    m_named.push_back({ &addTelling(tr("Teacher of the choice"), false, 1), &QueueFilter::teachers,
        &QueueCounts::teachers, named(tr("no choice")), false, {} });
    setWidget(box);
    box->installEventFilter(this);
}

QSize QueueFacetPanel::sizeHint() const
{
    return widget() ? widget()->sizeHint() : QScrollArea::sizeHint();
}

bool QueueFacetPanel::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::LayoutRequest)
        updateGeometry();
    return QScrollArea::eventFilter(watched, event);
}

// A chip that takes its value into the filter, or out of it.
template <class Value>
QToolButton* QueueFacetPanel::makeChip(std::set<Value> QueueFilter::*facet, const Value& value)
{
    auto* chip = new QToolButton(this);
    widgets::setVariant(chip, "kind", QStringLiteral("chip"));
    chip->setCheckable(true);
    chip->setFocusPolicy(Qt::TabFocus);
    chip->setFont(widgets::smallFont(font()));
    // Columns share the panel's width: a count of many digits must not push its neighbour out of sight.
    chip->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
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
QueueFacetPanel::Group& QueueFacetPanel::addGroup(const QString& title, bool open, int columns)
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
    m_column->addWidget(box);
    const auto fold = [head, body](bool shown) {
        head->setIcon(
            widgets::icon(shown ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right")));
        body->setVisible(shown);
    };
    connect(head, &QToolButton::toggled, body, fold);
    head->setChecked(open);
    fold(open);
    return m_groups.emplace_back(Group { box, head, grid, columns });
}

// What the machine or somebody else thinks of the items, which a blind auditor is not told.
QueueFacetPanel::Group& QueueFacetPanel::addTelling(const QString& title, bool open, int columns)
{
    Group& group = addGroup(title, open, columns);
    group.isTelling = true;
    return group;
}

void QueueFacetPanel::setBlind(bool blind)
{
    if (m_blind == blind)
        return;
    m_blind = blind;
    for (const Group& group : m_groups) {
        if (group.isTelling)
            group.box->setVisible(!blind);
    }
    for (const NamedFacet& facet : m_named)
        showNamed(facet);
    if (!blind)
        return;
    QueueFilter filter = m_model.filter();
    filter.machine.clear();
    filter.margins.clear();
    filter.reviews.clear();
    filter.captions.clear();
    filter.bands.clear();
    filter.formats.clear();
    filter.gold.clear();
    filter.teachers.clear();
    filter.confidence.reset();
    if (!(filter == m_model.filter()))
        m_model.setFilter(std::move(filter));
}

void QueueFacetPanel::showNamed(const NamedFacet& facet)
{
    facet.group->box->setVisible(
        (facet.always || facet.known.size() > 1) && !(m_blind && facet.group->isTelling));
}

void QueueFacetPanel::addFacet(Group& group, Facet facet)
{
    group.grid->addWidget(facet.button, group.numChips / group.columns, group.numChips % group.columns);
    ++group.numChips;
    m_facets.push_back(std::move(facet));
}

template <class Value>
void QueueFacetPanel::addValues(Group& group, std::set<Value> QueueFilter::*facet,
    std::map<Value, int> QueueCounts::*counts, QString (*text)(Value), std::initializer_list<Value> values)
{
    for (const Value value : values)
        addFacet(group,
            { makeChip(facet, value), group.head, text(value),
                [counts, value](const QueueCounts& now) { return countOf(now.*counts, value); },
                [facet, value](const QueueFilter& filter) { return (filter.*facet).contains(value); } });
}

void QueueFacetPanel::addNames(NamedFacet& facet, const std::map<std::string, int>& counts)
{
    for (const auto& entry : counts) {
        const std::string& name = entry.first;
        if (!facet.known.insert(name).second)
            continue;
        addFacet(*facet.group,
            { makeChip(facet.wanted, name), facet.group->head, facet.text(name),
                [counts = facet.counts, name](const QueueCounts& now) { return countOf(now.*counts, name); },
                [wanted = facet.wanted, name](
                    const QueueFilter& filter) { return (filter.*wanted).contains(name); } });
    }
    showNamed(facet);
}

void QueueFacetPanel::addNamedFacets(const QueueCounts& counts)
{
    for (NamedFacet& facet : m_named)
        addNames(facet, counts.*facet.counts);
}

void QueueFacetPanel::showCounts(const QueueCounts& counts)
{
    addNamedFacets(counts);
    for (const Facet& facet : m_facets) {
        const int count = facet.count(counts);
        facet.button->setText(QStringLiteral("%1  %2").arg(facet.text, models::countText(count)));
        facet.button->setEnabled(count > 0 || facet.button->isChecked());
    }
}

void QueueFacetPanel::showFilter(const QueueFilter& filter)
{
    for (const Facet& facet : m_facets) {
        const QSignalBlocker still(facet.button);
        facet.button->setChecked(facet.isWanted(filter));
        if (facet.button->isChecked())
            facet.head->setChecked(true);
    }
}

} // namespace msrl::pages
