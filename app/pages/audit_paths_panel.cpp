// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/audit_paths_panel.h"

#include "app/models/path_measures.h"
#include "app/models/strings.h"
#include "app/pages/override_form.h"
#include "app/pages/path_comparison.h"
#include "app/pages/path_modes.h"
#include "app/pages/path_stack.h"
#include "app/pages/vote_bar.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QEvent>
#include <QLabel>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include <utility>

namespace msrl::pages {

AuditPathsPanel::AuditPathsPanel(QWidget* parent)
    : QWidget(parent)
    , m_votes(new VoteBar(this))
    , m_modes(new PathModes(this))
    , m_reason(widgets::makeLabel({}, QStringLiteral("secondary"), this))
    , m_log(widgets::makeLabel({}, QStringLiteral("secondary"), this))
    , m_scroll(new QScrollArea(this))
    , m_form(new OverrideForm(this))
{
    m_reason->setWordWrap(true);
    m_log->setWordWrap(true);
    m_log->setTextFormat(Qt::PlainText);
    m_log->setFont(widgets::smallFont(font()));
    m_log->setObjectName(QStringLiteral("decisionLog"));
    m_log->hide();
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    layOut();
    connect(m_form, &OverrideForm::overrideEntered, this, &AuditPathsPanel::overrideEntered);
    connect(m_form, &OverrideForm::noteEntered, this, &AuditPathsPanel::noteEntered);
    connect(m_form, &OverrideForm::closed, this, &AuditPathsPanel::overrideClosed);
    connect(m_modes, &PathModes::sideBySideRequested, this, &AuditPathsPanel::setSideBySide);
    connect(m_modes, &PathModes::heatRequested, this, &AuditPathsPanel::toggleHeat);
}

void AuditPathsPanel::layOut()
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(widgets::kWideGap, 12, widgets::kGap, 0);
    layout->setSpacing(6);
    // As far from the edge as the cards below, beside which there may be a scroll bar.
    auto* head = new QVBoxLayout;
    const auto followCards = [this, head] {
        const QScrollBar* bar = m_scroll->verticalScrollBar();
        head->setContentsMargins(0, 0, widgets::kGap + (bar->maximum() > 0 ? bar->sizeHint().width() : 0), 0);
    };
    connect(m_scroll->verticalScrollBar(), &QScrollBar::rangeChanged, this, followCards);
    followCards();
    head->setSpacing(6);
    head->addWidget(m_votes);
    head->addWidget(m_modes);
    head->addWidget(m_reason);
    head->addWidget(m_log);
    head->addWidget(m_form);
    layout->addLayout(head);
    layout->addWidget(m_scroll, 1);
}

void AuditPathsPanel::clear()
{
    cancelOverride();
    setLog({});
    m_candidate = {};
    m_decision.reset();
    pick(-1);
    chooseSides();
    rebuild();
}

void AuditPathsPanel::show(const store::CandidateRow& candidate,
    const std::optional<store::DecisionRow>& decision, const std::string& measure, bool blind)
{
    cancelOverride();
    setLog({});
    m_candidate = candidate;
    m_decision = decision;
    m_measure = measure;
    m_blind = blind;
    pick(-1);
    chooseSides();
    rebuild();
}

void AuditPathsPanel::toggleHeat()
{
    m_heat = !m_heat;
    m_modes->setHeat(m_heat);
    rebuild();
}

void AuditPathsPanel::showKeys()
{
    m_modes->showKeys();
    m_form->prompt();
}

void AuditPathsPanel::setSideBySide(bool on)
{
    m_modes->setSideBySide(on);
    if (on == m_sideBySide)
        return;
    m_sideBySide = on;
    if (on && m_selected >= 0 && m_selected != m_left)
        m_right = m_selected;
    rebuild();
    Q_EMIT sideBySideChanged(on);
}

void AuditPathsPanel::swapSides()
{
    if (!m_sideBySide || m_right < 0)
        return;
    std::swap(m_left, m_right);
    if (m_selected >= 0)
        pick(m_right);
    rebuild();
}

