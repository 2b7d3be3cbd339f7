// SPDX-License-Identifier: GPL-3.0-or-later
// A Compare page over a folder of its own, not yet shown, for the tests of this folder.
#pragma once

#include "app/pages/action_registry.h"
#include "app/pages/compare_page.h"
#include "app/services/run_registry.h"
#include "app/services/settings.h"

#include <QAbstractItemModel>
#include <QComboBox>
#include <QTemporaryDir>

namespace msrl::tests {

struct CompareBench
{
    CompareBench()
        : settings(folder.filePath(QStringLiteral("settings.json")))
        , runs(folder.path(), folder.filePath(QStringLiteral("runs.json")))
        , page({ settings, runs })
    {
        page.resize(1300, 800);
    }

    QString groupFolder() const { return folder.filePath(QStringLiteral("group")); }
    QComboBox* box(const char* name) { return page.findChild<QComboBox*>(QLatin1String(name)); }

    QTemporaryDir folder;
    services::Settings settings;
    services::RunRegistry runs;
    pages::ActionRegistry actions; // of a test that registers them
    pages::ComparePage page;
};

// What a table shows in the column of this name; empty: it has none.
inline QString cell(const QAbstractItemModel& model, int row, const QString& column)
{
    for (int c = 0; c < model.columnCount(); ++c)
        if (model.headerData(c, Qt::Horizontal, Qt::DisplayRole).toString() == column)
            return model.index(row, c).data().toString();
    return {};
}

} // namespace msrl::tests
