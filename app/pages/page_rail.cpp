// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/page_rail.h"

#include "app/pages/page.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/tokens.h"

#include <QAction>
#include <QButtonGroup>
#include <QToolButton>
#include <QVBoxLayout>

namespace msrl::pages {

namespace {

constexpr int kButtonWidth = 60;

} // namespace

PageRail::PageRail(QWidget* parent)
    : QWidget(parent)
    , m_layout(new QVBoxLayout(this))
    , m_buttons(new QButtonGroup(this))
{
    m_layout->setContentsMargins(widgets::kGrid, widgets::kGap, widgets::kGrid, widgets::kGap);
    m_layout->setSpacing(widgets::kGrid);
    m_layout->addStretch(1);
}

void PageRail::addPage(const Page& page, QAction& action)
{
    auto* button = new QToolButton(this);
    button->setObjectName(QStringLiteral("rail.") + page.id());
    button->setText(page.title());
    button->setAccessibleName(tr("Page %1").arg(page.title()));
    button->setToolTip(action.toolTip());
    connect(&action, &QAction::changed, button, [button, &action] { button->setToolTip(action.toolTip()); });
    button->setIcon(widgets::icon(page.iconName()));
    button->setIconSize({ widgets::kLargeIcon, widgets::kLargeIcon });
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setCheckable(true);
    button->setFixedWidth(kButtonWidth);
    widgets::setVariant(button, "kind", QStringLiteral("rail"));
    m_buttons->addButton(button, static_cast<int>(m_buttons->buttons().size()));
    m_layout->insertWidget(m_layout->count() - 1, button);
    connect(button, &QToolButton::clicked, &action, &QAction::trigger);
}

void PageRail::setCurrent(int index)
{
    if (QAbstractButton* button = m_buttons->button(index))
        button->setChecked(true);
}

} // namespace msrl::pages
