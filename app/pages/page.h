// SPDX-License-Identifier: GPL-3.0-or-later
// A workspace of the main window. The window makes pages from the list in page_list.cpp, tells each of them
// which project and which run are selected, and hides all but one.
#pragma once

#include <QString>
#include <QWidget>

#include <utility>

namespace msrl::models {
class ProjectDocument;
}

namespace msrl::services {
class EnginePictures;
class RunQueue;
class RunRegistry;
class RunSession;
class Settings;
}

namespace msrl::pages {

class ActionRegistry;

// What every page may use; all of it outlives the pages.
struct PageContext
{
    services::Settings& settings;
    services::RunRegistry& runs;
    services::RunQueue* queue = nullptr; // null: runs are not queued here
    services::EnginePictures* pictures = nullptr; // null: no engine reads media here
};

class Page : public QWidget
{
    Q_OBJECT

public:
    // id: stable, lower case ("design", "run", "audit", "evaluate"); iconName: a file of resources/icons.
    Page(QString id, QString title, QString iconName, QWidget* parent = nullptr)
        : QWidget(parent)
        , m_id(std::move(id))
        , m_title(std::move(title))
        , m_iconName(std::move(iconName))
    {
    }

    const QString& id() const { return m_id; }
    const QString& title() const { return m_title; }
    const QString& iconName() const { return m_iconName; }

    // The open project; never null once the window is shown, and the same object for its whole life.
    virtual void setProject(models::ProjectDocument& document) { Q_UNUSED(document) }
    // The selected run, not yet started: connect here, the rows come once every page has been told. Null: no
    // run is selected. The window owns it and deletes it after the next call.
    virtual void setSession(services::RunSession* session) { Q_UNUSED(session) }
    // Called once, before the first show: the page's actions, for the menus and the command palette.
    // Shortcuts of a page should be made with the page as parent and Qt::WidgetWithChildrenShortcut.
    virtual void registerActions(ActionRegistry& actions) { Q_UNUSED(actions) }
    // The page became visible: the place to catch up with what it skipped while hidden, and to take the
    // focus.
    virtual void activated() { }

Q_SIGNALS:
    // Asks the window to show another page.
    void pageRequested(const QString& id);
    // Asks the window to trigger one of its actions.
    void actionRequested(const QString& id);
    // Asks the window to go on with a run of another machine.
    void remoteResumeRequested(const QString& replica);
    // A line for the status bar's "last event".
    void eventReported(const QString& text);

private:
    QString m_id;
    QString m_title;
    QString m_iconName;
};

} // namespace msrl::pages
