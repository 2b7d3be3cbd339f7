// SPDX-License-Identifier: GPL-3.0-or-later
// The application's style sheet. Widgets choose a variant by dynamic property:
//   QPushButton   kind = "primary" | "danger" | "quiet"
//   QToolButton   kind = "rail"
//   QLabel        role = "title" | "heading" | "secondary" | "good" | "warning" | "bad" | "waiting" | "mono"
//   QFrame        surface = "card" | "panel" | "bar"
#pragma once

#include "widgets/theme/tokens.h"

#include <QString>

class QWidget;

namespace msrl::widgets {

QString styleSheet(const Tokens& tokens);
// Sets a variant and has the style look again.
void setVariant(QWidget* widget, const char* property, const QString& value);

} // namespace msrl::widgets
