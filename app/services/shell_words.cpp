// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/shell_words.h"

namespace msrl::services {

QString shellWord(const QString& word)
{
    static const QString harmless = QStringLiteral("+-./:=@_,%");
    bool plain = !word.isEmpty();
    for (const QChar c : word)
        plain = plain && (c.unicode() < 128 ? c.isLetterOrNumber() || harmless.contains(c) : false);
    if (plain)
        return word;
    QString quoted = word;
    quoted.replace(QLatin1Char('\''), QStringLiteral("'\\''"));
    return QLatin1Char('\'') + quoted + QLatin1Char('\'');
}

QString shellPath(const QString& path)
{
    if (path == QLatin1String("~"))
        return QStringLiteral("\"$HOME\"");
    return path.startsWith(QLatin1String("~/")) ? QStringLiteral("\"$HOME\"/") + shellWord(path.mid(2))
                                                : shellWord(path);
}

} // namespace msrl::services