// What an auditor asks first: why this one, and what does the best of those say that disagree?
void AuditPathsPanel::chooseSides()
{
    const bool any = !m_candidate.paths.empty();
    m_left = !any ? -1 : m_blind || m_candidate.chosen < 0 ? 0 : m_candidate.chosen;
    m_right
        = any ? models::pathToCompare(m_candidate.paths, m_left, m_blind ? std::string() : m_measure) : -1;
}

void AuditPathsPanel::rebuild()
{
    m_votes->setVisible(!m_blind);
    m_votes->setVotes(m_candidate.votesA, m_candidate.votesB, static_cast<int>(m_candidate.paths.size()));
    const QString note = m_blind ? tr("Votes and the machine's choice are hidden until you decide.")
        : m_candidate.chosen < 0 && !m_candidate.paths.empty()
        ? tr("No machine choice: %1.").arg(models::toQt(m_candidate.reason))
        : QString();
    m_reason->setText(note);
    m_reason->setVisible(!note.isEmpty());
    const bool two = m_sideBySide && m_left >= 0 && m_right >= 0;
    m_stack = two ? nullptr : makeStack();
    m_scroll->setWidget(two ? makeComparison() : m_stack);
    QWidget* chosen = m_stack && !m_blind && m_selected < 0 ? m_stack->card(m_candidate.chosen) : nullptr;
    if (chosen)
        bringToView(chosen);
}

void AuditPathsPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_sideBySide)
        rebuild();
}

// Once the cards have their places.
void AuditPathsPanel::bringToView(QWidget* widget)
{
    m_scroll->widget()->layout()->activate();
    QMetaObject::invokeMethod(
        widget, [this, widget] { m_scroll->ensureWidgetVisible(widget, 0, 8); }, Qt::QueuedConnection);
}

PathStack* AuditPathsPanel::makeStack()
{
    auto* stack = new PathStack({ m_candidate, m_decision, m_measure, m_blind, m_heat, m_selected });
    connect(stack, &PathStack::picked, this, &AuditPathsPanel::selectPath);
    return stack;
}

QWidget* AuditPathsPanel::makeComparison()
{
    const bool overridden = m_decision && m_decision->verdict == "override";
    const ComparedPaths compared { m_candidate.paths, m_left, m_right, m_blind ? -1 : m_candidate.chosen,
        overridden ? m_decision->path : -1, m_blind ? std::string() : m_measure, m_candidate.reason, m_heat };
    auto* comparison = new PathComparison(compared);
    // Made anew once the box that was clicked is done with the click.
    connect(
        comparison, &PathComparison::leftPicked, this,
        [this](int path) {
            m_left = path;
            rebuild();
        },
        Qt::QueuedConnection);
    connect(
        comparison, &PathComparison::rightPicked, this, &AuditPathsPanel::selectPath, Qt::QueuedConnection);
    return comparison;
}

void AuditPathsPanel::showSelection()
{
    if (m_sideBySide) {
        m_right = m_selected;
        rebuild();
        return;
    }
    m_stack->select(m_selected);
    m_scroll->ensureWidgetVisible(m_stack->card(m_selected), 0, 8);
}

void AuditPathsPanel::selectPath(int index)
{
    if (index < 0 || index >= static_cast<int>(m_candidate.paths.size()))
        return;
    pick(index);
    showSelection();
    if (isOverriding() && m_form->use() == OverrideForm::Use::Path)
        m_form->focusReason();
}

void AuditPathsPanel::stepPath(int by)
{
    const int count = static_cast<int>(m_candidate.paths.size());
    if (count == 0)
        return;
    const int from = m_sideBySide ? m_right : m_selected;
    int next = from < 0 ? (by > 0 ? 0 : count - 1) : (from + by + count) % count;
    if (m_sideBySide && next == m_left && count > 1)
        next = (next + by + count) % count;
    pick(next);
    showSelection();
}

void AuditPathsPanel::setLog(const QStringList& lines)
{
    m_log->setText(lines.join(QLatin1Char('\n')));
    m_log->setVisible(!lines.isEmpty());
}

} // namespace msrl::pages
