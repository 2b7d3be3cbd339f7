// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/template_dialog.h"

#include "app/models/table_text.h"
#include "core/curriculum/templates.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/tokens.h"

#include <QHBoxLayout>
#include <QListWidget>
#include <QPainter>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace msrl::pages {

namespace {

constexpr int kKeyRole = Qt::UserRole + 1;
constexpr int kSummaryRole = Qt::UserRole + 2;
constexpr int kIconRole = Qt::UserRole + 3;
constexpr int kRow = 56;
constexpr int kTemplateWidth = 640;

// A title over its sentence, with an icon before them.
class TemplateRow : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return { 0, kRow }; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const widgets::Tokens& tokens = widgets::tokensFor(option.palette);
        const bool selected = option.state & QStyle::State_Selected;
        const QRect card = option.rect.adjusted(2, 2, -2, -2);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (selected || (option.state & QStyle::State_MouseOver)) {
            painter->setPen(selected ? QPen(tokens.accent, 1) : QPen(Qt::NoPen));
            painter->setBrush(selected ? widgets::blend(tokens.surface, tokens.accent, 0.12) : tokens.raised);
            painter->drawRoundedRect(card, widgets::kControlRadius, widgets::kControlRadius);
        }
        widgets::paintIcon(*painter,
            QRectF(card.left() + 14, card.center().y() - 10, widgets::kLargeIcon, widgets::kLargeIcon),
            index.data(kIconRole).toString(), selected ? tokens.accent : tokens.secondary);
        const QRect words = card.adjusted(48, 7, -12, -7);
        QFont title = option.font;
        title.setWeight(QFont::DemiBold);
        painter->setFont(title);
        painter->setPen(tokens.text);
        painter->drawText(words, Qt::AlignTop | Qt::AlignLeft, index.data().toString());
        painter->setFont(option.font);
        painter->setPen(tokens.secondary);
        painter->drawText(words, Qt::AlignBottom | Qt::AlignLeft,
            option.fontMetrics.elidedText(
                index.data(kSummaryRole).toString(), Qt::ElideRight, words.width()));
        painter->restore();
    }
};

} // namespace

TemplateDialog::TemplateDialog(QWidget* parent)
    : QDialog(parent)
    , m_list(new QListWidget(this))
{
    setWindowTitle(tr("New project"));
    m_list->setObjectName(QStringLiteral("templates"));
    m_list->setAccessibleName(tr("What the project begins from"));
    m_list->setItemDelegate(new TemplateRow(m_list));
    m_list->setMouseTracking(true);
    m_list->setFrameShape(QFrame::NoFrame);
    for (const curriculum::TemplateInfo& info : curriculum::projectTemplates()) {
        auto* item = new QListWidgetItem(models::tableText(info.title), m_list);
        item->setData(kKeyRole, QString::fromStdString(info.key));
        item->setData(kSummaryRole, models::tableText(info.summary));
        item->setData(kIconRole, QString::fromStdString(info.icon));
        item->setData(
            Qt::AccessibleTextRole, tr("%1. %2").arg(item->text(), item->data(kSummaryRole).toString()));
    }
    m_list->setCurrentRow(0);
    m_list->setMinimumHeight(kRow * m_list->count() + 2 * widgets::kGap);
    auto* create = new QPushButton(tr("Create"), this);
    create->setObjectName(QStringLiteral("createProject"));
    create->setDefault(true);
    widgets::setVariant(create, "kind", QStringLiteral("primary"));
    auto* cancel = new QPushButton(tr("Cancel"), this);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(create);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 20, 20, widgets::kWideGap);
    layout->setSpacing(12);
    layout->addWidget(widgets::makeLabel(tr("Begin from"), QStringLiteral("title"), this));
    layout->addWidget(m_list, 1);
    layout->addLayout(buttons);
    resize(kTemplateWidth, sizeHint().height());
    m_list->setFocus();
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(create, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_list, &QListWidget::itemActivated, this, &QDialog::accept);
    connect(this, &QDialog::accepted, this, [this] {
        if (const QListWidgetItem* item = m_list->currentItem())
            Q_EMIT chosen(item->data(kKeyRole).toString());
    });
}

} // namespace msrl::pages
