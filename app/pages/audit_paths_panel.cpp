// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/audit_paths_panel.h"

#include "app/models/candidate_queue_model.h"
#include "app/models/strings.h"
#include "app/pages/path_card.h"
#include "app/pages/vote_bar.h"
#include "core/judge/confidence.h"
#include "core/judge/format_problem.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QShortcut>
#include <QVBoxLayout>

#include <cmath>

namespace msrl::pages {

namespace {

// "mean log-probability −0.31, 2nd of 8 · answer probability 0.93, 1st of 8"
QString measuresText(const std::vector<store::CandidatePath>& paths, std::size_t index)
{
    QStringList parts;
    for (const judge::ConfidenceMeasure& measure : judge::confidenceMeasures()) {
        const double own = models::pathConfidence(paths[index], measure.name);
        if (std::isnan(own))
            continue;
        int surer = 0;
        int known = 0;
        for (const store::CandidatePath& path : paths) {
            const double other = models::pathConfidence(path, measure.name);
            known += std::isnan(other) ? 0 : 1;
            surer += other > own ? 1 : 0;
        }
        parts << QObject::tr("%1 %2 (%3 of %4)")
                     .arg(QString::fromUtf8(measure.title).toLower(), QString::number(own, 'f', 2))
                     .arg(surer + 1)
                     .arg(known);
    }
    return parts.join(QStringLiteral(" · "));
}

} // namespace

AuditPathsPanel::AuditPathsPanel(QWidget* parent)
    : QWidget(parent)
    , m_votes(new VoteBar(this))
    , m_reason(widgets::makeLabel({}, QStringLiteral("secondary"), this))
    , m_scroll(new QScrollArea(this))
    , m_log(widgets::makeLabel({}, QStringLiteral("secondary"), this))
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
    head->addWidget(m_reason);
    head->addWidget(m_log);
    head->addWidget(makeForm());
    layout->addLayout(head);
    layout->addWidget(m_scroll, 1);
}

QWidget* AuditPathsPanel::makeForm()
{
    auto* form = new QFrame(this);
    widgets::setVariant(form, "surface", QStringLiteral("card"));
    m_form = form;
    m_formText = widgets::makeLabel({}, QStringLiteral("heading"), form);
    m_formText->setWordWrap(true);
    m_ownText = new QPlainTextEdit(form);
    m_ownText->setFixedHeight(96);
    m_ownText->setAccessibleName(tr("Your own target text"));
    m_why = new QLineEdit(form);
    m_why->setPlaceholderText(tr("Reason, for whoever reads the audit later"));
    m_why->setAccessibleName(tr("Reason of the override"));
    m_submit = new QPushButton(tr("Override  Enter"), form);
    widgets::setVariant(m_submit, "kind", QStringLiteral("primary"));
    auto* cancel = new QPushButton(tr("Cancel  Esc"), form);
    auto* row = new QHBoxLayout;
    row->addWidget(m_why, 1);
    row->addWidget(m_submit);
    row->addWidget(cancel);
    auto* layout = new QVBoxLayout(form);
    layout->setContentsMargins(12, 8, 12, 10);
    layout->addWidget(m_formText);
    layout->addWidget(m_ownText);
    layout->addLayout(row);
    form->hide();
    connect(m_why, &QLineEdit::returnPressed, this, &AuditPathsPanel::submit);
    connect(m_why, &QLineEdit::textChanged, this, &AuditPathsPanel::prompt);
    connect(m_ownText, &QPlainTextEdit::textChanged, this, &AuditPathsPanel::prompt);
    connect(m_submit, &QPushButton::clicked, this, &AuditPathsPanel::submit);
    connect(cancel, &QPushButton::clicked, this, &AuditPathsPanel::cancelOverride);
    auto* escape = new QShortcut(QKeySequence(Qt::Key_Escape), form);
    escape->setContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QShortcut::activated, this, &AuditPathsPanel::cancelOverride);
    return form;
}

void AuditPathsPanel::clear()
{
    cancelOverride();
    setLog({});
    m_candidate = {};
    m_decision.reset();
    m_selected = -1;
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
    m_selected = -1;
    rebuild();
}

void AuditPathsPanel::toggleHeat()
{
    m_heat = !m_heat;
    rebuild();
}

