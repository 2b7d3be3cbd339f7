// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/curve_card.h"

#include "widgets/plot/curve_legend.h"
#include "widgets/plot/custom_plot.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QVBoxLayout>

namespace msrl::widgets {

namespace {

constexpr int kMinimumHeight = 176;

} // namespace

CurveCard::CurveCard(const QString& title, QWidget* parent)
    : QFrame(parent)
    , m_title(new QLabel(title, this))
    , m_value(new QLabel(this))
    , m_empty(new QLabel(tr("Nothing yet"), this))
    , m_legend(new CurveLegend(this))
    , m_plot(new CurvePlot(this))
{
    setVariant(this, "surface", QStringLiteral("card"));
    setVariant(m_title, "role", QStringLiteral("heading"));
    setVariant(m_empty, "role", QStringLiteral("secondary"));
    setMinimumHeight(kMinimumHeight);
    setAccessibleName(title);
    auto* head = new QHBoxLayout;
    head->addWidget(m_title);
    head->addStretch();
    head->addWidget(m_value);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 8, 8);
    layout->setSpacing(kGrid);
    layout->addLayout(head);
    layout->addWidget(m_legend);
    layout->addWidget(m_plot, 1);
    layout->addWidget(m_empty, 1);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    connect(m_plot, &CurvePlot::dataChanged, this, &CurveCard::showState);
    connect(m_legend, &CurveLegend::toggled, this, [this](const QString& name, bool visible) {
        m_plot->setSeriesVisible(name, visible);
        showState();
    });
    showState();
}

void CurveCard::setTitle(const QString& title)
{
    m_title->setText(title);
    setAccessibleName(title);
}

QString CurveCard::title() const
{
    return m_title->text();
}

void CurveCard::setUnit(const QString& unit)
{
    m_unit = unit;
    showState();
}

void CurveCard::setHelp(const QString& help)
{
    m_title->setToolTip(help);
}

void CurveCard::setEmptyText(const QString& text)
{
    m_empty->setText(text);
}

void CurveCard::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu(this);
    menu.addAction(tr("Reset zoom"), m_plot, &CurvePlot::resetZoom);
    menu.addSeparator();
    menu.addAction(tr("Copy image"), this, [this] { QGuiApplication::clipboard()->setPixmap(grab()); });
    menu.addAction(
        tr("Copy values as CSV"), this, [this] { QGuiApplication::clipboard()->setText(m_plot->toCsv()); });
    menu.exec(event->globalPos());
}

void CurveCard::showState()
{
    const bool empty = m_plot->isEmpty();
    m_plot->setVisible(!empty);
    m_empty->setVisible(empty);
    QVector<LegendEntry> entries;
    QString newest;
    double newestX = 0;
    const QStringList names = m_plot->seriesNames();
    for (const QString& name : names) {
        const auto last = m_plot->lastPoint(name);
        if (!last)
            continue;
        const bool visible = m_plot->isSeriesVisible(name);
        entries << LegendEntry { name, m_plot->seriesColourIndex(name), visible, shortNumber(last->y()) };
        if (visible && (newest.isEmpty() || last->x() >= newestX)) {
            newest = shortNumber(last->y());
            newestX = last->x();
        }
    }
    // With a single series its value stands in the header; a legend would say it twice.
    m_legend->setEntries(entries.size() > 1 ? entries : QVector<LegendEntry> {});
    m_legend->setVisible(entries.size() > 1);
    QString head = entries.size() == 1 ? newest : QString();
    if (!head.isEmpty() && !m_unit.isEmpty())
        head += QLatin1Char(' ') + m_unit;
    if (m_plot->numNonFinite() > 0)
        head = tr("%n value(s) not finite", nullptr, m_plot->numNonFinite())
            + (head.isEmpty() ? QString() : QStringLiteral(" · ")) + head;
    setVariant(
        m_value, "role", m_plot->numNonFinite() > 0 ? QStringLiteral("warning") : QStringLiteral("heading"));
    m_value->setText(head);
}

} // namespace msrl::widgets
