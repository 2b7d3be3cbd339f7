// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/engine_log_panel.h"

#include "app/models/counted_text.h"
#include "app/pages/log_bar.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QPlainTextEdit>
#include <QScrollBar>
#include <QVBoxLayout>

namespace msrl::pages {

EngineLogPanel::EngineLogPanel(QWidget* parent)
    : QWidget(parent)
    , m_bar(new LogBar(tr("Search engine.log"), this))
    , m_text(new QPlainTextEdit(this))
{
    m_text->setObjectName(QStringLiteral("engineLog"));
    m_text->setReadOnly(true);
    m_text->setUndoRedoEnabled(false);
    m_text->setMaximumBlockCount(kMostLines);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setFont(widgets::smallFont(widgets::monoFont()));
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setAccessibleName(tr("Lines of engine.log"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(widgets::kWideGap, widgets::kGap, widgets::kWideGap, widgets::kGap);
    layout->addWidget(m_bar);
    layout->addWidget(m_text, 1);
    m_bar->followScrolling(*m_text->verticalScrollBar());
    connect(m_bar, &LogBar::searchChanged, this, &EngineLogPanel::showAll);
    connect(m_bar, &LogBar::followChanged, this, &EngineLogPanel::followTail);
    connect(&m_tail, &services::LogTail::begun, this, [this] {
        m_lines.clear();
        showAll();
    });
    connect(&m_tail, &services::LogTail::linesArrived, this, &EngineLogPanel::add);
    showCount();
}

void EngineLogPanel::setFile(const QString& file)
{
    m_bar->setCountTip(file);
    m_tail.follow(file);
}

void EngineLogPanel::add(const QStringList& lines)
{
    m_lines += lines;
    const QStringList shown = found(lines);
    m_numFound += shown.size();
    if (const qsizetype gone = m_lines.size() - kMostLines; gone > 0) {
        m_numFound -= found(m_lines.first(gone)).size();
        m_lines.remove(0, gone);
    }
    if (!shown.isEmpty()) {
        const int seen = m_text->verticalScrollBar()->value();
        m_text->appendPlainText(shown.join(QLatin1Char('\n')));
        if (!m_bar->isFollowing())
            m_text->verticalScrollBar()->setValue(seen);
    }
    showCount();
    followTail();
}

QStringList EngineLogPanel::found(const QStringList& lines) const
{
    return m_bar->searched().isEmpty() ? lines : lines.filter(m_bar->searched(), Qt::CaseInsensitive);
}

void EngineLogPanel::showAll()
{
    const QStringList shown = found(m_lines);
    m_numFound = shown.size();
    m_text->setPlainText(shown.join(QLatin1Char('\n')));
    showCount();
    followTail();
}

void EngineLogPanel::showCount()
{
    if (m_lines.isEmpty()) {
        m_bar->setCount(tr("engine.log has no lines; an engine in a terminal writes there"));
        return;
    }
    const QString whole = models::countedText(m_lines.size(), tr("one line"), tr("%1 lines"));
    const QString all
        = m_bar->searched().isEmpty() ? whole : tr("%1 of %2").arg(models::countText(m_numFound), whole);
    const qint64 left = m_tail.leftOut();
    m_bar->setCount(
        left > 0 ? tr("%1 · the first %2 are in the file").arg(all, models::bytesText(left)) : all);
}

void EngineLogPanel::followTail()
{
    QScrollBar* side = m_text->verticalScrollBar();
    if (m_bar->isFollowing())
        side->setValue(side->maximum());
}

} // namespace msrl::pages
