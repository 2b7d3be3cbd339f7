// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/path_stack.h"

#include "app/models/path_measures.h"
#include "app/models/strings.h"
#include "app/pages/path_card.h"
#include "widgets/theme/tokens.h"

#include <QVBoxLayout>

namespace msrl::pages {

PathStack::PathStack(const StackedPaths& shown, QWidget* parent)
    : QWidget(parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 2, widgets::kGap, 12);
    layout->setSpacing(widgets::kGap);
    const int count = static_cast<int>(shown.candidate.paths.size());
    if (shown.decision && shown.decision->verdict == "override" && shown.decision->path < 0)
        addOwnTarget(*shown.decision, count);
    for (int path = 0; path < count; ++path)
        addPath(shown, path);
    layout->addStretch();
}

void PathStack::addOwnTarget(const store::DecisionRow& decision, int number)
{
    store::CandidatePath own;
    own.text = decision.text;
    own.formatOk = true;
    PathLook look;
    look.index = number;
    look.overridden = true;
    layout()->addWidget(new PathCard(own, look, this));
}

void PathStack::addPath(const StackedPaths& shown, int path)
{
    const store::CandidateRow& candidate = shown.candidate;
    const auto index = static_cast<std::size_t>(path);
    PathLook look;
    look.index = path;
    look.measure = shown.blind ? std::string() : shown.measure;
    look.chosen = !shown.blind && candidate.chosen == path;
    look.overridden = shown.decision && shown.decision->verdict == "override" && shown.decision->path == path;
    look.heat = shown.heat;
    if (!shown.blind)
        look.measures = models::measuresText(models::pathMeasures(candidate.paths, index));
    if (look.chosen)
        look.why = tr("Why: %1").arg(models::toQt(candidate.reason));
    auto* card = new PathCard(candidate.paths[index], look, this);
    card->setSelected(path == shown.selected);
    connect(card, &PathCard::clicked, this, &PathStack::picked);
    m_cards.push_back(card);
    layout()->addWidget(card);
}

void PathStack::select(int path)
{
    for (std::size_t i = 0; i < m_cards.size(); ++i)
        m_cards[i]->setSelected(static_cast<int>(i) == path);
}

QWidget* PathStack::card(int path) const
{
    return path >= 0 && path < static_cast<int>(m_cards.size()) ? m_cards[static_cast<std::size_t>(path)]
                                                                : nullptr;
}

} // namespace msrl::pages
