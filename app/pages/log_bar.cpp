// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/log_bar.h"

#include "widgets/feedback/labels.h"
#include "widgets/theme/tokens.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QScrollBar>

namespace msrl::pages {

LogBar::LogBar(const QString& searchName, QWidget* parent)
    : QWidget(parent)
    , m_search(new QLineEdit(this))
    , m_follow(new QCheckBox(tr("Follow"), this))
    , m_count(widgets::makeLabel({}, QStringLiteral("secondary"), this))
    , m_layout(new QHBoxLayout(this))
{
    m_search->setPlaceholderText(tr("Search"));
    m_search->setClearButtonEnabled(true);
    m_search->setMaximumWidth(280);
    m_search->setAccessibleName(searchName);
    m_follow->setChecked(true);
    m_follow->setToolTip(tr("Keep the newest line in sight."));
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(widgets::kGap);
    m_layout->addWidget(m_search);
    m_layout->addWidget(m_follow);
    m_layout->addStretch();
    m_layout->addWidget(m_count);
    connect(m_search, &QLineEdit::textChanged, this, &LogBar::searchChanged);
    connect(m_follow, &QCheckBox::toggled, this, &LogBar::followChanged);
}

void LogBar::addFilter(QWidget& filter)
{
    m_layout->insertWidget(m_layout->indexOf(m_follow), &filter);
    setTabOrder(m_search, &filter);
    setTabOrder(&filter, m_follow);
}

void LogBar::followScrolling(QScrollBar& scroll)
{
    connect(&scroll, &QScrollBar::actionTriggered, this, [this, &scroll] {
        // Not there yet: its slider's place is where it goes.
        m_follow->setChecked(scroll.sliderPosition() >= scroll.maximum());
    });
}

QString LogBar::searched() const
{
    return m_search->text();
}

bool LogBar::isFollowing() const
{
    return m_follow->isChecked();
}

void LogBar::setCount(const QString& text)
{
    m_count->setText(text);
}

void LogBar::setCountTip(const QString& text)
{
    m_count->setToolTip(text);
}

} // namespace msrl::pages
