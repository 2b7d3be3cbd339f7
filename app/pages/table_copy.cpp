// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/table_copy.h"

#include "app/models/strings.h"
#include "widgets/theme/icons.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QPushButton>

#include <utility>

namespace msrl::pages {

QString tableText(const groups::Table& table, TableForm form)
{
    return models::toQt(form == TableForm::Markdown ? groups::markdownTable(table)
            : form == TableForm::Latex              ? groups::latexTable(table)
                                                    : groups::csvCells(table));
}

QString copiedText(TableForm form)
{
    return form == TableForm::Markdown ? QCoreApplication::translate("TableCopy", "Copied as Markdown")
        : form == TableForm::Latex     ? QCoreApplication::translate("TableCopy", "Copied as LaTeX")
                                       : QCoreApplication::translate("TableCopy", "Copied as CSV");
}

void addCopyButtons(
    QHBoxLayout& layout, QWidget* parent, const QString& object, const std::function<void(TableForm)>& copy)
{
    for (const auto& [form, name] : { std::pair { TableForm::Markdown, "Markdown" },
             { TableForm::Latex, "LaTeX" }, { TableForm::Csv, "CSV" } }) {
        auto* button = new QPushButton(widgets::icon(QStringLiteral("copy")),
            QCoreApplication::translate("TableCopy", "Copy as %1").arg(QLatin1String(name)), parent);
        button->setObjectName(object + QLatin1String(name));
        layout.addWidget(button);
        QObject::connect(button, &QPushButton::clicked, parent, [copy, form = form] { copy(form); });
    }
}

} // namespace msrl::pages
