// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/settings.h"

#include "core/base/files.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTimer>

namespace msrl::services {

namespace {

constexpr int kSettingsVersion = 1;
constexpr int kSaveDelayMs = 500;
constexpr std::uint64_t kMaxSettingsBytes = 8 << 20;

QString text(const std::string& value)
{
    return QString::fromStdString(value);
}

const char* themeName(Theme theme)
{
    switch (theme) {
    case Theme::System:
        return "system";
    case Theme::Light:
        return "light";
    case Theme::Dark:
        return "dark";
    }
    return "system";
}

Theme themeFromName(const std::string& name)
{
    for (const Theme theme : { Theme::Light, Theme::Dark }) {
        if (name == themeName(theme))
            return theme;
    }
    return Theme::System;
}

QString baseFolder(const char* variable, const QString& fallback)
{
    const QString set = qEnvironmentVariable(variable);
    const QString root = QDir::isAbsolutePath(set) ? set : QDir::home().filePath(fallback);
    return QDir(root).filePath(QStringLiteral("msrl-studio"));
}

base::Json toJson(const SettingsData& data)
{
    base::Json json = base::Json::object();
    json["version"] = kSettingsVersion;
    json["theme"] = themeName(data.theme);
    json["engine_program"] = data.engineProgram.toStdString();
    json["runs_folder"] = data.runsFolder.toStdString();
    json["auditor"] = data.auditor.toStdString();
    json["recent_projects"] = base::Json::array();
    for (const QString& path : data.recentProjects)
        json["recent_projects"].push_back(path.toStdString());
    json["keymap"] = base::Json::object();
    for (auto it = data.keymap.begin(); it != data.keymap.end(); ++it)
        json["keymap"][it.key().toStdString()] = it.value().toStdString();
    json["layouts"] = base::Json::object();
    for (auto it = data.layouts.begin(); it != data.layouts.end(); ++it)
        json["layouts"][it.key().toStdString()] = it.value().toBase64().toStdString();
    json["auto_advance"] = data.autoAdvance;
    json["blind_audit"] = data.blindAudit;
    json["smoothing"] = data.smoothing;
    json["pages"] = data.pages;
    return json;
}

base::Result<SettingsData> fromJson(const base::Json& json, const std::string& place)
{
    base::ObjectReader in(json, place);
    SettingsData data;
    if (in.integer("version") > kSettingsVersion)
        in.fault("version", "written by a newer version of the studio");
    data.theme = themeFromName(in.text("theme", "system"));
    data.engineProgram = text(in.text("engine_program", ""));
    data.runsFolder = text(in.text("runs_folder", ""));
    data.auditor = text(in.text("auditor", ""));
    for (const base::Json& path : in.array("recent_projects")) {
        if (path.is_string() && data.recentProjects.size() < kMaxRecent)
            data.recentProjects << text(path.get<std::string>());
    }
    for (const auto& [id, keys] : in.object("keymap").items()) {
        if (keys.is_string())
            data.keymap[text(id)] = text(keys.get<std::string>());
    }
    for (const auto& [name, state] : in.object("layouts").items()) {
        if (state.is_string())
            data.layouts[text(name)]
                = QByteArray::fromBase64(QByteArray::fromStdString(state.get<std::string>()));
    }
    data.autoAdvance = in.boolean("auto_advance", true);
    data.blindAudit = in.boolean("blind_audit", false);
    data.smoothing = in.real("smoothing", data.smoothing);
    data.pages = in.object("pages");
    if (base::Status read = in.finish(base::ObjectReader::Unknown::Keep); !read)
        return read.error();
    return data;
}

} // namespace

Settings::Settings(QString file, QObject* parent)
    : QObject(parent)
    , m_file(std::move(file))
{
    if (m_file.isEmpty())
        m_file = QDir(baseFolder("XDG_CONFIG_HOME", QStringLiteral(".config")))
                     .filePath(QStringLiteral("settings.json"));
    load();
}

Settings::~Settings()
{
    const base::Status ignored = m_dirty ? save() : base::Status();
    static_cast<void>(ignored); // the window that could tell is gone
}

void Settings::load()
{
    if (!QFileInfo::exists(m_file))
        return;
    const std::string place = m_file.toStdString();
    const auto json = base::readJsonFile(place, { .maxBytes = kMaxSettingsBytes });
    auto data = json ? fromJson(*json, place) : base::Result<SettingsData>(json.error());
    if (data) {
        m_data = *std::move(data);
        return;
    }
    const QString aside = m_file + QStringLiteral(".broken");
    QFile::remove(aside);
    QFile::rename(m_file, aside);
    m_problem = tr("The settings cannot be read and were kept as %1; defaults are used. %2")
                    .arg(aside, text(data.error().message()));
}

void Settings::setData(const SettingsData& data)
{
    if (toJson(data) == toJson(m_data))
        return;
    m_data = data;
    scheduleSave();
    Q_EMIT changed();
}

void Settings::addRecentProject(const QString& path)
{
    edit([&path](SettingsData& data) {
        data.recentProjects.removeAll(path);
        data.recentProjects.prepend(path);
        while (data.recentProjects.size() > kMaxRecent)
            data.recentProjects.removeLast();
    });
}

void Settings::scheduleSave()
{
    if (std::exchange(m_dirty, true))
        return;
    QTimer::singleShot(kSaveDelayMs, this, [this] {
        if (const base::Status saved = m_dirty ? save() : base::Status(); !saved)
            m_problem = text(saved.error().message());
    });
}

base::Status Settings::save()
{
    m_dirty = false;
    QDir().mkpath(QFileInfo(m_file).absolutePath());
    return base::writeFileAtomically(m_file.toStdString(), toJson(m_data).dump(2) + "\n");
}

QString Settings::runsFolder() const
{
    return m_data.runsFolder.isEmpty() ? defaultRunsFolder() : m_data.runsFolder;
}

QString Settings::auditor() const
{
    if (!m_data.auditor.isEmpty())
        return m_data.auditor;
    for (const char* variable : { "LOGNAME", "USER" }) {
        if (const QString name = qEnvironmentVariable(variable); !name.isEmpty())
            return name;
    }
    return QStringLiteral("auditor");
}

QString Settings::defaultRunsFolder()
{
    return QDir(baseFolder("XDG_DATA_HOME", QStringLiteral(".local/share"))).filePath(QStringLiteral("runs"));
}

QString Settings::stateFolder()
{
    return baseFolder("XDG_STATE_HOME", QStringLiteral(".local/state"));
}

} // namespace msrl::services
