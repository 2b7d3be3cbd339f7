// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/quality_card.h"

#include "widgets/feedback/labels.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/tokens.h"

#include <QVBoxLayout>

namespace msrl::pages {

QualityCard::QualityCard(const QString& title, const QString& help, QWidget* parent)
    : QFrame(parent)
    , m_body(new QVBoxLayout(this))
{
    widgets::setVariant(this, "surface", QStringLiteral("card"));
    m_body->setContentsMargins(12, 8, 12, 12);
    m_body->setSpacing(widgets::kGap);
    QLabel* head = widgets::makeLabel(title, QStringLiteral("heading"), this);
    head->setToolTip(help);
    head->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    m_body->addWidget(head);
}

} // namespace msrl::pages
