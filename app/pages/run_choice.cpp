// SPDX-License-Identifier: GPL-3.0-or-later
// Which runs are compared: the list, its check boxes, and what follows from them.
#include "app/models/counted_text.h"
#include "app/pages/run_comparison.h"
#include "core/store/run_folder.h"
#include "widgets/table/table_setup.h"
#include "widgets/theme/tokens.h"

#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QStackedLayout>
#include <QTableView>
#include <QTreeWidget>

#include <algorithm>

namespace msrl::pages {

namespace {

constexpr int kSwatch = 14;

// A short piece of the run's line, as the legend draws it.
QIcon swatch(const widgets::Tokens& tokens, int colour, double pixelRatio)
{
    QPixmap picture(QSize(kSwatch, kSwatch) * pixelRatio);
    picture.setDevicePixelRatio(pixelRatio);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    painter.setPen(QPen(widgets::seriesColour(tokens, colour), 3, widgets::seriesDash(colour)));
    painter.drawLine(1, kSwatch / 2, kSwatch - 1, kSwatch / 2);
    return QIcon(picture);
}

} // namespace

const ListedRun* RunComparison::find(const QString& path) const
{
    const auto found
        = std::find_if(m_runs.begin(), m_runs.end(), [&](const ListedRun& run) { return run.path == path; });
    return found == m_runs.end() ? nullptr : &*found;
}

void RunComparison::setRuns(const QList<ListedRun>& runs)
{
    if (runs == m_runs)
        return;
    m_runs = runs;
    m_stack->setCurrentIndex(runs.isEmpty() ? 0 : 1);
    const QStringList before = m_checked;
    m_checked.removeIf([this](const QString& path) { return !find(path); });
    if (!m_hasChosen && runs.size() > 1 && m_checked.size() < 2)
        m_checked = { runs[0].path, runs[1].path };
    fill();
    if (m_checked != before)
        compare();
    else
        paintChecks();
}

void RunComparison::fill()
{
    const QSignalBlocker quiet(m_list);
    const int scrolled = m_list->verticalScrollBar()->value();
    const QTreeWidgetItem* current = m_list->currentItem();
    const QString chosen = current ? current->data(Title, kPathRole).toString() : QString();
    m_list->clear();
    QList<QTreeWidgetItem*> items;
    for (const ListedRun& run : m_runs) {
        auto* item = new QTreeWidgetItem({ run.title, run.state });
        item->setData(Title, kPathRole, run.path);
        item->setToolTip(Title, run.title + QLatin1Char('\n') + run.path);
        item->setCheckState(Title, m_checked.contains(run.path) ? Qt::Checked : Qt::Unchecked);
        items << item;
    }
    m_list->addTopLevelItems(items);
    for (QTreeWidgetItem* item : items) {
        if (item->data(Title, kPathRole).toString() == chosen || (chosen.isEmpty() && item == items.front()))
            m_list->setCurrentItem(item);
    }
    filter();
    m_list->verticalScrollBar()->setValue(scrolled);
}

void RunComparison::filter()
{
    for (int row = 0; row < m_list->topLevelItemCount(); ++row) {
        QTreeWidgetItem* item = m_list->topLevelItem(row);
        item->setHidden(!item->text(Title).contains(m_search->text(), Qt::CaseInsensitive));
    }
}

void RunComparison::toggled(QTreeWidgetItem* item)
{
    const QString path = item->data(Title, kPathRole).toString();
    const bool wanted = item->checkState(Title) == Qt::Checked;
    if (wanted == m_checked.contains(path))
        return;
    m_hasChosen = true;
    if (!wanted) {
        m_checked.removeAll(path);
    } else if (m_checked.size() < kMostRuns) {
        m_checked << path;
    } else {
        const QSignalBlocker quiet(m_list);
        item->setCheckState(Title, Qt::Unchecked);
        m_count->setText(tr("At most %1 runs are told apart by colour: uncheck one first.").arg(kMostRuns));
        return;
    }
    compare();
}

// A run keeps its colour as long as it is checked.
void RunComparison::compare()
{
    QHash<QString, int> colours;
    for (const QString& path : m_checked) {
        if (m_colours.contains(path))
            colours[path] = m_colours[path];
    }
    for (const QString& path : m_checked) {
        int free = 0;
        while (!colours.contains(path) && colours.values().contains(free))
            ++free;
        if (!colours.contains(path))
            colours[path] = free;
    }
    m_colours = colours;
    paintChecks();
    QList<ComparedRun> overlaid;
    std::vector<models::ConfiguredRun> configured;
    QString problem;
    for (const QString& path : m_checked) {
        const QString title = find(path)->title;
        overlaid << ComparedRun { title, path, m_colours[path] };
        auto project = curriculum::loadProject(store::RunFolder(path.toStdString()).projectFile());
        if (project)
            configured.push_back({ title, *std::move(project) });
        else
            problem = models::toQt(project.error().message());
    }
    m_overlay->setRuns(overlaid);
    m_differences.setRuns(problem.isEmpty() ? configured : std::vector<models::ConfiguredRun> {});
    const int count = m_differences.numDifferences();
    m_summary->setText(!problem.isEmpty() ? problem
            : m_checked.size() < 2        ? tr("Check two runs or more to see what differs between them.")
            : count == 0                  ? tr("Their configurations are the same.")
            : m_checked.size() == 2
            ? models::countedText(count, tr("One setting differs."), tr("%1 settings differ."))
            : models::countedText(count, tr("One setting differs; semibold: other than in the first."),
                tr("%1 settings differ; semibold: other than in the first.")));
    m_table->setVisible(count > 0);
    QList<int> columns;
    for (int column = 0; column < m_differences.columnCount(); ++column)
        columns << column;
    widgets::fitColumns(*m_table, columns);
}

void RunComparison::paintChecks()
{
    const QSignalBlocker quiet(m_list);
    const widgets::Tokens& tokens = widgets::tokensFor(palette());
    for (int row = 0; row < m_list->topLevelItemCount(); ++row) {
        QTreeWidgetItem* item = m_list->topLevelItem(row);
        const auto colour = m_colours.constFind(item->data(Title, kPathRole).toString());
        item->setIcon(
            Title, colour == m_colours.constEnd() ? QIcon() : swatch(tokens, *colour, devicePixelRatioF()));
    }
    m_count->setText(tr("%1 runs, %2 checked").arg(m_runs.size()).arg(m_checked.size()));
}

} // namespace msrl::pages
