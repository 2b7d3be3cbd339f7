// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/samples_panel.h"

#include "app/models/strings.h"
#include "app/pages/completion_card.h"
#include "app/pages/sample_delegate.h"
#include "widgets/feedback/empty_state.h"
#include "widgets/feedback/labels.h"
#include "widgets/feedback/message_bar.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QListView>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <algorithm>

namespace msrl::pages {

namespace {

constexpr int kStageRole = Qt::UserRole + 1;
constexpr int kPromptWidth = 220;
// Steps offered in the list; older ones are reached by the stage's name typed there.
constexpr std::size_t kMaxSteps = 400;

} // namespace

SamplesPanel::SamplesPanel(QWidget* parent)
    : QWidget(parent)
    , m_list(new QListView(this))
    , m_prompt(new QPlainTextEdit(this))
    , m_message(new widgets::MessageBar(this))
{
    m_list->setModel(&m_model);
    m_list->setItemDelegate(new SampleDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setAccessibleName(tr("Prompts of the step"));
    m_prompt->setReadOnly(true);
    m_prompt->setFixedWidth(kPromptWidth);
    m_prompt->setFont(widgets::smallFont(widgets::monoFont()));
    m_prompt->setAccessibleName(tr("Prompt"));
    auto* columns = new QWidget;
    m_columns = new QHBoxLayout(columns);
    m_columns->setContentsMargins(0, 0, 0, 0);
    m_columns->setSpacing(widgets::kGap);
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setWidget(columns);
    scroll->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* right = new QWidget;
    auto* rightLayout = new QHBoxLayout(right);
    rightLayout->setContentsMargins(widgets::kGap, 0, 0, 0);
    rightLayout->setSpacing(widgets::kGap);
    rightLayout->addWidget(m_prompt);
    rightLayout->addWidget(scroll, 1);
    auto* splitter = new QSplitter(Qt::Horizontal);
    splitter->addWidget(m_list);
    splitter->addWidget(right);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({ 320, 900 });
    splitter->setHandleWidth(1);
    auto* content = new QWidget;
    auto* contentLayout = new QVBoxLayout(content);
    contentLayout->setContentsMargins(0, 0, 0, 0);
    contentLayout->addWidget(makeBar());
    contentLayout->addWidget(m_message);
    contentLayout->addWidget(splitter, 1);
    m_stack = new QStackedLayout;
    m_stack->addWidget(new widgets::EmptyState(QStringLiteral("rl"), tr("No samples yet"),
        tr("What the policy writes during RL appears here, a step at a time, with rewards and advantages.")));
    m_stack->addWidget(content);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(widgets::kWideGap, widgets::kGap, widgets::kWideGap, widgets::kGap);
    layout->addLayout(m_stack);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this,
        [this](const QModelIndex& current) { showGroup(current.row()); });
}

QWidget* SamplesPanel::makeBar()
{
    auto* bar = new QWidget;
    m_step = new QComboBox(bar);
    m_step->setMinimumWidth(200);
    m_step->setAccessibleName(tr("Step"));
    m_follow = new QCheckBox(tr("Newest step"), bar);
    m_follow->setChecked(true);
    m_follow->setToolTip(tr("Show each new step as it arrives."));
    m_order = new QComboBox(bar);
    m_order->addItem(tr("As in the batch"));
    m_order->addItem(tr("Lowest reward first"));
    m_order->addItem(tr("Widest spread first"));
    m_order->setAccessibleName(tr("Order of the prompts"));
    m_summary = widgets::makeLabel({}, QStringLiteral("secondary"), bar);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(m_step);
    layout->addWidget(m_follow);
    layout->addWidget(m_order);
    layout->addStretch();
    layout->addWidget(m_summary);
    connect(m_step, &QComboBox::activated, this, [this](int index) {
        m_follow->setChecked(index == 0);
        readSamples();
    });
    connect(m_follow, &QCheckBox::toggled, this, [this](bool on) {
        if (on)
            readSteps();
    });
    connect(m_order, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_model.setOrder(static_cast<models::SampleGroupModel::Order>(index));
        m_list->setCurrentIndex(m_model.index(0));
        showGroup(0);
    });
    return bar;
}

