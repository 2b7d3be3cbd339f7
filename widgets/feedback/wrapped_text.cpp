// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/feedback/wrapped_text.h"

#include "widgets/theme/tokens.h"

#include <QEvent>
#include <QFontInfo>
#include <QPaintEvent>
#include <QPainter>
#include <QTextBoundaryFinder>

#include <algorithm>

namespace msrl::widgets {

namespace {

constexpr int kUsualTextWidth = 320;
constexpr int kLeastTextWidth = 120;

bool isPlain(QStringView part)
{
    return std::all_of(
        part.begin(), part.end(), [](QChar c) { return c.unicode() >= 0x20 && c.unicode() < 0x7f; });
}

qsizetype withoutSpaces(QStringView part)
{
    qsizetype length = part.size();
    while (length > 0 && part.at(length - 1).isSpace())
        --length;
    return length;
}

} // namespace

WrappedText::WrappedText(QWidget* parent)
    : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void WrappedText::setText(const QString& text, const QList<QTextLayout::FormatRange>& looks)
{
    m_looks = looks;
    if (m_text != text || m_pieces.empty()) {
        m_text = text;
        m_anchor = m_place = 0;
        setAccessibleName(text);
        measure();
        updateGeometry();
    }
    update();
}

void WrappedText::setSecondary(bool secondary)
{
    m_secondary = secondary;
    update();
}

double WrappedText::widthOf(QStringView part) const
{
    if (m_letter > 0 && isPlain(part))
        return m_letter * static_cast<double>(part.size());
    return QFontMetricsF(font()).horizontalAdvance(part.toString());
}

void WrappedText::measure()
{
    const QFontMetricsF metrics(font());
    m_letter = QFontInfo(font()).fixedPitch() ? metrics.horizontalAdvance(QLatin1Char('x')) : 0;
    m_pieces.clear();
    QTextBoundaryFinder finder(QTextBoundaryFinder::Line, m_text);
    const double space = widthOf(u" ");
    for (qsizetype begin = 0; begin < m_text.size();) {
        const qsizetype next = finder.toNextBoundary();
        const qsizetype end = next < 0 ? m_text.size() : next;
        QStringView part = QStringView(m_text).mid(begin, end - begin);
        Piece piece { begin, end - begin, 0, 0, part.endsWith(QLatin1Char('\n')) };
        const qsizetype word = withoutSpaces(part);
        piece.width = widthOf(part.first(word));
        piece.advance = piece.width + space * static_cast<double>(part.size() - word - (piece.ends ? 1 : 0));
        m_pieces.push_back(piece);
        begin = end;
    }
}

// Letters from `begin` that fit into `room`; at least one.
qsizetype WrappedText::fitting(qsizetype begin, qsizetype end, double room) const
{
    QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, m_text);
    finder.setPosition(begin);
    qsizetype fits = begin;
    double taken = 0;
    while (fits < end) {
        const qsizetype next = finder.toNextBoundary();
        if (next < 0)
            break;
        taken += widthOf(QStringView(m_text).mid(fits, next - fits));
        if (taken > room && fits > begin)
            break;
        fits = next;
    }
    return std::max(fits, begin + 1) - begin;
}

std::vector<WrappedText::Line> WrappedText::linesAt(int width) const
{
    std::vector<Line> lines;
    Line line;
    double used = 0;
    const auto flush = [&](qsizetype next) {
        lines.push_back(line);
        line = { next, 0 };
        used = 0;
    };
    for (const Piece& piece : m_pieces) {
        if (used > 0 && used + piece.width > width)
            flush(piece.begin);
        qsizetype begin = piece.begin;
        const qsizetype end = piece.begin + piece.length - (piece.ends ? 1 : 0);
        double advance = piece.advance;
        if (piece.width > width) {
            const qsizetype word = begin + withoutSpaces(QStringView(m_text).mid(begin, end - begin));
            for (qsizetype fits = fitting(begin, word, width); begin + fits < word;
                 fits = fitting(begin, word, width)) {
                line.length = fits;
                begin += fits;
                flush(begin);
            }
            advance = widthOf(QStringView(m_text).mid(begin, end - begin));
        }
        line.length = end - line.begin;
        used += advance;
        if (piece.ends)
            flush(piece.begin + piece.length);
    }
    if (line.length > 0 || lines.empty() || (!m_pieces.empty() && m_pieces.back().ends))
        lines.push_back(line);
    return lines;
}

int WrappedText::heightForWidth(int width) const
{
    const QMargins around = contentsMargins();
    const int lines = static_cast<int>(linesAt(width - around.left() - around.right()).size());
    return lines * fontMetrics().lineSpacing() + around.top() + around.bottom();
}

QSize WrappedText::sizeHint() const
{
    return { kUsualTextWidth, fontMetrics().lineSpacing() };
}

QSize WrappedText::minimumSizeHint() const
{
    return { kLeastTextWidth, fontMetrics().lineSpacing() };
}

void WrappedText::shape(QTextLayout& layout, const Line& line) const
{
    layout.setText(m_text.mid(line.begin, line.length));
    layout.setFont(font());
    layout.beginLayout();
    layout.createLine().setNumColumns(static_cast<int>(line.length));
    layout.endLayout();
}

void WrappedText::drawLine(QPainter& painter, const Line& line, int top) const
{
    const auto within = [&line](qsizetype place) {
        return static_cast<int>(std::clamp<qsizetype>(place - line.begin, 0, line.length));
    };
    QList<QTextLayout::FormatRange> looks;
    auto look = std::partition_point(m_looks.begin(), m_looks.end(),
        [&](const QTextLayout::FormatRange& one) { return one.start + one.length <= line.begin; });
    for (; look != m_looks.end() && look->start < line.begin + line.length; ++look)
        looks.push_back(
            { within(look->start), within(look->start + look->length) - within(look->start), look->format });
    QTextLayout layout;
    layout.setFormats(looks);
    shape(layout, line);
    QList<QTextLayout::FormatRange> selected;
    const int from = within(std::min(m_anchor, m_place));
    const int to = within(std::max(m_anchor, m_place));
    if (from < to) {
        QTextCharFormat format;
        format.setBackground(palette().highlight());
        format.setForeground(palette().highlightedText());
        selected.push_back({ from, to - from, format });
    }
    layout.draw(&painter, QPointF(contentsMargins().left(), top), selected);
}

void WrappedText::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    painter.setPen(m_secondary ? tokensFor(palette()).secondary : palette().color(QPalette::WindowText));
    const QRect room = contentsRect();
    const int height = fontMetrics().lineSpacing();
    const std::vector<Line> lines = linesAt(room.width());
    const int first = std::max(0, (event->rect().top() - room.top()) / height);
    for (int i = first; i < static_cast<int>(lines.size()); ++i) {
        const int top = room.top() + i * height;
        if (top > event->rect().bottom())
            break;
        if (lines[static_cast<std::size_t>(i)].length > 0)
            drawLine(painter, lines[static_cast<std::size_t>(i)], top);
    }
}

void WrappedText::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange) {
        measure();
        updateGeometry();
    }
}

} // namespace msrl::widgets
