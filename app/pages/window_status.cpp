// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/window_status.h"

#include "app/models/counted_text.h"
#include "app/services/disk_watch.h"
#include "app/services/run_session.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QHBoxLayout>
#include <QToolButton>

namespace msrl::pages {

namespace {

constexpr double kGib = 1024.0 * 1024.0 * 1024.0;

} // namespace

WindowStatus::WindowStatus(QWidget* parent)
    : QWidget(parent)
    , m_problemButton(new QToolButton(this))
    , m_facts(new widgets::ElidedLabel(this))
    , m_event(new widgets::ElidedLabel(this))
{
    for (widgets::ElidedLabel* label : { m_facts, m_event })
        widgets::setVariant(label, "role", QStringLiteral("secondary"));
    m_facts->setAccessibleName(tr("Problems, engine and disk"));
    m_event->setAccessibleName(tr("Last event"));
    m_event->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_problemButton->setObjectName(QStringLiteral("statusProblems"));
    m_problemButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_problemButton->setIconSize({ widgets::kSmallIcon, widgets::kSmallIcon });
    m_problemButton->setIcon(widgets::icon(QStringLiteral("warning")));
    m_problemButton->setToolTip(tr("Go to the next problem of the project."));
    m_problemButton->hide();
    widgets::setVariant(m_problemButton, "kind", QStringLiteral("fold"));
    connect(m_problemButton, &QToolButton::clicked, this, &WindowStatus::problemsRequested);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(widgets::kWideGap, widgets::kGrid, widgets::kWideGap, widgets::kGrid);
    layout->setSpacing(widgets::kWideGap);
    layout->addWidget(m_problemButton);
    layout->addWidget(m_facts, 1);
    layout->addWidget(m_event, 1);
}

void WindowStatus::setProblems(int count)
{
    m_problems = count;
    showFacts();
}

void WindowStatus::showRun(const services::RunSession* session, const QString& folder)
{
    QStringList words;
    if (session) {
        const store::RunInfo& info = session->info();
        if (!info.engineVersion.empty())
            words << tr("engine %1 on %2")
                         .arg(QString::fromStdString(info.engineVersion),
                             info.device.empty() ? tr("no device yet") : QString::fromStdString(info.device));
        if (!store::isOver(session->state().kind) && session->progress().tokensPerSecond > 0)
            words << tr("%1 tok/s").arg(widgets::shortNumber(session->progress().tokensPerSecond));
    }
    const qint64 disk = services::freeBytesOf(session ? session->path() : folder);
    if (disk >= 0)
        words << tr("disk %1 GiB free").arg(static_cast<double>(disk) / kGib, 0, 'f', 0);
    m_run = words.join(QStringLiteral(" · "));
    showFacts();
}

void WindowStatus::reportEvent(const QString& text)
{
    m_event->setFullText(text);
}

void WindowStatus::showFacts()
{
    m_problemButton->setText(models::countedText(m_problems, tr("One problem"), tr("%1 problems")));
    m_problemButton->setVisible(m_problems > 0);
    QStringList words;
    if (m_problems == 0)
        words << tr("No problems");
    if (!m_run.isEmpty())
        words << m_run;
    m_facts->setFullText(words.join(QStringLiteral(" · ")));
}

} // namespace msrl::pages
