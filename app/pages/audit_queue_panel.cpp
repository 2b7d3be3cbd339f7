// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/audit_queue_panel.h"

#include "app/models/strings.h"
#include "app/models/table_text.h"
#include "app/pages/action_keys.h"
#include "app/pages/queue_delegate.h"
#include "app/pages/queue_facet_panel.h"
#include "app/pages/saved_filter_button.h"
#include "core/judge/confidence.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QComboBox>
#include <QLineEdit>
#include <QListView>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>

namespace msrl::pages {

using models::QueueFilter;

namespace {

constexpr int kTypingMs = 150;
constexpr int kListHeight = 170;
constexpr int kLeastQueueWidth = 292; // two chips beside each other with their numbers

} // namespace

AuditQueuePanel::AuditQueuePanel(models::CandidateQueueModel& model, QWidget* parent)
    : QWidget(parent)
    , m_model(model)
    , m_search(new QLineEdit(this))
    , m_saved(new SavedFilterButton(this))
    , m_facets(new QueueFacetPanel(model, this))
    , m_order(new QComboBox(this))
    , m_list(new QListView(this))
    , m_shown(widgets::makeLabel({}, QStringLiteral("secondary"), this))
{
    m_search->setToolTip(tr("Items in which all of these words occur; a word may be cut short"));
    m_search->setObjectName(QStringLiteral("queueSearch"));
    m_search->setClearButtonEnabled(true);
    m_search->setAccessibleName(tr("Search the queue"));
    fillOrder();
    m_list->setModel(&model);
    m_list->setItemDelegate(new QueueDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setAccessibleName(tr("Items to audit"));
    m_list->setMinimumHeight(kListHeight);
    setMinimumWidth(kLeastQueueWidth);
    layOut();
    connectParts();
    showCounts();
    showKeys();
}

void AuditQueuePanel::fillOrder()
{
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
}

void AuditQueuePanel::connectParts()
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(kTypingMs);
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
    m_saved->setCounter([this](const models::SavedFilter& saved) { return numShownBy(saved); });
    connect(m_saved, &SavedFilterButton::applied, this, [this](int index) {
        apply(m_saved->filters()[static_cast<std::size_t>(index)]);
        m_list->setFocus();
    });
    connect(m_saved, &SavedFilterButton::saveRequested, this, [this](const QString& name) {
        m_saved->add(seen(name));
        showCounts();
        m_list->setFocus();
    });
    connect(&m_model, &models::CandidateQueueModel::countsChanged, this, &AuditQueuePanel::showCounts);
}

void AuditQueuePanel::layOut()
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(widgets::kWideGap, 12, widgets::kGap, 0);
    layout->setSpacing(widgets::kGap);
    auto* top = new QHBoxLayout;
    top->setSpacing(4);
    top->addWidget(m_search, 1);
    top->addWidget(m_saved);
    layout->addLayout(top);
    layout->addWidget(m_saved->nameLine());
    layout->addWidget(m_facets);
    layout->addWidget(makeLimits());
    layOutList(*layout);
}

void AuditQueuePanel::layOutList(QVBoxLayout& layout)
{
    m_clear = new QToolButton(this);
    m_clear->setObjectName(QStringLiteral("clearFilter"));
    m_clear->setIcon(widgets::icon(QStringLiteral("close")));
    m_clear->setFocusPolicy(Qt::TabFocus);
    connect(m_clear, &QToolButton::clicked, this, [this] {
        clearFilter();
        m_list->setFocus();
    });
    // Over the list and not in its place: the list keeps the keyboard.
    m_nothing = widgets::makeLabel({}, QStringLiteral("secondary"), m_list->viewport());
    m_nothing->setObjectName(QStringLiteral("queueNothing"));
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setWordWrap(true);
    auto* over = new QVBoxLayout(m_list->viewport());
    over->addWidget(m_nothing);
    auto* row = new QHBoxLayout;
    row->addWidget(m_shown);
    row->addWidget(m_clear);
    row->addStretch(1);
    row->addWidget(m_order);
    layout.addLayout(row);
    layout.addWidget(m_list, 1);
}

void AuditQueuePanel::setBlind(bool blind)
{
    static_cast<QueueDelegate*>(m_list->itemDelegate())->setBlind(blind);
    m_list->viewport()->update();
    m_facets->setBlind(blind);
}

void AuditQueuePanel::showKeys()
{
    m_search->setPlaceholderText(withKey(tr("Search texts and ids"), this, QStringLiteral("audit.search")));
    m_saved->showKeys();
    const QString clear = QStringLiteral("audit.clearFilter");
    m_clear->setToolTip(withKeyInBrackets(tr("Show all items"), this, clear));
    m_clear->setAccessibleName(tr("Show all items"));
    const QString key = actionKey(this, clear);
    m_nothing->setText(key.isEmpty() ? tr("No item fits the filter.")
                                     : tr("No item fits the filter. %1 shows all of them.").arg(key));
}

void AuditQueuePanel::focusSearch()
{
    m_search->setFocus();
    m_search->selectAll();
}

void AuditQueuePanel::clearFilter()
{
    apply(models::savedFilter({}, {}, {}, m_model.order()));
}

void AuditQueuePanel::apply(const models::SavedFilter& saved)
{
    const QSignalBlocker quiet(m_search);
    const QSignalBlocker still(m_order);
    m_search->setText(saved.search);
    m_pause.stop();
    m_order->setCurrentIndex(static_cast<int>(saved.order));
    m_facets->showFilter(saved.filter);
    m_model.setOrder(saved.order);
    QueueFilter filter = saved.filter;
    if (!saved.search.isEmpty() && m_find)
        filter.matches = m_find(saved.search);
    m_model.setFilter(std::move(filter));
}

models::SavedFilter AuditQueuePanel::seen(const QString& name) const
{
    return models::savedFilter(name, m_search->text(), m_model.filter(), m_model.order());
}

QString AuditQueuePanel::savedAs() const
{
    for (const models::SavedFilter& saved : m_saved->filters()) {
        if (saved == seen(saved.name))
            return saved.name;
    }
    return {};
}

int AuditQueuePanel::numShownBy(const models::SavedFilter& saved) const
{
    QueueFilter filter = saved.filter;
    if (!saved.search.isEmpty() && m_find)
        filter.matches = m_find(saved.search);
    return m_model.numPassing(filter);
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
    const QString title = measure ? models::tableText(std::string(measure->title)) : models::toQt(name);
    m_confidence->setText(std::isfinite(to) ? tr("%1 below %2").arg(title).arg(to, 0, 'g', 3)
                                            : tr("%1 from %2 up").arg(title).arg(from, 0, 'g', 3));
}

void AuditQueuePanel::showCounts()
{
    showLimits();
    m_facets->showCounts(m_model.counts());
    m_saved->showName(savedAs());
    const int shown = m_model.rowCount();
    m_clear->setVisible(shown < m_model.numItems());
    m_nothing->setVisible(shown == 0 && m_model.numItems() > 0);
    m_shown->setText(tr("%1 of %2").arg(models::countText(shown), models::countText(m_model.numItems())));
}

} // namespace msrl::pages
