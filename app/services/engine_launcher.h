// SPDX-License-Identifier: GPL-3.0-or-later
// Starts an engine that outlives the studio.
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>

#include <memory>

namespace msrl::services {

struct LaunchRequest
{
    QString program; // msrl-engine
    QString project; // *.msrl; empty: go on with what is in the folder
    QString runFolder; // made by the engine
    QStringList options; // further options, for example {"--device", "cpu"}
    bool sweep = false; // a run group; runFolder is its folder
};

// The exact arguments that start() uses, and the same as one line for a shell.
QStringList launchArguments(const LaunchRequest& request);
QString commandLine(const LaunchRequest& request);

// GUI thread. One launch at a time; the engine runs in its own session, its output before it opens engine.log
// goes to a file, never into a pipe that only the studio empties.
class EngineLauncher : public QObject
{
    Q_OBJECT

public:
    explicit EngineLauncher(QObject* parent = nullptr);
    ~EngineLauncher() override; // does not end the engine

    bool isLaunching() const;

public Q_SLOTS:
    void launch(const msrl::services::LaunchRequest& request, int timeoutMs = 60000);

Q_SIGNALS:
    // run.json of the new engine is there: attach a RunSession, or a GroupSession to a group.
    void started(const QString& runFolder, qint64 pid);
    void groupStarted(const QString& groupFolder, qint64 pid);
    // One sentence, the engine's own where it gave one.
    void failed(const QString& sentence);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace msrl::services
