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

} // namespace

QString pathHtml(
    const store::CandidatePath& path, TextRange range, const PathTextLook& look, const QPalette& palette)
{
    const widgets::Tokens& tokens = widgets::tokensFor(palette);
    const std::vector<Piece> pieces = look.heat ? tokenPieces(path) : std::vector<Piece>();
    const std::vector<std::size_t> cuts = cutsOf(range, pieces, look.marked);
    const QString mark = widgets::blend(tokens.surface, tokens.warning, tokens.dark ? 0.34 : 0.26).name();
    QString html;
    std::size_t piece = 0;
    std::size_t next = 0; // mark
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
        const std::size_t begin = cuts[i];
        while (next < look.marked.size() && look.marked[next].end <= begin)
            ++next;
        while (piece < pieces.size() && pieces[piece].range.end <= begin)
            ++piece;
        const bool isMarked = next < look.marked.size() && look.marked[next].begin <= begin;
        QString style;
        if (piece < pieces.size() && pieces[piece].range.begin <= begin) {
            const double doubt = pieces[piece].doubt;
            style = QStringLiteral("background-color:%1;")
                        .arg(widgets::blend(tokens.surface, tokens.bad, 0.75 * doubt).name());
        } else if (isMarked) {
            style = QStringLiteral("background-color:%1;").arg(mark);
        }
        if (isMarked)
            style += QStringLiteral("text-decoration:underline;");
        const QString text = escaped(path.text.substr(begin, cuts[i + 1] - begin), tokens.secondary.name());
        html += style.isEmpty() ? text : QStringLiteral("<span style=\"%1\">%2</span>").arg(style, text);
    }
    return QStringLiteral("<span style=\"white-space:pre-wrap\">%1</span>").arg(html);
}

} // namespace msrl::pages
