// SPDX-License-Identifier: GPL-3.0-or-later
// The benchmark panel's figures of the official protocol.
#include "app/pages/benchmark_panel.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/tokens.h"

#include <QHeaderView>
#include <QLabel>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace msrl::pages {

namespace {

void addFigures(QTreeWidgetItem& parent, const std::vector<models::OfficialFigure>& figures)
{
    for (const models::OfficialFigure& figure : figures) {
        auto* row = new QTreeWidgetItem(&parent, QStringList { figure.name, figure.value });
        row->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
        addFigures(*row, figure.inside);
    }
}

} // namespace

QWidget* BenchmarkPanel::makeOfficial(QWidget* parent)
{
    m_officialBox = new QWidget(parent);
    m_official = new QTreeWidget(m_officialBox);
    m_official->setObjectName(QStringLiteral("benchmarkOfficial"));
    m_official->setHeaderLabels({ tr("figure"), tr("value") });
    m_official->headerItem()->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
    m_official->header()->setStretchLastSection(false);
    m_official->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_official->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_official->setAccessibleName(tr("Figures of the official protocol"));
    auto* layout = new QVBoxLayout(m_officialBox);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(widgets::makeLabel(tr("Official protocol"), QStringLiteral("heading"), m_officialBox));
    layout->addWidget(m_official, 1);
    return m_officialBox;
}

void BenchmarkPanel::showOfficial(const models::BenchmarkPart& part)
{
    m_official->clear();
    addFigures(*m_official->invisibleRootItem(), part.official);
    if (!m_report->official.empty()) {
        auto* all = new QTreeWidgetItem(m_official, QStringList { tr("all parts"), QString() });
        addFigures(*all, m_report->official);
    }
    m_official->expandToDepth(1);
    m_officialBox->setVisible(m_official->topLevelItemCount() > 0);
}

} // namespace msrl::pages
