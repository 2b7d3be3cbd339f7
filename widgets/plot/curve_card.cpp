// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/curve_card.h"

#include "widgets/plot/curve_legend.h"
#include "widgets/plot/curve_picture.h"
#include "widgets/plot/custom_plot.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMessageBox>
#include <QPixmap>
#include <QSaveFile>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace msrl::widgets {

namespace {

constexpr int kMinimumHeight = 176;

} // namespace

CurveCard::CurveCard(const QString& title, QWidget* parent)
    : QFrame(parent)
    , m_title(new QLabel(title, this))
    , m_value(new QLabel(this))
    , m_more(new QToolButton(this))
    , m_empty(new QLabel(tr("Nothing yet"), this))
    , m_legend(new CurveLegend(this))
    , m_plot(new CurvePlot(this))
{
    setVariant(this, "surface", QStringLiteral("card"));
    setVariant(m_title, "role", QStringLiteral("heading"));
    setVariant(m_empty, "role", QStringLiteral("secondary"));
    setMinimumHeight(kMinimumHeight);
    setAccessibleName(title);
    m_head = new QHBoxLayout;
    m_head->setSpacing(kWideGap);
    m_head->addWidget(m_title);
    m_head->addStretch();
    m_head->addWidget(m_value);
    m_head->addWidget(m_more);
    m_more->setIcon(icon(QStringLiteral("more")));
    m_more->setFixedSize(24, 24); // what the padding leaves to the icon is its own size
    m_more->setFocusPolicy(Qt::TabFocus);
    m_more->setToolTip(tr("Axis, export"));
    m_more->setAccessibleName(tr("Menu of the curve %1").arg(title));
    connect(m_more, &QToolButton::clicked, this,
        [this] { showMenu(m_more->mapToGlobal(QPoint(0, m_more->height()))); });
    m_body = new QVBoxLayout(this);
    m_body->setContentsMargins(12, 8, 8, 8);
    m_body->setSpacing(kGrid);
    m_body->addLayout(m_head);
    m_body->addWidget(m_legend);
    m_body->addWidget(m_plot, 1);
    m_body->addWidget(m_empty, 1);
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
    m_more->setAccessibleName(tr("Menu of the curve %1").arg(title));
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
    showMenu(event->globalPos());
}

void CurveCard::showMenu(const QPoint& globalPosition)
{
    // Not waited for: what is chosen in it may take this card away.
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Show the whole axis"), m_plot, [this] {
        m_plot->resetZoom();
        Q_EMIT m_plot->zoomLeft();
    });
    QAction* logarithmic = menu->addAction(tr("Logarithmic axis"), m_plot, &CurvePlot::setLogY);
    logarithmic->setCheckable(true);
    logarithmic->setChecked(m_plot->isLogY());
    QAction* pinned = menu->addAction(tr("Pinned to the top"), this, &CurveCard::pinToggled);
    pinned->setCheckable(true);
    pinned->setChecked(m_pinned);
    Q_EMIT menuOpening(menu);
    menu->addSeparator();
    menu->addAction(tr("Copy picture"), this, [this] { QGuiApplication::clipboard()->setPixmap(grab()); });
    menu->addAction(
        tr("Copy values as CSV"), this, [this] { QGuiApplication::clipboard()->setText(m_plot->toCsv()); });
    menu->addAction(tr("Save picture…"), this, qOverload<>(&CurveCard::savePicture));
    menu->addAction(tr("Save values as CSV…"), this, qOverload<>(&CurveCard::saveValues));
    menu->popup(globalPosition);
}

QString CurveCard::savePicture(const QString& file)
{
    m_more->hide(); // nothing to press in a picture
    const bool written = writeCurvePicture(*this, *m_plot, file);
    m_more->show();
    return written ? QString() : tr("%1 could not be written.").arg(file);
}

QString CurveCard::saveValues(const QString& file) const
{
    QSaveFile out(file);
    const QByteArray text = m_plot->toCsv().toUtf8();
    if (!out.open(QIODevice::WriteOnly) || out.write(text) != text.size() || !out.commit())
        return tr("%1 could not be written: %2").arg(file, out.errorString());
    return {};
}

void CurveCard::savePicture()
{
    const QString file = QFileDialog::getSaveFileName(this, tr("Save picture"),
        title() + QStringLiteral(".png"), tr("Pictures (*.png);;Vector graphics (*.svg);;Documents (*.pdf)"));
    if (const QString why = file.isEmpty() ? QString() : savePicture(file); !why.isEmpty())
        QMessageBox::warning(this, tr("Save picture"), why);
}

void CurveCard::saveValues()
{
    const QString file = QFileDialog::getSaveFileName(
        this, tr("Save values"), title() + QStringLiteral(".csv"), tr("Tables (*.csv)"));
    if (const QString why = file.isEmpty() ? QString() : saveValues(file); !why.isEmpty())
        QMessageBox::warning(this, tr("Save values"), why);
}

void CurveCard::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    placeLegend();
}

void CurveCard::placeLegend()
{
    const int taken
        = m_title->sizeHint().width() + m_value->sizeHint().width() + m_more->width() + 4 * kWideGap;
    const bool beside = m_legend->fitsOneRow(width() - taken - 20);
    const bool isBeside = m_head->indexOf(m_legend) >= 0;
    if (beside == isBeside)
        return;
    m_head->removeWidget(m_legend);
    m_body->removeWidget(m_legend);
    if (beside)
        m_head->insertWidget(1, m_legend, 100);
    else
        m_body->insertWidget(1, m_legend);
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
    std::stable_sort(entries.begin(), entries.end(),
        [](const LegendEntry& a, const LegendEntry& b) { return a.colour < b.colour; });
    // With a single series its value stands in the header; a legend would say it twice.
    m_legend->setEntries(entries.size() > 1 ? entries : QVector<LegendEntry> {});
    m_legend->setVisible(entries.size() > 1);
    placeLegend();
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
