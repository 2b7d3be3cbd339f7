// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/node_library_model.h"

#include "app/models/strings.h"
#include "app/models/table_text.h"
#include "core/curriculum/node_types.h"

#include <QMimeData>

#include <memory>

namespace msrl::models {

NodeLibraryModel::NodeLibraryModel(QString mimeType, QObject* parent)
    : QAbstractListModel(parent)
    , m_mimeType(std::move(mimeType))
{
}

int NodeLibraryModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(curriculum::nodeTypes().size());
}

QVariant NodeLibraryModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const curriculum::NodeTypeSpec& spec = curriculum::nodeTypes()[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return tableText(spec.title);
    case Qt::ToolTipRole:
    case SummaryRole:
        return tableText(spec.summary);
    case TypeRole:
        return toQt(spec.type);
    case IconRole:
        return toQt(spec.icon);
    case SearchRole:
        return QStringList { tableText(spec.title), toQt(spec.type), tableText(spec.summary) }.join(
            QLatin1Char(' '));
    default:
        return {};
    }
}

Qt::ItemFlags NodeLibraryModel::flags(const QModelIndex& index) const
{
    return QAbstractListModel::flags(index) | (index.isValid() ? Qt::ItemIsDragEnabled : Qt::NoItemFlags);
}

QStringList NodeLibraryModel::mimeTypes() const
{
    return { m_mimeType };
}

QMimeData* NodeLibraryModel::mimeData(const QModelIndexList& indexes) const
{
    auto data = std::make_unique<QMimeData>();
    if (!indexes.isEmpty())
        data->setData(m_mimeType, indexes.first().data(TypeRole).toString().toUtf8());
    return data.release(); // Qt's drag owns it
}

} // namespace msrl::models
