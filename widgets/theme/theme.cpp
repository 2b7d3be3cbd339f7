// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/theme.h"

#include "widgets/theme/icons.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QApplication>
#include <QStyleFactory>

namespace msrl::widgets {

QString themeModeName(ThemeMode mode)
{
    switch (mode) {
    case ThemeMode::Light:
        return QStringLiteral("light");
    case ThemeMode::Dark:
        return QStringLiteral("dark");
    case ThemeMode::System:
        break;
    }
    return QStringLiteral("system");
}

std::optional<ThemeMode> themeModeFromName(const QString& name)
{
    for (const ThemeMode mode : { ThemeMode::System, ThemeMode::Light, ThemeMode::Dark })
        if (themeModeName(mode) == name)
            return mode;
    return std::nullopt;
}

Theme::Theme(QApplication& application)
    : QObject(&application)
    , m_application(application)
    , m_systemIsDark(application.palette().color(QPalette::Window).lightness() < 128)
{
    // Qt 6.4 has no colour-scheme hint: the desktop's own palette is what can be asked.
    application.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    registerIconResources();
    application.setFont(interfaceFont());
    setMode(m_mode);
}

bool Theme::isDark() const
{
    return m_mode == ThemeMode::Dark || (m_mode == ThemeMode::System && m_systemIsDark);
}

void Theme::setMode(ThemeMode mode)
{
    m_mode = mode;
    const Tokens& tokens = isDark() ? darkTokens() : lightTokens();
    m_application.setPalette(paletteOf(tokens));
    m_application.setStyleSheet(styleSheet(tokens));
    Q_EMIT changed();
}

} // namespace msrl::widgets
