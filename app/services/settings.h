// SPDX-License-Identifier: GPL-3.0-or-later
// What the studio remembers between sessions.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <QByteArray>
#include <QMap>
#include <QObject>
#include <QString>
#include <QStringList>

namespace msrl::services {

enum class Theme { System, Light, Dark };

struct SettingsData
{
    Theme theme = Theme::System;
    QString engineProgram; // empty: search
    QString runsFolder; // empty: Settings::defaultRunsFolder()
    QString auditor; // empty: the login name
    QStringList recentProjects; // newest first, at most kMaxRecent
    QMap<QString, QString> keymap; // action id -> shortcut, only what differs from the default
    QMap<QString, QByteArray> layouts; // geometry and state of windows and splitters by name
    bool autoAdvance = true; // in the audit
    bool blindAudit = false;
    double smoothing = 0.6;
    base::Json pages = base::Json::object(); // what pages keep for themselves, by page id
};

inline constexpr int kMaxRecent = 12;

// A JSON file with a version, written atomically shortly after a change and at destruction. A file that
// cannot be read is kept aside (settings.json.broken) and defaults are used; problem() says so. GUI thread.
class Settings : public QObject
{
    Q_OBJECT

public:
    // Empty: $XDG_CONFIG_HOME/msrl-studio/settings.json
    explicit Settings(QString file = {}, QObject* parent = nullptr);
    ~Settings() override;

    const SettingsData& data() const { return m_data; }
    void setData(const SettingsData& data);
    // setData with a change made in place: settings.edit([](SettingsData& d) { d.theme = Theme::Dark; });
    template <class Change> void edit(Change change)
    {
        SettingsData data = m_data;
        change(data);
        setData(data);
    }
    void addRecentProject(const QString& path);

    QString file() const { return m_file; }
    QString runsFolder() const;
    QString auditor() const;
    static QString defaultRunsFolder(); // $XDG_DATA_HOME/msrl-studio/runs
    static QString stateFolder(); // $XDG_STATE_HOME/msrl-studio: journals, known runs
    // Why the file could not be used; empty when it could.
    QString problem() const { return m_problem; }
    base::Status save();

Q_SIGNALS:
    void changed();

private:
    void load();
    void scheduleSave();

    QString m_file;
    QString m_problem;
    SettingsData m_data;
    bool m_dirty = false;
};

} // namespace msrl::services
