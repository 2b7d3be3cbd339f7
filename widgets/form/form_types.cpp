// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/form_types.h"

#include <QLocale>

#include <cmath>

namespace msrl::widgets {

QString valueText(const QVariant& value)
{
    if (value.typeId() != QMetaType::Double)
        return value.toString();
    const double number = value.toDouble();
    const double size = std::abs(number);
    if (size != 0 && (size < 1e-3 || size >= 1e7)) {
        QString text = QString::number(number, 'e', QLocale::FloatingPointShortest);
        return text.replace(QStringLiteral("e-0"), QStringLiteral("e-"))
            .replace(QStringLiteral("e+0"), QStringLiteral("e"));
    }
    return QString::number(number, 'f', QLocale::FloatingPointShortest);
}

} // namespace msrl::widgets