void AuditPathsPanel::rebuild()
{
    m_votes->setVisible(!m_blind);
    m_votes->setVotes(m_candidate.votesA, m_candidate.votesB, static_cast<int>(m_candidate.paths.size()));
    const bool overridden = m_decision && m_decision->verdict == "override";
    QString note = m_blind ? tr("Votes and the machine's choice are hidden until you decide.")
        : m_candidate.chosen < 0 && !m_candidate.paths.empty()
        ? tr("No machine choice: %1.").arg(models::toQt(m_candidate.reason))
        : QString();
    m_reason->setText(note);
    m_reason->setVisible(!note.isEmpty());
    auto* body = new QWidget;
    auto* layout = new QVBoxLayout(body);
    layout->setContentsMargins(0, 2, widgets::kGap, 12);
    layout->setSpacing(widgets::kGap);
    m_cards.clear();
    if (overridden && m_decision->path < 0) {
        store::CandidatePath own;
        own.text = m_decision->text;
        own.formatOk = true;
        PathLook look;
        look.index = static_cast<int>(m_candidate.paths.size());
        look.overridden = true;
        layout->addWidget(new PathCard(own, look, body));
    }
    for (std::size_t i = 0; i < m_candidate.paths.size(); ++i) {
        PathLook look;
        look.index = static_cast<int>(i);
        look.measure = m_blind ? std::string() : m_measure;
        look.chosen = !m_blind && m_candidate.chosen == look.index;
        look.overridden = overridden && m_decision->path == look.index;
        look.heat = m_heat;
        if (!m_blind)
            look.measures = measuresText(m_candidate.paths, i);
        if (look.chosen)
            look.why = tr("Why: %1").arg(models::toQt(m_candidate.reason));
        auto* card = new PathCard(m_candidate.paths[i], look, body);
        card->setSelected(look.index == m_selected);
        connect(card, &PathCard::clicked, this, &AuditPathsPanel::selectPath);
        m_cards.push_back(card);
        layout->addWidget(card);
    }
    layout->addStretch();
    m_scroll->setWidget(body);
    if (m_candidate.chosen >= 0 && m_candidate.chosen < static_cast<int>(m_cards.size()) && !m_blind
        && m_selected < 0) {
        layout->activate();
        PathCard* chosen = m_cards[static_cast<std::size_t>(m_candidate.chosen)];
        QMetaObject::invokeMethod(
            chosen, [this, chosen] { m_scroll->ensureWidgetVisible(chosen, 0, 8); }, Qt::QueuedConnection);
    }
}

void AuditPathsPanel::selectPath(int index)
{
    if (index < 0 || index >= static_cast<int>(m_cards.size()))
        return;
    m_selected = index;
    for (std::size_t i = 0; i < m_cards.size(); ++i)
        m_cards[i]->setSelected(static_cast<int>(i) == index);
    m_scroll->ensureWidgetVisible(m_cards[static_cast<std::size_t>(index)], 0, 8);
    if (isOverriding() && m_use == Form::Path) {
        prompt();
        m_why->setFocus();
    }
}

bool AuditPathsPanel::isOverriding() const
{
    return m_form->isVisibleTo(this);
}

void AuditPathsPanel::setLog(const QStringList& lines)
{
    m_log->setText(lines.join(QLatin1Char('\n')));
    m_log->setVisible(!lines.isEmpty());
}

void AuditPathsPanel::openForm(Form form)
{
    m_use = form;
    m_ownText->setVisible(form == Form::OwnText);
    m_why->clear();
    m_why->setPlaceholderText(form == Form::Note ? tr("Note, for whoever reads the audit later")
                                                 : tr("Reason, for whoever reads the audit later"));
    m_submit->setText(form == Form::Note ? tr("Note  Enter") : tr("Override  Enter"));
    m_form->show();
    prompt();
}

void AuditPathsPanel::beginNote()
{
    if (m_candidate.paths.empty())
        return;
    openForm(Form::Note);
    m_why->setFocus();
}

void AuditPathsPanel::beginOverride(bool ownText)
{
    if (m_candidate.paths.empty())
        return;
    if (ownText) {
        const int from = m_selected >= 0 ? m_selected : m_candidate.chosen;
        const std::string path
            = from >= 0 ? m_candidate.paths[static_cast<std::size_t>(from)].text : std::string();
        m_ownText->setPlainText(
            models::toQt(m_selected < 0 && !m_candidate.target.empty() ? m_candidate.target : path));
    }
    openForm(ownText ? Form::OwnText : Form::Path);
    if (ownText)
        m_ownText->setFocus();
    else if (m_selected >= 0)
        m_why->setFocus();
}

void AuditPathsPanel::cancelOverride()
{
    const bool wasOpen = isOverriding();
    m_form->hide();
    if (wasOpen)
        Q_EMIT overrideClosed();
}

// What is still missing is said in the form, not refused afterwards.
void AuditPathsPanel::prompt()
{
    const bool own = m_use == Form::OwnText;
    if (m_use == Form::Note)
        m_formText->setText(tr("A note about this item. What was decided stays."));
    else if (own)
        m_formText->setText(tr("Write the target that the student shall learn, then the reason."));
    else if (m_selected < 0)
        m_formText->setText(
            tr("Pick a path: 1 to %1.").arg(std::min<int>(9, static_cast<int>(m_cards.size()))));
    else
        m_formText->setText(tr("Path %1 in place of the machine's choice. Why?").arg(m_selected + 1));
    // The grammar that the teacher's paths had to pass, with the caption that the student learns to write.
    const auto problem = own
        ? judge::formatProblem(m_ownText->toPlainText().toStdString(), { .type = true, .caption = true })
        : std::nullopt;
    if (problem)
        m_formText->setText(tr("Not in the right format: %1.").arg(models::toQt(*problem)));
    const bool target = own ? !problem : m_use == Form::Note || m_selected >= 0;
    m_submit->setEnabled(target && !m_why->text().trimmed().isEmpty());
}

void AuditPathsPanel::submit()
{
    if (!m_submit->isEnabled())
        return;
    const bool own = m_use == Form::OwnText;
    const bool isNote = m_use == Form::Note;
    const int path = own ? -1 : m_selected;
    const QString text = own ? m_ownText->toPlainText() : QString();
    const QString reason = m_why->text().trimmed();
    cancelOverride();
    if (isNote)
        Q_EMIT noteEntered(reason);
    else
        Q_EMIT overrideEntered(path, text, reason);
}

} // namespace msrl::pages
