// SPDX-License-Identifier: GPL-3.0-or-later
// Gives the application its look (Fusion with our palette, style sheet and font) and changes it while it
// runs.
#pragma once

#include <QObject>
#include <QString>

#include <optional>

class QApplication;

namespace msrl::widgets {

enum class ThemeMode { System, Light, Dark };
QString themeModeName(ThemeMode mode); // "system", "light", "dark"
std::optional<ThemeMode> themeModeFromName(const QString& name);

class Theme : public QObject
{
    Q_OBJECT

public:
    // REQUIRES: made before anything changes the palette, because System asks the palette that the desktop
    // gave.
    explicit Theme(QApplication& application);

    ThemeMode mode() const { return m_mode; }
    bool isDark() const;
    void setMode(ThemeMode mode);

Q_SIGNALS:
    void changed();

private:
    QApplication& m_application;
    ThemeMode m_mode = ThemeMode::System;
    bool m_systemIsDark = false;
};

} // namespace msrl::widgets
