// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/prompt_pieces.h"

#include "app/models/strings.h"
#include "widgets/theme/tokens.h"

#include <QCoreApplication>
#include <QTextCursor>
#include <QTextEdit>

namespace msrl::pages {

using services::PromptPiece;

namespace {

QTextCharFormat formatOf(PromptPiece::Role role, const widgets::Tokens& tokens)
{
    QTextCharFormat format;
    switch (role) {
    case PromptPiece::Role::Template:
        format.setForeground(tokens.secondary);
        break;
    case PromptPiece::Role::Data:
        format.setForeground(tokens.text);
        format.setBackground(widgets::blend(tokens.surface, tokens.accent, 0.12));
        break;
    case PromptPiece::Role::Special:
        format.setForeground(tokens.waiting);
        format.setFontItalic(true);
        break;
    case PromptPiece::Role::Target:
        format.setForeground(tokens.good);
        format.setFontUnderline(true);
        break;
    }
    return format;
}

} // namespace

void showPromptPieces(QTextEdit& view, const std::vector<PromptPiece>& pieces)
{
    view.clear();
    const widgets::Tokens& tokens = widgets::tokensFor(view.palette());
    QTextCursor cursor(view.document());
    for (const PromptPiece& piece : pieces)
        cursor.insertText(models::toQt(piece.text), formatOf(piece.role, tokens));
    view.moveCursor(QTextCursor::Start);
}

QString promptPiecesLegend()
{
    return QCoreApplication::translate("PromptPieces",
        "Data stands on a tint, the template is grey, marks of turns are in italics, what is to be learnt is "
        "underlined. Pictures stand as one mark each.");
}

} // namespace msrl::pages
