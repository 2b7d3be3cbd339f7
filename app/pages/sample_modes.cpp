// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/sample_modes.h"

#include "widgets/feedback/labels.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QToolButton>

namespace msrl::pages {

using models::TokenHeat;

SampleModes::SampleModes(QWidget* parent)
    : QWidget(parent)
    , m_columns(addButton(tr("Columns"), tr("All completions beside each other (D)"), "columnsButton"))
    , m_sides(addButton(tr("Compare two  D"), {}, "compareButton"))
    , m_legend(widgets::makeLabel({}, QStringLiteral("secondary"), this))
    , m_logprob(addButton(
          tr("Probability  H"), tr("Colour the tokens by their log-probability (H)"), "logprobButton"))
    , m_entropy(addButton(tr("Entropy  E"),
          tr("Colour the tokens by the entropy of what they were drawn from (E)"), "entropyButton"))
{
    m_legend->setObjectName(QStringLiteral("heatLegend"));
    m_legend->setFont(widgets::smallFont(font()));
    auto* ways = new QButtonGroup(this);
    ways->addButton(m_columns);
    ways->addButton(m_sides);
    m_columns->setChecked(true);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_columns);
    layout->addWidget(m_sides);
    layout->addStretch();
    layout->addWidget(m_legend);
    layout->addWidget(m_logprob);
    layout->addWidget(m_entropy);
    connect(m_columns, &QToolButton::clicked, this, [this] { Q_EMIT sideBySideRequested(false); });
    connect(m_sides, &QToolButton::clicked, this, [this] { Q_EMIT sideBySideRequested(true); });
    connect(m_logprob, &QToolButton::clicked, this,
        [this](bool on) { Q_EMIT heatRequested(on ? TokenHeat::Logprob : TokenHeat::None); });
    connect(m_entropy, &QToolButton::clicked, this,
        [this](bool on) { Q_EMIT heatRequested(on ? TokenHeat::Entropy : TokenHeat::None); });
}

QToolButton* SampleModes::addButton(const QString& text, const QString& tip, const char* name)
{
    auto* button = new QToolButton(this);
    widgets::setVariant(button, "kind", QStringLiteral("chip"));
    button->setObjectName(QString::fromLatin1(name));
    button->setText(text);
    button->setToolTip(tip);
    button->setFont(widgets::smallFont(font()));
    button->setCheckable(true);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

void SampleModes::setSideBySide(bool on, bool possible)
{
    m_sides->setEnabled(possible);
    m_sides->setToolTip(possible
            ? tr(
                "Two completions with their differences marked (D); at first the best and the worst rewarded")
            : tr("This prompt has no two completions to compare"));
    (on ? m_sides : m_columns)->setChecked(true);
}

void SampleModes::setHeat(TokenHeat heat, bool known)
{
    m_logprob->setChecked(heat == TokenHeat::Logprob);
    m_entropy->setChecked(heat == TokenHeat::Entropy);
    m_legend->setVisible(heat != TokenHeat::None);
    if (!known) {
        m_legend->setText(tr("no token values were kept here"));
        m_legend->setToolTip(tr("Training steps keep them, evaluations and runs of earlier versions do not"));
    } else if (heat == TokenHeat::Entropy) {
        m_legend->setText(tr("red: undecided"));
        m_legend->setToolTip(tr("From entropy 0, no colour, to 4 nats and more, full colour"));
    } else {
        m_legend->setText(tr("red: improbable"));
        m_legend->setToolTip(tr("From log-probability 0, no colour, to −4 and less, full colour"));
    }
}

} // namespace msrl::pages
