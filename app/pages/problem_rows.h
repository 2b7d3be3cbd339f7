// SPDX-License-Identifier: GPL-3.0-or-later
// The list of problems as it is shown: an icon tells errors from warnings.
#pragma once

#include <QIdentityProxyModel>

namespace msrl::pages {

class ProblemRows : public QIdentityProxyModel
{
public:
    using QIdentityProxyModel::QIdentityProxyModel;

    QVariant data(const QModelIndex& index, int role) const override;
};

} // namespace msrl::pages
