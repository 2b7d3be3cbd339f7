// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/studies_panel.h"

#include "app/pages/action_registry.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/tokens.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace msrl::pages {

namespace {

QString plain(QString text)
{
    return text.remove(QLatin1Char('&'));
}

} // namespace

StudiesPanel::StudiesPanel(QWidget* parent)
    : QWidget(parent)
    , m_layout(new QVBoxLayout(this))
{
    m_layout->addWidget(widgets::makeLabel(tr("Studies"), QStringLiteral("heading"), this));
    hide();
}

void StudiesPanel::setActions(const ActionRegistry& actions)
{
    for (const QString& id :
        { QStringLiteral("run.ablations"), QStringLiteral("run.ratios"), QStringLiteral("run.parameter") }) {
        QAction* start = actions.action(id);
        QAction* choose = actions.action(id + QStringLiteral("Choose"));
        if (start && choose)
            addStudy(*start, *choose, id);
    }
}

void StudiesPanel::addStudy(QAction& start, QAction& choose, const QString& name)
{
    auto* button = new QPushButton(this);
    button->setObjectName(QStringLiteral("study.") + name);
    auto* options = new QToolButton(this);
    options->setIcon(widgets::icon(QStringLiteral("settings")));
    options->setObjectName(QStringLiteral("choose.") + name);
    options->setToolTip(choose.toolTip());
    options->setAccessibleName(plain(choose.text()));
    options->setFocusPolicy(Qt::TabFocus);
    const auto follow = [button, &start] {
        button->setIcon(start.icon());
        button->setText(plain(start.text()));
        button->setToolTip(start.toolTip());
        button->setEnabled(start.isEnabled());
    };
    follow();
    connect(&start, &QAction::changed, button, follow);
    connect(button, &QPushButton::clicked, &start, &QAction::trigger);
    connect(options, &QToolButton::clicked, &choose, &QAction::trigger);
    auto* row = new QHBoxLayout;
    row->setSpacing(widgets::kGrid);
    row->addWidget(button, 1);
    row->addWidget(options);
    m_layout->addLayout(row);
    show();
}

} // namespace msrl::pages
