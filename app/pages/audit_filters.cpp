// SPDX-License-Identifier: GPL-3.0-or-later
// The filters that an auditor keeps for a project, in the settings of the person at this desk.
#include "app/models/strings.h"
#include "app/pages/audit_page.h"
#include "app/pages/audit_queue_panel.h"
#include "app/pages/saved_filter_button.h"
#include "app/services/settings.h"
#include "core/curriculum/project.h"
#include "widgets/feedback/message_bar.h"

#include <QListView>

namespace msrl::pages {

namespace {

constexpr const char* kFilters = "filters"; // by project

} // namespace

// Runs of one project share its filters, whatever they are called.
QString AuditPage::project() const
{
    const auto read = m_session ? curriculum::loadProject(m_session->folder().projectFile())
                                : base::Result<curriculum::Project>(base::failed("no run"));
    return read ? models::toQt(read->name) : m_session ? models::toQt(m_session->info().name) : QString();
}

void AuditPage::connectFilters()
{
    m_queuePanel->setFinder([this](const QString& text) { return found(text); });
    SavedFilterButton& saved = m_queuePanel->saved();
    connect(&saved, &SavedFilterButton::changed, this, &AuditPage::keepFilters);
    connect(&saved, &SavedFilterButton::nameClosed, this, [this] { m_queuePanel->list().setFocus(); });
}

void AuditPage::readFilters()
{
    std::vector<models::SavedFilter> filters;
    const base::Json& pages = m_context.settings.data().pages;
    const auto own = pages.find(kSettings);
    const base::Json empty = base::Json::object();
    const base::Json& byProject
        = own != pages.end() && own->is_object() && own->contains(kFilters) ? (*own)[kFilters] : empty;
    const std::string name = project().toStdString();
    if (byProject.is_object() && byProject.contains(name) && byProject[name].is_array()) {
        for (const base::Json& one : byProject[name]) {
            auto saved = models::savedFilterFromJson(one, "saved filters of " + name);
            if (saved)
                filters.push_back(*std::move(saved));
            else
                m_message->showMessage(widgets::MessageKind::Error, models::toQt(saved.error().message()));
        }
    }
    m_queuePanel->saved().setFilters(std::move(filters));
}

void AuditPage::keepFilters()
{
    base::Json list = base::Json::array();
    for (const models::SavedFilter& saved : m_queuePanel->saved().filters())
        list.push_back(models::savedFilterToJson(saved));
    const std::string name = project().toStdString();
    m_context.settings.edit([&](services::SettingsData& changed) {
        base::Json& kept = changed.pages[kSettings][kFilters];
        if (list.empty() && kept.is_object())
            kept.erase(name);
        else
            kept[name] = list;
    });
}

} // namespace msrl::pages
