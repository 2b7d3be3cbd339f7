// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/engine_log_panel.h"

#include "app/models/counted_text.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QVBoxLayout>

namespace msrl::pages {

EngineLogPanel::EngineLogPanel(QWidget* parent)
    : QWidget(parent)
    , m_search(new QLineEdit(this))
    , m_follow(new QCheckBox(tr("Follow"), this))
    , m_count(widgets::makeLabel({}, QStringLiteral("secondary"), this))
    , m_text(new QPlainTextEdit(this))
{
    m_search->setPlaceholderText(tr("Search"));
    m_search->setClearButtonEnabled(true);
    m_search->setMaximumWidth(280);
    m_search->setAccessibleName(tr("Search engine.log"));
    m_follow->setChecked(true);
    m_follow->setToolTip(tr("Keep the newest line in sight."));
    m_text->setObjectName(QStringLiteral("engineLog"));
    m_text->setReadOnly(true);
    m_text->setUndoRedoEnabled(false);
    m_text->setMaximumBlockCount(kMostLines);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setFont(widgets::smallFont(widgets::monoFont()));
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setAccessibleName(tr("Lines of engine.log"));
    auto* bar = new QHBoxLayout;
    bar->setSpacing(widgets::kGap);
    bar->addWidget(m_search);
    bar->addWidget(m_follow);
    bar->addStretch();
    bar->addWidget(m_count);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(widgets::kWideGap, widgets::kGap, widgets::kWideGap, widgets::kGap);
    layout->addLayout(bar);
    layout->addWidget(m_text, 1);
    connect(m_search, &QLineEdit::textChanged, this, &EngineLogPanel::showAll);
    connect(m_follow, &QCheckBox::toggled, this, &EngineLogPanel::followTail);
    connect(&m_tail, &services::LogTail::begun, this, [this] {
        m_lines.clear();
        showAll();
    });
    connect(&m_tail, &services::LogTail::linesArrived, this, &EngineLogPanel::add);
    // Who scrolls up wants to read: the tail doesn't pull them down again.
    connect(m_text->verticalScrollBar(), &QScrollBar::actionTriggered, this, [this] {
        const QScrollBar* side = m_text->verticalScrollBar();
        m_follow->setChecked(side->sliderPosition() >= side->maximum());
    });
    showCount();
}

void EngineLogPanel::setFile(const QString& file)
{
    m_file = file;
    m_count->setToolTip(file);
    m_tail.follow(file);
}

void EngineLogPanel::add(const QStringList& lines)
{
    m_lines += lines;
    if (m_lines.size() > kMostLines)
        m_lines.erase(m_lines.begin(), m_lines.begin() + (m_lines.size() - kMostLines));
    if (const QStringList shown = found(lines); !shown.isEmpty()) {
        const int seen = m_text->verticalScrollBar()->value();
        m_text->appendPlainText(shown.join(QLatin1Char('\n')));
        if (!m_follow->isChecked())
            m_text->verticalScrollBar()->setValue(seen);
    }
    showCount();
    followTail();
}

QStringList EngineLogPanel::found(const QStringList& lines) const
{
    return m_search->text().isEmpty() ? lines : lines.filter(m_search->text(), Qt::CaseInsensitive);
}

void EngineLogPanel::showAll()
{
    m_text->setPlainText(found(m_lines).join(QLatin1Char('\n')));
    showCount();
    followTail();
}

void EngineLogPanel::showCount()
{
    if (m_lines.isEmpty()) {
        m_count->setText(tr("engine.log has no lines; an engine in a terminal writes there"));
        return;
    }
    const QString whole = models::countedText(m_lines.size(), tr("one line"), tr("%1 lines"));
    const QString all = m_search->text().isEmpty()
        ? whole
        : tr("%1 of %2").arg(models::countText(found(m_lines).size()), whole);
    const qint64 left = m_tail.leftOut();
    m_count->setText(
        left > 0 ? tr("%1 · the first %2 are in the file").arg(all, models::bytesText(left)) : all);
}

void EngineLogPanel::followTail()
{
    QScrollBar* side = m_text->verticalScrollBar();
    if (m_follow->isChecked())
        side->setValue(side->maximum());
}

} // namespace msrl::pages
