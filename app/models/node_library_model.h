// SPDX-License-Identifier: GPL-3.0-or-later
// The stage types that can be added to a project, from the registry.
#pragma once

#include <QAbstractListModel>
#include <QString>

namespace msrl::models {

class NodeLibraryModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        TypeRole = Qt::UserRole + 1, // key in the project file
        IconRole, // name of an icon
        SummaryRole,
        SearchRole, // everything that a search looks at
    };

    // mimeType: under which a dragged row offers its type.
    explicit NodeLibraryModel(QString mimeType, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QModelIndexList& indexes) const override;

private:
    QString m_mimeType;
};

} // namespace msrl::models
