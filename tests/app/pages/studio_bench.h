// SPDX-License-Identifier: GPL-3.0-or-later
// The whole window over folders of its own, driven by keys and mouse only.
#pragma once

#include "app/pages/main_window.h"
#include "app/services/run_registry.h"
#include "app/services/settings.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace msrl::test {

// Settings, runs and journals lie in `root`; the same root is the next start.
struct StudioBench
{
    explicit StudioBench(const QString& root)
    {
        qputenv("XDG_STATE_HOME", (root + QStringLiteral("/state")).toUtf8());
        qputenv("XDG_DATA_HOME", (root + QStringLiteral("/data")).toUtf8());
        QDir().mkpath(services::Settings::stateFolder());
        settings = std::make_unique<services::Settings>(root + QStringLiteral("/settings.json"));
        runs = std::make_unique<services::RunRegistry>(root, root + QStringLiteral("/runs.json"));
        theme = std::make_unique<widgets::Theme>(*qApp);
        window = std::make_unique<pages::MainWindow>(*settings, *runs, *theme);
        window->resize(1440, 900);
        window->show();
    }

    std::unique_ptr<services::Settings> settings;
    std::unique_ptr<services::RunRegistry> runs;
    std::unique_ptr<widgets::Theme> theme;
    std::unique_ptr<pages::MainWindow> window;
};

// Where the next key goes.
inline QWidget* keyTarget(QWidget* window)
{
    if (QWidget* popup = QApplication::activePopupWidget())
        return popup->focusWidget() ? popup->focusWidget() : popup;
    QWidget* active = QApplication::activeModalWidget() ? QApplication::activeModalWidget() : window;
    return active->focusWidget() ? active->focusWidget() : active;
}

inline void press(QWidget* window, int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
{
    QTest::keyClick(keyTarget(window), static_cast<Qt::Key>(key), modifiers);
    QCoreApplication::processEvents();
}

inline void type(QWidget* window, const QString& text)
{
    QTest::keyClicks(keyTarget(window), text);
    QCoreApplication::processEvents();
}

} // namespace msrl::test
