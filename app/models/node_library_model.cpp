// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/node_library_model.h"

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
    const auto text = [](const std::string& s) { return QString::fromStdString(s); };
    switch (role) {
    case Qt::DisplayRole:
        return text(spec.title);
    case Qt::ToolTipRole:
    case SummaryRole:
        return text(spec.summary);
    case TypeRole:
        return text(spec.type);
    case IconRole:
        return text(spec.icon);
    case SearchRole:
        return text(spec.title + " " + spec.type + " " + spec.summary);
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
