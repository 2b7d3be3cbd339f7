// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/replay_use_panel.h"

#include "app/models/strings.h"
#include "widgets/feedback/labels.h"
#include "widgets/table/table_setup.h"

#include <QLabel>
#include <QTreeWidget>

namespace msrl::pages {

namespace {

enum UseColumn { kUseStage, kUseSample, kUseTimes, kUseRatio };

} // namespace

ReplayUsePanel::ReplayUsePanel(QWidget* parent)
    : QWidget(parent)
    , m_summary(widgets::makeLabel({}, QStringLiteral("secondary"), this))
    , m_table(new QTreeWidget(this))
{
    m_summary->setObjectName(QStringLiteral("replayUseSummary"));
    m_summary->setWordWrap(true);
    m_table->setObjectName(QStringLiteral("replayUse"));
    widgets::setUpList(*m_table, tr("Replay samples that were used most"),
        { tr("stage"), tr("sample"), tr("times"), tr("of the average") });
    widgets::layOutList(*this, *m_summary, *m_table);
    refresh();
}

void ReplayUsePanel::addEvents(std::span<const store::EventRow> events)
{
    if (m_uses.add(events))
        refresh();
}

void ReplayUsePanel::truncate(const std::string& stage, std::int64_t lastStep)
{
    m_uses.truncate(stage, lastStep);
    refresh();
}

void ReplayUsePanel::clear()
{
    m_uses.clear();
    refresh();
}

void ReplayUsePanel::setStageTitles(std::map<std::string, QString> titles)
{
    if (titles == m_titles)
        return;
    m_titles = std::move(titles);
    refresh();
}

QString ReplayUsePanel::titleOf(const std::string& stage) const
{
    const auto title = m_titles.find(stage);
    return title == m_titles.end() ? models::toQt(stage) : title->second;
}

void ReplayUsePanel::refresh()
{
    m_table->clear();
    QStringList words;
    for (const models::ReplayUse* use : m_uses.newest()) {
        words << tr("%1, after step %2: %3 replay samples, used %4 times on average, %5 of them never.")
                     .arg(titleOf(use->stage))
                     .arg(use->step)
                     .arg(models::countText(use->numSamples), models::hundredthsText(use->mean),
                         models::countText(use->numUnused));
        for (const auto& [id, times] : use->samples) {
            auto* row = new QTreeWidgetItem(m_table);
            row->setText(kUseStage, titleOf(use->stage));
            row->setText(kUseSample, id);
            row->setText(kUseTimes, models::countText(times));
            row->setText(kUseRatio,
                use->mean > 0 ? models::hundredthsText(static_cast<double>(times) / use->mean)
                              : QStringLiteral("–"));
            for (const int column : { kUseTimes, kUseRatio })
                row->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
        }
    }
    m_table->setVisible(!words.isEmpty());
    m_summary->setText(words.isEmpty()
            ? tr("A stage that replays tells here which samples it used most, as often as it keeps samples.")
            : words.join(QLatin1Char('\n')));
}

} // namespace msrl::pages
