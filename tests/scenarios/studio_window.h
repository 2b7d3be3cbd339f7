// SPDX-License-Identifier: GPL-3.0-or-later
// The studio's window as the program makes it, and a home of its own for it, with the demo project and the
// real engine.
#pragma once

#include "app/pages/main_window.h"
#include "widgets/theme/theme.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace msrl::tests {

inline constexpr int kPatienceMs = 240'000; // the machine may be busy with other work

inline QByteArray output(const QString& program, const QStringList& arguments)
{
    QProcess process;
    process.start(program, arguments);
    if (!process.waitForFinished(kPatienceMs) || process.exitCode() != 0)
        qFatal("%s failed: %s", qPrintable(program), process.readAllStandardError().constData());
    return process.readAllStandardOutput();
}

// Folders that the environment names, the small demo in one of them.
struct Home
{
    QTemporaryDir folder;
    QString project;
    QString engine; // the real one with one thread, so that a shared machine stays usable

    explicit Home(const QString& program)
    {
        for (const char* name : { "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR" }) {
            const QString place = folder.filePath(QString::fromLatin1(name).section('_', 1, 1).toLower());
            QDir().mkpath(place);
            QFile::setPermissions(place, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
            qputenv(name, place.toUtf8());
        }
        project = folder.filePath(QStringLiteral("demo/project.msrl"));
        output(program,
            { QStringLiteral("demo"), folder.filePath(QStringLiteral("demo")), QStringLiteral("--scale"),
                QStringLiteral("small") });
        engine = folder.filePath(QStringLiteral("engine"));
        QFile script(engine);
        if (!script.open(QIODevice::WriteOnly))
            qFatal("%s cannot be written", qPrintable(engine));
        script.write(QStringLiteral("#!/bin/sh\nexec '%1' \"$@\" --threads 1\n").arg(program).toUtf8());
        script.close();
        script.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
};

struct Studio
{
    services::Settings settings;
    services::RunRegistry runs { settings.runsFolder(),
        services::Settings::stateFolder() + QStringLiteral("/runs.json") };
    widgets::Theme theme { *qApp };
    std::unique_ptr<pages::MainWindow> window;

    explicit Studio(const QString& engine)
    {
        QDir().mkpath(settings.runsFolder());
        QDir().mkpath(services::Settings::stateFolder());
        settings.edit([&](services::SettingsData& data) {
            data.engineProgram = engine;
            data.auditor = QStringLiteral("Ada");
        });
        theme.setMode(widgets::ThemeMode::Light);
        window = std::make_unique<pages::MainWindow>(settings, runs, theme);
        window->show();
        runs.scan();
    }

    template <class Wanted> Wanted& page(const char* id) const
    {
        auto* found = qobject_cast<Wanted*>(window->page(QLatin1String(id)));
        Q_ASSERT(found);
        return *found;
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) const
    {
        QWidget* target = window->focusWidget() ? window->focusWidget() : window.get();
        QTest::keyClick(target, key, modifiers);
    }
    void click(const char* button) const
    {
        auto* found = window->findChild<QPushButton*>(QLatin1String(button));
        QVERIFY2(found && found->isEnabled(), button);
        QTest::mouseClick(found, Qt::LeftButton);
    }
    store::RunStateKind state() const { return window->session()->state().kind; }
};

} // namespace msrl::tests
