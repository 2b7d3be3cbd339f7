// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/measure_card.h"

#include "app/models/strings.h"

#include <QHeaderView>
#include <QSignalBlocker>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <optional>

namespace msrl::pages {

namespace {

constexpr int kMeasuresHeight = 168; // header and the five measures that there are

QString measuredShare(const std::optional<double>& value)
{
    return value ? QString::number(*value, 'f', 3) : QStringLiteral("–");
}

} // namespace

MeasureCard::MeasureCard(QWidget* parent)
    : QualityCard(tr("Confidence measures"),
        tr("Every measure that the run computed for the chosen paths. Smaller figures are better."), parent)
    , m_table(new QTreeWidget(this))
{
    m_table->setRootIsDecorated(false);
    m_table->setUniformRowHeights(true);
    m_table->setAccessibleName(tr("Confidence measures"));
    m_table->setHeaderLabels({ tr("measure"), tr("ECE"), tr("Brier"), tr("AURC"), tr("checked") });
    m_table->headerItem()->setToolTip(1, tr("Expected calibration error over ten bins of equal width"));
    m_table->headerItem()->setToolTip(
        2, tr("Brier score: mean squared distance from right (1) or wrong (0)"));
    m_table->headerItem()->setToolTip(3, tr("Area under the risk-coverage curve: what the order is worth"));
    m_table->header()->setStretchLastSection(false);
    m_table->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    for (int column = 1; column < m_table->columnCount(); ++column) {
        m_table->header()->setSectionResizeMode(column, QHeaderView::ResizeToContents);
        m_table->headerItem()->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    }
    m_table->setFixedHeight(kMeasuresHeight);
    m_table->setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    body().addWidget(m_table);
    connect(m_table, &QTreeWidget::currentItemChanged, this, [this](const QTreeWidgetItem* item) {
        if (item)
            Q_EMIT picked(item->data(0, Qt::UserRole).toString().toStdString());
    });
}

void MeasureCard::show(const std::vector<models::MeasureQuality>& qualities, const std::string& measure)
{
    const QSignalBlocker quiet(m_table);
    m_table->clear();
    for (const models::MeasureQuality& quality : qualities) {
        auto* row = new QTreeWidgetItem(m_table,
            { quality.title, measuredShare(quality.calibrationError), measuredShare(quality.brier),
                measuredShare(quality.area), models::countText(static_cast<qint64>(quality.known.size())) });
        row->setData(0, Qt::UserRole, models::toQt(quality.measure));
        row->setToolTip(0, quality.help);
        for (int column = 1; column < m_table->columnCount(); ++column)
            row->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
        if (quality.measure == measure)
            m_table->setCurrentItem(row);
    }
}

} // namespace msrl::pages
