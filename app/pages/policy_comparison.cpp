// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/policy_comparison.h"

#include "app/models/strings.h"
#include "app/services/run_session.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/tokens.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace msrl::pages {

namespace {

QString accuracyText(double value)
{
    return QString::number(value, 'f', 3);
}

QString differenceText(double value)
{
    return (value < 0 ? QStringLiteral("−") : QStringLiteral("+")) + accuracyText(std::abs(value));
}

QString chanceText(double p)
{
    return p < 0.001 ? QStringLiteral("< 0.001") : accuracyText(p);
}

} // namespace

PolicyComparison::PolicyComparison(QWidget* parent)
    : QWidget(parent)
{
    m_table = new QTreeWidget(this);
    m_table->setObjectName(QStringLiteral("policyDifferences"));
    m_table->setRootIsDecorated(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setUniformRowHeights(true);
    m_table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setHeaderLabels({ tr("held-out set"), tr("pairs"), tr("this policy"), tr("the other"),
        tr("difference"), tr("95 % interval"), tr("better"), tr("worse"), tr("alike"), tr("p") });
    for (int column = 1; column < m_table->columnCount(); ++column)
        m_table->headerItem()->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    m_table->header()->setStretchLastSection(false);
    m_table->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_table->setAccessibleName(tr("Difference of the two policies"));
    m_note = widgets::makeLabel({}, QStringLiteral("secondary"), this);
    m_note->setWordWrap(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(widgets::kWideGap, 12, widgets::kWideGap, widgets::kWideGap);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(makeHead());
    layout->addWidget(m_note);
    layout->addWidget(m_table);
    layout->addStretch(1);
    showDifferences({});
}

void PolicyComparison::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_stale)
        compare();
}

QWidget* PolicyComparison::makeHead()
{
    auto* head = new QWidget(this);
    const auto box = [&](const QString& object, const QString& name) {
        auto* policies = new QComboBox(head);
        policies->setObjectName(object);
        policies->setAccessibleName(name);
        policies->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        connect(policies, &QComboBox::activated, this, [this] {
            m_hasChosen = true;
            compare();
        });
        return policies;
    };
    m_first = box(QStringLiteral("comparedPolicy"), tr("Policy"));
    m_second = box(QStringLiteral("comparedWith"), tr("Policy that it is held against"));
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(widgets::makeLabel(tr("Paired test"), QStringLiteral("title"), head));
    layout->addWidget(m_first);
    layout->addWidget(widgets::makeLabel(tr("against"), QStringLiteral("secondary"), head));
    layout->addWidget(m_second);
    layout->addStretch(1);
    return head;
}

void PolicyComparison::setEvaluations(
    services::RunSession& session, const std::vector<std::pair<std::string, QString>>& titles)
{
    m_session = &session;
    const int last = static_cast<int>(titles.size()) - 1;
    for (const auto& [policies, otherwise] : { std::pair { m_first, last }, { m_second, last - 1 } }) {
        const QVariant before = policies->currentData();
        policies->clear();
        for (const auto& [stage, title] : titles)
            policies->addItem(title, models::toQt(stage));
        const int kept = m_hasChosen ? policies->findData(before) : -1;
        policies->setCurrentIndex(kept >= 0 ? kept : otherwise);
    }
    m_stale = true;
    if (isVisible())
        compare();
}

void PolicyComparison::clear()
{
    m_session = nullptr;
    m_hasChosen = false;
    m_stale = false;
    m_first->clear();
    m_second->clear();
    showDifferences({});
}

void PolicyComparison::compare()
{
    m_stale = false;
    if (!m_session || m_first->count() < 2)
        return showDifferences({});
    std::vector<models::JudgedPair> pairs[2];
    const QComboBox* boxes[] { m_first, m_second };
    for (std::size_t i = 0; i < 2; ++i) {
        auto rows = m_session->reader().samples(boxes[i]->currentData().toString().toStdString(), 0);
        if (!rows) {
            Q_EMIT failed(models::toQt(rows.error().message()));
            return;
        }
        pairs[i] = models::pairsOf(*std::move(rows));
    }
    showDifferences(models::policyDifferences(pairs[0], pairs[1]));
}

void PolicyComparison::showDifferences(const std::vector<models::PolicyDifference>& differences)
{
    m_differences = differences;
    m_table->clear();
    for (const models::PolicyDifference& one : m_differences) {
        auto* row = new QTreeWidgetItem(m_table,
            QStringList { models::toQt(one.set), models::countText(one.pairs), accuracyText(one.first),
                accuracyText(one.second), differenceText(one.first - one.second),
                tr("%1 to %2").arg(differenceText(one.interval.low), differenceText(one.interval.high)),
                models::countText(one.test.firstBetter), models::countText(one.test.secondBetter),
                models::countText(one.test.alike), chanceText(one.test.pValue) });
        for (int column = 1; column < m_table->columnCount(); ++column)
            row->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    }
    // As high as its rows: a run has few held-out sets.
    m_table->setFixedHeight(m_table->header()->sizeHint().height()
        + m_table->topLevelItemCount() * std::max(0, m_table->sizeHintForRow(0)) + 2 * m_table->frameWidth());
    m_table->setVisible(!m_differences.empty());
    m_note->setText(m_differences.empty()
            ? tr("Nothing to compare: what a policy said about the held-out pairs is kept with its "
                 "evaluation, and two policies must have judged the same pairs.")
            : tr("A pair counts once, with the share of its two orders in which the policy is right. Better "
                 "and worse count pairs; p is that of the exact sign test: how likely so uneven a split is, "
                 "if neither policy is the better one."));
}

} // namespace msrl::pages
