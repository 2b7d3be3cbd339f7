// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/path_modes.h"

#include "app/pages/action_keys.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QToolButton>

namespace msrl::pages {

PathModes::PathModes(QWidget* parent)
    : QWidget(parent)
    , m_stack(addButton("stackedButton"))
    , m_sides(addButton("sideBySideButton"))
    , m_heat(addButton("heatButton"))
    , m_legend(widgets::makeLabel(tr("red: improbable"), QStringLiteral("secondary"), this))
{
    m_legend->setToolTip(tr("From log-probability 0, no colour, to −4 and less, full colour"));
    m_legend->setFont(widgets::smallFont(font()));
    m_legend->hide();
    auto* modes = new QButtonGroup(this);
    modes->addButton(m_stack);
    modes->addButton(m_sides);
    m_stack->setChecked(true);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_stack);
    layout->addWidget(m_sides);
    layout->addStretch();
    layout->addWidget(m_legend);
    layout->addWidget(m_heat);
    connect(m_stack, &QToolButton::clicked, this, [this] { Q_EMIT sideBySideRequested(false); });
    connect(m_sides, &QToolButton::clicked, this, [this] { Q_EMIT sideBySideRequested(true); });
    connect(m_heat, &QToolButton::clicked, this, &PathModes::heatRequested);
    showKeys();
}

void PathModes::showKeys()
{
    const QString sides = QStringLiteral("audit.sideBySide");
    const QString heat = QStringLiteral("audit.heat");
    m_stack->setText(tr("Stacked"));
    m_stack->setToolTip(withKeyInBrackets(tr("All paths below each other"), this, sides));
    m_sides->setText(withKey(tr("Side by side"), this, sides));
    m_sides->setToolTip(
        withKeyInBrackets(tr("Two paths beside each other with their differences marked"), this, sides));
    m_heat->setText(withKey(tr("Heat"), this, heat));
    m_heat->setToolTip(withKeyInBrackets(tr("Colour the tokens by their log-probability"), this, heat));
}

QToolButton* PathModes::addButton(const char* name)
{
    auto* button = new QToolButton(this);
    widgets::setVariant(button, "kind", QStringLiteral("chip"));
    button->setObjectName(QString::fromLatin1(name));
    button->setFont(widgets::smallFont(font()));
    button->setCheckable(true);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

void PathModes::setSideBySide(bool on)
{
    (on ? m_sides : m_stack)->setChecked(true);
}

void PathModes::setHeat(bool on)
{
    m_heat->setChecked(on);
    m_legend->setVisible(on);
}

} // namespace msrl::pages