void SamplesPanel::setSession(services::RunSession* session)
{
    if (m_session)
        m_session->disconnect(this);
    m_session = session;
    m_step->clear();
    m_model.setSamples({});
    m_stack->setCurrentIndex(0);
    m_stale = session != nullptr;
    if (!session)
        return;
    connect(session, &services::RunSession::samplesArrived, this, [this] {
        m_stale = true;
        if (isVisible())
            readSteps();
    });
}

void SamplesPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_stale)
        readSteps();
}

void SamplesPanel::readSteps()
{
    if (!m_session)
        return;
    m_stale = false;
    auto steps = m_session->reader().sampleSteps();
    if (!steps) {
        m_message->showMessage(widgets::MessageKind::Error, models::toQt(steps.error().message()));
        return;
    }
    const QVariant stage = m_step->currentData(kStageRole);
    const QVariant step = m_step->currentData();
    m_step->clear();
    const auto& stages = m_session->stages();
    for (std::size_t i = 0; i < std::min(steps->size(), kMaxSteps); ++i) {
        const store::SampleStep& one = (*steps)[steps->size() - 1 - i];
        const auto known = std::find_if(
            stages.begin(), stages.end(), [&](const store::StageRow& row) { return row.stage == one.stage; });
        const std::string title = known == stages.end() || known->title.empty() ? one.stage : known->title;
        m_step->addItem(tr("%1 · step %2").arg(models::toQt(title)).arg(one.step),
            QVariant::fromValue(qlonglong(one.step)));
        m_step->setItemData(m_step->count() - 1, models::toQt(one.stage), kStageRole);
        if (!m_follow->isChecked() && step == m_step->itemData(m_step->count() - 1)
            && stage == m_step->itemData(m_step->count() - 1, kStageRole))
            m_step->setCurrentIndex(m_step->count() - 1);
    }
    m_stack->setCurrentIndex(m_step->count() > 0 ? 1 : 0);
    if (m_step->count() > 0 && (m_follow->isChecked() || m_model.rowCount() == 0))
        readSamples();
}

void SamplesPanel::readSamples()
{
    if (!m_session || m_step->currentIndex() < 0)
        return;
    auto samples = m_session->reader().samples(
        m_step->currentData(kStageRole).toString().toStdString(), m_step->currentData().toLongLong());
    if (!samples) {
        m_message->showMessage(widgets::MessageKind::Error, models::toQt(samples.error().message()));
        return;
    }
    m_message->clearMessage();
    const int kept = std::max(0, m_list->currentIndex().row());
    m_model.setSamples(std::move(*samples));
    int silent = 0;
    double mean = 0;
    for (int row = 0; row < m_model.rowCount(); ++row) {
        silent += m_model.group(row)->rewardSpread() == 0 ? 1 : 0;
        mean += m_model.group(row)->meanReward() / m_model.rowCount();
    }
    m_summary->setText(tr("%n prompts", nullptr, m_model.rowCount())
        + tr(" · mean reward %1 · %2 without spread").arg(QString::number(mean, 'f', 2)).arg(silent));
    const int row = std::min(kept, m_model.rowCount() - 1);
    m_list->setCurrentIndex(m_model.index(row));
    showGroup(row);
}

void SamplesPanel::showGroup(int row)
{
    while (QLayoutItem* item = m_columns->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const models::SampleGroup* group = m_model.group(row);
    if (!group) {
        m_prompt->clear();
        return;
    }
    m_prompt->setPlainText(models::toQt(group->completions.front().prompt));
    for (const store::SampleRow& sample : group->completions)
        m_columns->addWidget(new CompletionCard(sample));
    m_columns->addStretch();
}

} // namespace msrl::pages
