// SPDX-License-Identifier: GPL-3.0-or-later
// A prompt as text whose roles are told apart.
#pragma once

#include "app/services/dataset_probe.h"

#include <vector>

class QTextEdit;

namespace msrl::pages {

// Colour is not the only sign: data stands on a tint, the template is grey, marks of turns are in italics,
// what is to be learnt is underlined.
void showPromptPieces(QTextEdit& view, const std::vector<services::PromptPiece>& pieces);
// What these signs mean, as a sentence.
QString promptPiecesLegend();

} // namespace msrl::pages
