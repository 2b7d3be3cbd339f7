// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/problem_rows.h"

#include "app/models/problem_list_model.h"
#include "core/curriculum/validate.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/tokens.h"

#include <QGuiApplication>

namespace msrl::pages {

QVariant ProblemRows::data(const QModelIndex& index, int role) const
{
    if (role != Qt::DecorationRole)
        return QIdentityProxyModel::data(index, role);
    const auto severity
        = static_cast<curriculum::Severity>(index.data(models::ProblemListModel::SeverityRole).toInt());
    const bool isError = severity == curriculum::Severity::Error;
    const widgets::Tokens& tokens = widgets::tokensFor(QGuiApplication::palette());
    return widgets::iconPixmap(isError ? QStringLiteral("error") : QStringLiteral("warning"),
        widgets::kSmallIcon, isError ? tokens.bad : tokens.warning, qApp->devicePixelRatio());
}

} // namespace msrl::pages
