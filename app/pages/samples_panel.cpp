// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/samples_panel.h"

#include "app/models/strings.h"
#include "app/pages/sample_delegate.h"
#include "app/pages/sample_group_view.h"
#include "widgets/feedback/empty_state.h"
#include "widgets/feedback/labels.h"
#include "widgets/feedback/message_bar.h"
#include "widgets/theme/tokens.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListView>
#include <QSignalBlocker>
#include <QSlider>
#include <QSplitter>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace msrl::pages {

namespace {

constexpr int kStageRole = Qt::UserRole + 1;
// Steps offered in the list; older ones are reached by the stage's name typed there.
constexpr std::size_t kMaxSteps = 400;

} // namespace

SamplesPanel::SamplesPanel(QWidget* parent)
    : QWidget(parent)
    , m_list(new QListView(this))
    , m_group(new SampleGroupView(this))
    , m_message(new widgets::MessageBar(this))
{
    m_list->setObjectName(QStringLiteral("samplePrompts"));
    m_list->setModel(&m_model);
    m_list->setItemDelegate(new SampleDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setAccessibleName(tr("Prompts of the step"));
    auto* splitter = new QSplitter(Qt::Horizontal);
    splitter->addWidget(m_list);
    splitter->addWidget(m_group);
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
    connect(m_group, &SampleGroupView::mediaRequested, this,
        [this](int medium, int frame) { Q_EMIT mediaRequested(m_group->media(), medium, frame); });
}

void SamplesPanel::usePictures(services::EnginePictures* pictures)
{
    m_group->usePictures(pictures);
}

QWidget* SamplesPanel::makeBar()
{
    auto* bar = new QWidget;
    m_step = new QComboBox(bar);
    m_step->setMinimumWidth(200);
    m_step->setMaximumWidth(340);
    m_step->setSizeAdjustPolicy(QComboBox::AdjustToContents);
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
    m_slider = new QSlider(Qt::Horizontal, bar);
    m_slider->setObjectName(QStringLiteral("stepSlider"));
    m_slider->setMinimumWidth(90);
    m_slider->setMaximumWidth(160);
    m_slider->setAccessibleName(tr("Step"));
    m_slider->setToolTip(
        tr("Go through the evaluations and steps that kept samples; the newest step stands right."));
    layout->addWidget(m_step);
    layout->addWidget(m_slider);
    layout->addWidget(m_follow);
    layout->addWidget(m_order);
    layout->addWidget(makeFilter(bar), 1);
    layout->addWidget(m_summary);
    connect(m_step, &QComboBox::activated, this, [this](int index) {
        m_follow->setChecked(index == 0);
        readSamples();
    });
    connect(m_slider, &QSlider::valueChanged, this, [this](int value) {
        const int index = m_step->count() - 1 - value; // the list begins with the newest
        m_follow->setChecked(index == 0);
        m_step->setCurrentIndex(index);
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

QWidget* SamplesPanel::makeFilter(QWidget* parent)
{
    auto* box = new QWidget(parent);
    m_show = new QComboBox(box);
    m_show->setObjectName(QStringLiteral("sampleShow"));
    m_show->setAccessibleName(tr("Prompts that are shown"));
    m_show->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_search = new QLineEdit(box);
    m_search->setObjectName(QStringLiteral("sampleSearch"));
    m_search->setPlaceholderText(tr("Search prompts and completions"));
    m_search->setClearButtonEnabled(true);
    m_search->setAccessibleName(tr("Search prompts and completions"));
    m_search->setMaximumWidth(260);
    auto* layout = new QHBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(m_show);
    layout->addWidget(m_search, 1);
    layout->addStretch();
    for (int show = 0; show <= static_cast<int>(models::SampleGroupModel::Show::Replay); ++show)
        m_show->addItem({});
    showCounts();
    const auto showFirst = [this] {
        m_list->setCurrentIndex(m_model.index(0));
        showGroup(0);
    };
    connect(m_show, &QComboBox::activated, this, [this, showFirst](int index) {
        m_model.setShow(static_cast<models::SampleGroupModel::Show>(index));
        showFirst();
    });
    connect(m_search, &QLineEdit::textChanged, this, [this, showFirst](const QString& text) {
        m_model.setSearch(text.trimmed());
        showFirst();
    });
    return box;
}

void SamplesPanel::showCounts()
{
    using Show = models::SampleGroupModel::Show;
    const std::pair<Show, QString> texts[] { { Show::All, tr("All prompts") },
        { Show::NoSpread, tr("Without spread") }, { Show::SomeWrong, tr("With a wrong answer") },
        { Show::FormatError, tr("With a format error") }, { Show::Cut, tr("Cut at the limit") },
        { Show::New, tr("New data") }, { Show::Replay, tr("Replayed data") } };
    for (const auto& [show, text] : texts)
        m_show->setItemText(
            static_cast<int>(show), QStringLiteral("%1 · %2").arg(text).arg(m_model.count(show)));
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
    std::reverse(steps->begin(), steps->end());
    // Training before evaluations, the newest first: its groups are what teaches.
    std::stable_partition(steps->begin(), steps->end(), [&](const store::SampleStep& one) {
        return std::none_of(stages.begin(), stages.end(),
            [&](const store::StageRow& row) { return row.stage == one.stage && row.nodeType == "evaluate"; });
    });
    for (std::size_t i = 0; i < std::min(steps->size(), kMaxSteps); ++i) {
        const store::SampleStep& one = (*steps)[i];
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
    {
        const QSignalBlocker quiet(m_slider);
        m_slider->setRange(0, std::max(0, m_step->count() - 1));
        m_slider->setValue(m_step->count() - 1 - m_step->currentIndex());
    }
    m_stack->setCurrentIndex(m_step->count() > 0 ? 1 : 0);
    if (m_step->count() > 0 && (m_follow->isChecked() || m_model.numGroups() == 0))
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
    {
        const QSignalBlocker quiet(m_slider);
        m_slider->setValue(m_step->count() - 1 - m_step->currentIndex());
    }
    showCounts();
    m_summary->setText(tr("mean reward %1").arg(QString::number(m_model.meanReward(), 'f', 2)));
    const int row = std::min(kept, m_model.rowCount() - 1);
    m_list->setCurrentIndex(m_model.index(row));
    showGroup(row);
}

void SamplesPanel::showGroup(int row)
{
    if (const models::SampleGroup* group = m_model.group(row))
        m_group->setGroup(*group);
    else
        m_group->clear();
}

void SamplesPanel::focusList()
{
    m_list->setFocus();
}

} // namespace msrl::pages
