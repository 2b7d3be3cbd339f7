// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/path_text.h"

#include "app/models/strings.h"
#include "widgets/theme/tokens.h"

#include <QRegularExpression>

#include <algorithm>

namespace msrl::pages {

namespace {

using models::TextRange;

struct Piece
{
    TextRange range;
    double doubt = 0; // 0 to 1
};

constexpr std::size_t kMostApart = 64; // bytes that unreadable tokens may stand for

// The tokens with their places in the text. Tokens that are no text by themselves (parts of a letter) share
// the bytes up to the next one that is, with the greatest doubt among them.
std::vector<Piece> tokenPieces(const store::CandidatePath& path)
{
    std::vector<Piece> pieces;
    std::size_t at = 0;
    double gap = -1; // doubt of tokens without a place
    for (std::size_t i = 0; i < path.tokens.size() && i < path.tokenLogprobs.size(); ++i) {
        const std::string& token = path.tokens[i];
        const double doubt = std::clamp(path.tokenLogprobs[i] / kColdest, 0.0, 1.0);
        const std::size_t found = token.empty() ? path.text.npos : path.text.find(token, at);
        if (found == path.text.npos || found - at > (gap < 0 ? 0 : kMostApart)) {
            gap = std::max(gap, doubt);
            continue;
        }
        if (found > at)
            pieces.push_back({ { at, found }, gap });
        gap = -1;
        pieces.push_back({ { found, found + token.size() }, doubt });
        at = found + token.size();
    }
    if (gap >= 0 && at < path.text.size())
        pieces.push_back({ { at, path.text.size() }, gap });
    return pieces;
}

QString escaped(const std::string& text, const QString& grey)
{
    static const QRegularExpression tag(QStringLiteral("&lt;(/?\\w+)&gt;"));
    QString html = models::toQt(text).toHtmlEscaped();
    html.replace(tag, QStringLiteral("<span style=\"color:%1\">&lt;\\1&gt;</span>").arg(grey));
    return html.replace(QLatin1Char('\n'), QStringLiteral("<br>"));
}

// Where the look changes within the range: at ends of tokens and of marks.
std::vector<std::size_t> cutsOf(
    TextRange range, const std::vector<Piece>& pieces, const std::vector<TextRange>& marked)
{
    std::vector<std::size_t> cuts { range.begin, range.end };
    const auto add = [&](const TextRange& part) {
        for (const std::size_t at : { part.begin, part.end }) {
            if (at > range.begin && at < range.end)
                cuts.push_back(at);
        }
    };
    for (const Piece& piece : pieces)
        add(piece.range);
    for (const TextRange& mark : marked)
        add(mark);
    std::sort(cuts.begin(), cuts.end());
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    return cuts;
}

// The parts of the range that look alike inside, in order.
struct Span
{
    TextRange range;
    double doubt = -1; // of its token; below 0: none is told
    bool marked = false;
};

std::vector<Span> spansOf(const store::CandidatePath& path, TextRange range, const PathTextLook& look)
{
    const std::vector<Piece> pieces = look.heat ? tokenPieces(path) : std::vector<Piece>();
    const std::vector<std::size_t> cuts = cutsOf(range, pieces, look.marked);
    std::vector<Span> spans;
    std::size_t piece = 0;
    std::size_t next = 0; // mark
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
        const std::size_t begin = cuts[i];
        while (next < look.marked.size() && look.marked[next].end <= begin)
            ++next;
        while (piece < pieces.size() && pieces[piece].range.end <= begin)
            ++piece;
        const bool inPiece = piece < pieces.size() && pieces[piece].range.begin <= begin;
        spans.push_back({ { begin, cuts[i + 1] }, inPiece ? pieces[piece].doubt : -1,
            next < look.marked.size() && look.marked[next].begin <= begin });
    }
    return spans;
}

// Invalid where the surface shows through.
QColor groundOf(const Span& span, const widgets::Tokens& tokens)
{
    if (span.doubt >= 0)
        return widgets::blend(tokens.surface, tokens.bad, 0.75 * span.doubt);
    return span.marked ? widgets::blend(tokens.surface, tokens.warning, tokens.dark ? 0.34 : 0.26) : QColor();
}

} // namespace

QString pathHtml(
    const store::CandidatePath& path, TextRange range, const PathTextLook& look, const QPalette& palette)
{
    const widgets::Tokens& tokens = widgets::tokensFor(palette);
    QString html;
    for (const Span& span : spansOf(path, range, look)) {
        QString style;
        if (const QColor ground = groundOf(span, tokens); ground.isValid())
            style = QStringLiteral("background-color:%1;").arg(ground.name());
        if (span.marked)
            style += QStringLiteral("text-decoration:underline;");
        const QString text = escaped(
            path.text.substr(span.range.begin, span.range.end - span.range.begin), tokens.secondary.name());
        html += style.isEmpty() ? text : QStringLiteral("<span style=\"%1\">%2</span>").arg(style, text);
    }
    return QStringLiteral("<span style=\"white-space:pre-wrap\">%1</span>").arg(html);
}

QList<QTextLayout::FormatRange> pathLooks(
    const store::CandidatePath& path, bool heat, const QPalette& palette)
{
    const widgets::Tokens& tokens = widgets::tokensFor(palette);
    const QString whole = models::toQt(path.text);
    std::vector<int> greyCuts; // begin and end of each tag, in turn
    static const QRegularExpression tag(QStringLiteral("</?\\w+>"));
    for (auto match = tag.globalMatch(whole); match.hasNext();) {
        const QRegularExpressionMatch one = match.next();
        greyCuts.insert(
            greyCuts.end(), { static_cast<int>(one.capturedStart()), static_cast<int>(one.capturedEnd()) });
    }
    QList<QTextLayout::FormatRange> looks;
    int begin = 0; // in the letters of `whole`
    std::size_t grey = 0; // cuts passed: odd inside a tag
    for (const Span& span : spansOf(path, { 0, path.text.size() }, { heat, {} })) {
        const std::string part = path.text.substr(span.range.begin, span.range.end - span.range.begin);
        const int end = begin + static_cast<int>(models::toQt(part).size());
        while (begin < end) {
            while (grey < greyCuts.size() && greyCuts[grey] <= begin)
                ++grey;
            const int next = grey < greyCuts.size() ? std::min(greyCuts[grey], end) : end;
            QTextCharFormat format;
            if (const QColor ground = groundOf(span, tokens); ground.isValid())
                format.setBackground(ground);
            if (grey % 2 == 1)
                format.setForeground(tokens.secondary);
            if (format.propertyCount() > 0)
                looks.push_back({ begin, next - begin, format });
            begin = next;
        }
    }
    return looks;
}

} // namespace msrl::pages
