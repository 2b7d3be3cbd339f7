// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/queue_panel.h"

#include "app/models/counted_text.h"
#include "app/services/run_queue.h"
#include "widgets/feedback/labels.h"
#include "widgets/table/table_setup.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/tokens.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace msrl::pages {

namespace {

constexpr int kMostRows = 4; // more are scrolled
constexpr int kIdRole = Qt::UserRole;
enum QueueColumn { kQueuedPlace, kQueuedTitle, kQueuedDevice, kQueuedState };

} // namespace

QueuePanel::QueuePanel(services::RunQueue& queue, QWidget* parent)
    : QWidget(parent)
    , m_queue(queue)
{
    m_list = new QTreeWidget(this);
    m_list->setObjectName(QStringLiteral("queueList"));
    m_list->setFrameShape(QFrame::NoFrame);
    widgets::setUpList(*m_list, tr("Queue of runs"), { tr("turn"), tr("run"), tr("device"), tr("state") });
    auto* inner = new QVBoxLayout;
    inner->setContentsMargins(widgets::kWideGap, widgets::kGap, widgets::kWideGap, widgets::kGap);
    inner->setSpacing(widgets::kGrid);
    inner->addWidget(makeHead());
    inner->addWidget(m_list);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(widgets::makeRule(Qt::Horizontal, this));
    layout->addLayout(inner);
    connect(&m_queue, &services::RunQueue::changed, this, &QueuePanel::refresh);
    connect(m_list, &QTreeWidget::currentItemChanged, this, &QueuePanel::updateButtons);
    refresh();
}

QWidget* QueuePanel::makeHead()
{
    auto* head = new QWidget(this);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(widgets::kGap);
    m_title = widgets::makeLabel({}, QStringLiteral("heading"), head);
    row->addWidget(m_title, 1);
    const auto button = [&](const char* icon, const QString& text, const QString& tip, const char* name) {
        auto* made = new QPushButton(widgets::icon(QLatin1String(icon)), text, head);
        made->setObjectName(QLatin1String(name));
        made->setToolTip(tip);
        made->setAccessibleName(text.isEmpty() ? tip : text);
        row->addWidget(made);
        return made;
    };
    m_again = button("play", tr("Try again"), tr("Let it wait for its turn once more."), "queueAgain");
    m_up = button("chevron-up", {}, tr("Start earlier"), "queueUp");
    m_down = button("chevron-down", {}, tr("Start later"), "queueDown");
    m_remove = button("close", tr("Remove"), tr("Take the run out of the queue."), "queueRemove");
    connect(m_up, &QPushButton::clicked, this, [this] { m_queue.move(chosen(), -1); });
    connect(m_down, &QPushButton::clicked, this, [this] { m_queue.move(chosen(), 1); });
    connect(m_again, &QPushButton::clicked, this, [this] { m_queue.tryAgain(chosen()); });
    connect(m_remove, &QPushButton::clicked, this, [this] { m_queue.remove(chosen()); });
    return head;
}

QString QueuePanel::chosen() const
{
    const QTreeWidgetItem* item = m_list->currentItem();
    return item ? item->data(kQueuedPlace, kIdRole).toString() : QString();
}

void QueuePanel::refresh()
{
    const QString before = chosen();
    {
        const QSignalBlocker quiet(m_list);
        m_list->clear();
        int place = 0;
        for (const services::QueuedRun& run : m_queue.runs()) {
            auto* item = new QTreeWidgetItem(m_list,
                { QString::number(++place), run.title, services::deviceOf(run), m_queue.stateOf(run) });
            item->setData(kQueuedPlace, kIdRole, run.id);
            item->setToolTip(kQueuedTitle,
                run.wantedFolder.isEmpty() ? run.project
                                           : tr("%1, in %2").arg(run.project, run.wantedFolder));
            item->setToolTip(kQueuedState, item->text(kQueuedState));
            const char* icon = !run.problem.isEmpty() ? "state-failed"
                : !run.runFolder.isEmpty()            ? "state-running"
                                                      : "state-queued";
            item->setIcon(kQueuedState, widgets::icon(QLatin1String(icon)));
            if (run.id == before || !m_list->currentItem())
                m_list->setCurrentItem(item);
        }
    }
    const int count = m_list->topLevelItemCount();
    m_title->setText(models::countedText(count, tr("Queue: one run waits"), tr("Queue: %1 runs wait")));
    const int rows = std::clamp(count, 1, kMostRows);
    const int rowHeight = std::max(m_list->sizeHintForRow(0), widgets::kWideGap);
    m_list->setFixedHeight(m_list->header()->sizeHint().height() + rows * rowHeight + 2);
    setVisible(count > 0);
    updateButtons();
}

void QueuePanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

void QueuePanel::updateButtons()
{
    const std::vector<services::QueuedRun>& runs = m_queue.runs();
    const auto found = std::find_if(
        runs.begin(), runs.end(), [id = chosen()](const services::QueuedRun& run) { return run.id == id; });
    const bool any = found != runs.end();
    const bool waits = any && found->runFolder.isEmpty();
    m_up->setEnabled(any && found != runs.begin());
    m_down->setEnabled(any && found + 1 != runs.end());
    m_remove->setEnabled(waits);
    m_again->setVisible(any && !found->problem.isEmpty());
}

} // namespace msrl::pages
