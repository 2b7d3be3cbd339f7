// SPDX-License-Identifier: GPL-3.0-or-later
// The keys of a page's actions as they are now, for texts that name them. A widget asks for those of the page
// around it; what it shows for long it shows again when the keymap changes.
#pragma once

#include <QString>

class QWidget;

namespace msrl::pages {

// Of the action with this id; empty where it has no key, or no page around the widget has it.
QString actionKey(const QWidget* widget, const QString& id);
// "Heat  H", and without a key the text alone.
QString withKey(const QString& text, const QWidget* widget, const QString& id);
// "Colour the tokens (H)", the same.
QString withKeyInBrackets(const QString& text, const QWidget* widget, const QString& id);

} // namespace msrl::pages
