// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/health_panel.h"

#include "app/models/counted_text.h"
#include "app/models/strings.h"
#include "widgets/feedback/labels.h"
#include "widgets/table/table_setup.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/tokens.h"

#include <QLabel>
#include <QTreeWidget>

namespace msrl::pages {

namespace {

constexpr int kRefreshMs = 500;
enum HealthColumn { kHealthState, kHealthCheck, kHealthStage, kHealthMeasured, kHealthRule, kHealthAdvice };

} // namespace

HealthPanel::HealthPanel(const models::CurveSet& curves, QWidget* parent)
    : QWidget(parent)
    , m_curves(curves)
    , m_summary(widgets::makeLabel({}, QStringLiteral("secondary"), this))
    , m_table(new QTreeWidget(this))
{
    widgets::setUpList(*m_table, tr("Health of the run"),
        { tr("state"), tr("what would be wrong"), tr("stage"), tr("measured"), tr("rule"),
            tr("what to do") });
    widgets::layOutList(*this, *m_summary, *m_table);
    m_timer.setSingleShot(true);
    m_timer.setInterval(kRefreshMs);
    connect(&m_timer, &QTimer::timeout, this, &HealthPanel::refresh);
    const auto later = [this] {
        if (!m_timer.isActive())
            m_timer.start();
    };
    connect(&m_curves, &models::CurveSet::curvesChanged, this, later);
    connect(&m_curves, &models::CurveSet::cleared, this, &HealthPanel::refresh);
    refresh();
}

void HealthPanel::setStageTitles(std::map<std::string, QString> titles)
{
    if (titles == m_titles)
        return;
    m_titles = std::move(titles);
    refresh();
}

void HealthPanel::setDisk(const models::DiskSpace& disk)
{
    if (disk == m_disk)
        return;
    m_disk = disk;
    refresh();
}

void HealthPanel::refresh()
{
    const widgets::Tokens& tokens = widgets::tokensFor(palette());
    std::vector<models::HealthFinding> findings = models::healthFindings(m_curves);
    if (const auto disk = models::diskFinding(m_disk)) // a full disk ends the run: first where it is near
        findings.insert(disk->failed ? findings.begin() : findings.end(), *disk);
    m_table->clear();
    int failed = 0;
    for (const models::HealthFinding& finding : findings) {
        const auto title = m_titles.find(finding.stage);
        auto* row = new QTreeWidgetItem(m_table);
        row->setText(kHealthState, finding.failed ? tr("look") : tr("good"));
        row->setIcon(kHealthState,
            widgets::icon(finding.failed ? QStringLiteral("warning") : QStringLiteral("check")));
        row->setForeground(kHealthState, finding.failed ? tokens.warning : tokens.good);
        row->setText(kHealthCheck, finding.rule->title);
        row->setText(kHealthStage,
            finding.stage.empty()         ? tr("the run")
                : title == m_titles.end() ? models::toQt(finding.stage)
                                          : title->second);
        row->setText(kHealthMeasured, models::measuredText(finding));
        row->setText(kHealthRule, models::ruleText(*finding.rule));
        row->setToolTip(kHealthRule, QString::fromUtf8(finding.rule->metric));
        row->setText(kHealthAdvice, finding.failed ? finding.rule->advice : QString());
        row->setToolTip(kHealthAdvice, finding.rule->advice);
        failed += finding.failed ? 1 : 0;
    }
    m_table->setVisible(!findings.empty());
    m_summary->setText(findings.empty() ? tr("The curves are checked from the first training step on.")
            : failed == 0               ? models::countedText(static_cast<qint64>(findings.size()),
                                tr("Nothing found: one check"), tr("Nothing found: %1 checks"))
                          : tr("%1 of %2 checks deserve a look").arg(failed).arg(findings.size()));
    if (failed != m_numFailed) {
        m_numFailed = failed;
        Q_EMIT failedChanged(failed);
    }
}

} // namespace msrl::pages
