// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/saved_filter_button.h"

#include "app/models/strings.h"
#include "app/pages/action_keys.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/style_sheet.h"

#include <QLineEdit>
#include <QMenu>
#include <QShortcut>

#include <algorithm>

namespace msrl::pages {

namespace {

constexpr int kMostLetters = 60;

} // namespace

SavedFilterButton::SavedFilterButton(QWidget* parent)
    : QToolButton(parent)
    , m_name(new QLineEdit(parent))
    , m_menu(new QMenu(this))
{
    widgets::setVariant(this, "kind", QStringLiteral("chip"));
    setObjectName(QStringLiteral("savedFilters"));
    setIcon(widgets::icon(QStringLiteral("filter")));
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    setFocusPolicy(Qt::TabFocus);
    setPopupMode(QToolButton::InstantPopup);
    setMenu(m_menu);
    m_menu->setToolTipsVisible(true);
    connect(m_menu, &QMenu::aboutToShow, this, &SavedFilterButton::fillMenu);
    m_name->setObjectName(QStringLiteral("filterName"));
    m_name->setMaxLength(kMostLetters);
    m_name->setAccessibleName(tr("Name of the filter"));
    m_name->hide();
    connect(m_name, &QLineEdit::returnPressed, this, &SavedFilterButton::takeName);
    auto* escape = new QShortcut(QKeySequence(Qt::Key_Escape), m_name);
    escape->setContext(Qt::WidgetShortcut);
    connect(escape, &QShortcut::activated, this, &SavedFilterButton::closeName);
    showName({});
}

void SavedFilterButton::showName(const QString& name)
{
    m_applied = name;
    showKeys();
    setCheckable(true);
    setChecked(!name.isEmpty());
}

void SavedFilterButton::showKeys()
{
    const QString id = QStringLiteral("audit.filters");
    const QString what = m_applied.isEmpty() ? tr("Filters that you keep under a name")
                                             : tr("The filter “%1” is applied").arg(m_applied);
    setToolTip(withKeyInBrackets(what, this, id));
    setText(withKey(tr("Saved"), this, id));
    setAccessibleName(toolTip());
}

void SavedFilterButton::setFilters(std::vector<models::SavedFilter> filters)
{
    m_filters = std::move(filters);
}

void SavedFilterButton::add(models::SavedFilter saved)
{
    const auto same = std::find_if(m_filters.begin(), m_filters.end(),
        [&](const models::SavedFilter& one) { return one.name == saved.name; });
    if (same == m_filters.end())
        m_filters.push_back(std::move(saved));
    else
        *same = std::move(saved);
    Q_EMIT changed();
}

void SavedFilterButton::apply(int index)
{
    if (index >= 0 && index < static_cast<int>(m_filters.size()))
        Q_EMIT applied(index);
}

void SavedFilterButton::remove(int index)
{
    if (index < 0 || index >= static_cast<int>(m_filters.size()))
        return;
    m_filters.erase(m_filters.begin() + index);
    Q_EMIT changed();
}

void SavedFilterButton::open()
{
    showMenu();
}

void SavedFilterButton::fillMenu()
{
    m_menu->clear();
    if (m_filters.empty())
        m_menu->addAction(tr("No filter is kept yet"))->setEnabled(false);
    QMenu* rename = nullptr;
    QMenu* removal = nullptr;
    for (int i = 0; i < static_cast<int>(m_filters.size()); ++i) {
        const models::SavedFilter& saved = m_filters[static_cast<std::size_t>(i)];
        QString text = saved.name;
        text.replace(QLatin1Char('&'), QStringLiteral("&&"));
        const QString count = m_count ? models::countText(m_count(saved)) : QString();
        const QString name
            = i < kFilterKeys ? actionKey(this, QStringLiteral("audit.filter%1").arg(i + 1)) : QString();
        const QString key = name.isEmpty() ? name : QLatin1Char('\t') + name;
        m_menu->addAction(QStringLiteral("%1  ·  %2%3").arg(text, count, key), this, [this, i] { apply(i); });
    }
    m_menu->addSeparator();
    m_menu->addAction(tr("&Save what is shown as…"), this, [this] { askName(); });
    if (m_filters.empty())
        return;
    rename = m_menu->addMenu(tr("&Rename"));
    removal = m_menu->addMenu(tr("&Delete"));
    for (int i = 0; i < static_cast<int>(m_filters.size()); ++i) {
        QString text = m_filters[static_cast<std::size_t>(i)].name;
        text.replace(QLatin1Char('&'), QStringLiteral("&&"));
        rename->addAction(text, this, [this, i] { askName(i); });
        removal->addAction(text, this, [this, i] { remove(i); });
    }
}

void SavedFilterButton::askName(int renamed)
{
    m_renamed = renamed < static_cast<int>(m_filters.size()) ? renamed : -1;
    m_name->setText(m_renamed >= 0 ? m_filters[static_cast<std::size_t>(m_renamed)].name : QString());
    m_name->setPlaceholderText(tr("Name of the filter, Enter to keep it, Esc not to"));
    m_name->selectAll();
    m_name->show();
    m_name->setFocus();
}

void SavedFilterButton::takeName()
{
    const QString name = m_name->text().trimmed();
    if (name.isEmpty())
        return;
    const bool isTaken = std::any_of(m_filters.begin(), m_filters.end(),
        [&](const models::SavedFilter& saved) { return saved.name == name; });
    if (m_renamed < 0) {
        m_name->hide();
        Q_EMIT saveRequested(name);
        return;
    }
    models::SavedFilter& kept = m_filters[static_cast<std::size_t>(m_renamed)];
    if (isTaken && kept.name != name) {
        m_name->selectAll();
        m_name->setToolTip(tr("Another filter has this name"));
        widgets::setVariant(m_name, "fault", QStringLiteral("true"));
        return;
    }
    kept.name = name;
    closeName();
    Q_EMIT changed();
}

void SavedFilterButton::closeName()
{
    widgets::setVariant(m_name, "fault", {});
    m_name->setToolTip({});
    m_name->hide();
    Q_EMIT nameClosed();
}

} // namespace msrl::pages
