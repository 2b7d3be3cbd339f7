// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/stage_library.h"

#include "widgets/feedback/labels.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/tokens.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QSortFilterProxyModel>
#include <QVBoxLayout>

#include <algorithm>

namespace msrl::pages {

namespace {

constexpr int kBesideText = 40; // of a row: its padding, the gap after the icon, the scroll bar

// The library names icons; a list shows them.
class LibraryRows : public QSortFilterProxyModel
{
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

    QVariant data(const QModelIndex& index, int role) const override
    {
        if (role == Qt::DecorationRole)
            return widgets::icon(index.data(models::NodeLibraryModel::IconRole).toString());
        if (role == Qt::SizeHintRole)
            return QSize(0, widgets::kRowHeight);
        return QSortFilterProxyModel::data(index, role);
    }
};

} // namespace

StageLibrary::StageLibrary(const QString& dragType, QWidget* parent)
    : QWidget(parent)
    , m_model(dragType)
    , m_search(new QLineEdit(this))
{
    m_search->setPlaceholderText(tr("Search stages"));
    m_search->setAccessibleName(tr("Search stages"));
    m_search->setClearButtonEnabled(true);
    auto* rows = new LibraryRows(this);
    rows->setSourceModel(&m_model);
    rows->setFilterRole(models::NodeLibraryModel::SearchRole);
    rows->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_list = new QListView(this);
    QListView* list = m_list;
    list->setModel(rows);
    list->setIconSize({ widgets::kSmallIcon, widgets::kSmallIcon });
    list->setDragEnabled(true);
    list->setAccessibleName(tr("Stages that can be added"));
    list->ensurePolished();
    int widest = 0;
    for (int row = 0; row < rows->rowCount(); ++row)
        widest
            = std::max(widest, list->fontMetrics().horizontalAdvance(rows->index(row, 0).data().toString()));
    list->setMinimumWidth(widest + widgets::kSmallIcon + kBesideText);
    m_hint = widgets::makeLabel({}, QStringLiteral("secondary"), this);
    m_hint->setObjectName(QStringLiteral("libraryHint"));
    m_hint->setWordWrap(true);
    m_search->installEventFilter(this);
    m_search->setObjectName(QStringLiteral("librarySearch"));
    list->setObjectName(QStringLiteral("libraryList"));
    connect(m_search, &QLineEdit::textChanged, rows, &QSortFilterProxyModel::setFilterFixedString);
    connect(m_search, &QLineEdit::textChanged, this, &StageLibrary::showHint);
    connect(m_search, &QLineEdit::returnPressed, this, [this, rows] {
        if (rows->rowCount() > 0)
            Q_EMIT addRequested(rows->index(0, 0).data(models::NodeLibraryModel::TypeRole).toString());
    });
    connect(list, &QListView::activated, this, [this](const QModelIndex& index) {
        Q_EMIT addRequested(index.data(models::NodeLibraryModel::TypeRole).toString());
    });
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(widgets::makeLabel(tr("Stages"), QStringLiteral("heading"), this));
    layout->addWidget(m_search);
    layout->addWidget(list, 1);
    layout->addWidget(m_hint);
    showHint();
}

void StageLibrary::showHint()
{
    m_hint->setText(m_list->model()->rowCount() > 0
            ? tr("Drag a stage onto the canvas, double-click it, or press Enter on it.")
            : tr("No kind of stage is called “%1”.").arg(m_search->text()));
}

// Down goes from the search into what it found.
bool StageLibrary::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Down
        && m_list->model()->rowCount() > 0) {
        m_list->setCurrentIndex(m_list->model()->index(0, 0));
        m_list->setFocus();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void StageLibrary::focusSearch()
{
    m_search->setFocus();
    m_search->selectAll();
}

} // namespace msrl::pages
