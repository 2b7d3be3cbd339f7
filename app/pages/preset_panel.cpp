// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/preset_panel.h"

#include "app/models/table_text.h"
#include "core/curriculum/templates.h"
#include "widgets/feedback/labels.h"
#include "widgets/form/form_types.h"
#include "widgets/theme/tokens.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <iterator>
#include <numeric>

namespace msrl::pages {

namespace {

enum PresetColumn { kField, kPaper, kScripts, kMine };
constexpr int kValueColumns[] = { kPaper, kScripts, kMine };
constexpr int kCellPadding = 20; // beside and between the words of a cell, with the style's own
constexpr int kLineGap = 8; // above and below them

QString text(const base::Json& value)
{
    if (value.is_string()) {
        const QString words = QString::fromStdString(value.get<std::string>());
        return words.isEmpty() ? QStringLiteral("–") : words;
    }
    if (value.is_number_float())
        return widgets::valueText(value.get<double>());
    return QString::fromStdString(value.dump());
}

int longestWord(const QFontMetrics& metrics, const QString& text)
{
    int longest = 0;
    for (const QString& word : text.split(QLatin1Char(' ')))
        longest = std::max(longest, metrics.horizontalAdvance(word));
    return longest;
}

// A name that needs two lines gets them: a tree makes every row as high as one.
class PresetNames : public QStyledItemDelegate
{
public:
    explicit PresetNames(QTreeWidget* table)
        : QStyledItemDelegate(table)
        , m_table(*table)
    {
    }

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const QRect room(0, 0, std::max(1, m_table.columnWidth(kField) - kCellPadding), QWIDGETSIZE_MAX);
        const QRect words
            = m_table.fontMetrics().boundingRect(room, Qt::TextWordWrap, index.data().toString());
        QSize size = QStyledItemDelegate::sizeHint(option, index);
        size.setHeight(std::max(size.height(), words.height() + kLineGap));
        return size;
    }

private:
    const QTreeWidget& m_table;
};

} // namespace

PresetPanel::PresetPanel(QWidget* parent)
    : QWidget(parent)
    , m_paper(*curriculum::templateProject("paper"))
    , m_scripts(*curriculum::templateProject("scripts"))
    , m_toggle(new QToolButton(this))
    , m_content(new QWidget(this))
    , m_stage(new QComboBox(m_content))
    , m_same(widgets::makeLabel(
          tr("Paper, scripts and this stage agree."), QStringLiteral("secondary"), m_content))
    , m_table(new QTreeWidget(m_content))
{
    m_toggle->setObjectName(QStringLiteral("presetToggle"));
    m_toggle->setText(tr("Paper and scripts"));
    m_toggle->setToolTip(tr("Compare this stage with the paper's and with the released scripts'."));
    m_toggle->setCheckable(true);
    m_toggle->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_toggle->setArrowType(Qt::RightArrow);
    m_toggle->setAutoRaise(true);
    m_content->hide();
    m_stage->setObjectName(QStringLiteral("presetStage"));
    m_stage->setAccessibleName(tr("Stage of the paper"));
    setUpTable();
    auto* inner = new QVBoxLayout(m_content);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->setSpacing(widgets::kGap);
    inner->addWidget(m_stage);
    inner->addWidget(m_same);
    inner->addWidget(m_table);
    inner->addLayout(makeButtons());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_toggle);
    layout->addWidget(m_content);
    connect(m_toggle, &QToolButton::toggled, this, [this](bool open) {
        m_toggle->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
        m_content->setVisible(open);
    });
    connect(m_stage, &QComboBox::currentIndexChanged, this, &PresetPanel::showValues);
}

void PresetPanel::setUpTable()
{
    m_table->setObjectName(QStringLiteral("presetTable"));
    m_table->setAccessibleName(tr("Values that differ"));
    m_table->setHeaderLabels({ tr("Field"), tr("Paper"), tr("Scripts"), tr("Mine") });
    m_table->setRootIsDecorated(false);
    m_table->setWordWrap(true);
    m_table->setItemDelegateForColumn(kField, new PresetNames(m_table));
    m_table->header()->setStretchLastSection(false);
    m_table->header()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // the inspector scrolls
    m_table->setFocusPolicy(Qt::TabFocus);
    m_table->viewport()->installEventFilter(this);
}

bool PresetPanel::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_table->viewport() && event->type() == QEvent::Resize)
        fitColumns();
    return QWidget::eventFilter(watched, event);
}

QLayout* PresetPanel::makeButtons()
{
    auto* paper = new QPushButton(tr("Take the paper’s"), m_content);
    auto* scripts = new QPushButton(tr("Take the scripts’"), m_content);
    paper->setObjectName(QStringLiteral("takePaper"));
    scripts->setObjectName(QStringLiteral("takeScripts"));
    connect(paper, &QPushButton::clicked, this, [this] { take(m_paper); });
    connect(scripts, &QPushButton::clicked, this, [this] { take(m_scripts); });
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(paper);
    buttons->addWidget(scripts);
    buttons->addStretch(1);
    return buttons;
}

void PresetPanel::showNode(const curriculum::Node& node)
{
    const bool another = node.id != m_node.id || node.type != m_node.type;
    m_node = node;
    if (another)
        fillStages();
    setVisible(m_stage->count() > 0);
    showValues();
}

// The stage that is meant is the one of the same name, as far as there is one.
void PresetPanel::fillStages()
{
    const QSignalBlocker quiet(m_stage);
    m_stage->clear();
    int best = 0;
    for (const curriculum::Node& preset : m_paper.nodes) {
        if (preset.type != m_node.type)
            continue;
        if (preset.id == m_node.id || preset.title == m_node.title)
            best = m_stage->count();
        m_stage->addItem(QString::fromStdString(preset.title), QString::fromStdString(preset.id));
    }
    m_stage->setCurrentIndex(m_stage->count() > 0 ? best : -1);
}

void PresetPanel::showValues()
{
    m_table->clear();
    const std::string id = m_stage->currentData().toString().toStdString();
    const curriculum::Node* paper = m_paper.node(id);
    const curriculum::Node* scripts = m_scripts.node(id);
    const curriculum::NodeTypeSpec* spec = curriculum::findNodeType(m_node.type);
    if (!paper || !scripts || !spec)
        return;
    for (const curriculum::FieldSpec& field : spec->fields) {
        const base::Json values[] = { curriculum::fieldValue(*paper, field.name),
            curriculum::fieldValue(*scripts, field.name), curriculum::fieldValue(m_node, field.name) };
        if (values[0] == values[1] && values[1] == values[2])
            continue;
        auto* row = new QTreeWidgetItem(m_table);
        row->setText(kField, models::tableText(field.label));
        row->setToolTip(kField, row->text(kField));
        for (int i = 0; i < 3; ++i) {
            row->setText(kPaper + i, text(values[i]));
            row->setToolTip(kPaper + i, row->text(kPaper + i));
        }
        QFont strong = m_table->font();
        strong.setWeight(QFont::DemiBold);
        if (values[2] != values[0] && values[2] != values[1])
            row->setFont(kMine, strong);
    }
    const int rows = m_table->topLevelItemCount();
    m_same->setVisible(rows == 0);
    m_table->setVisible(rows > 0);
    fitColumns();
}

// Every value as wide as it is, as long as the names keep room for their longest word; else the widest values
// are cut, and their tips have them whole.
void PresetPanel::fitColumns()
{
    const QFontMetrics metrics = m_table->fontMetrics();
    QFont strong = m_table->font();
    strong.setWeight(QFont::DemiBold);
    const QFontMetrics strongMetrics(strong);
    int name = m_table->header()->sectionSizeHint(kField);
    int widths[std::size(kValueColumns)];
    for (std::size_t i = 0; i < std::size(kValueColumns); ++i)
        widths[i] = m_table->header()->sectionSizeHint(kValueColumns[i]);
    for (int row = 0; row < m_table->topLevelItemCount(); ++row) {
        const QTreeWidgetItem* item = m_table->topLevelItem(row);
        name = std::max(name, longestWord(metrics, item->text(kField)) + kCellPadding);
        for (std::size_t i = 0; i < std::size(kValueColumns); ++i)
            widths[i] = std::max(
                widths[i], strongMetrics.horizontalAdvance(item->text(kValueColumns[i])) + kCellPadding);
    }
    const int room = m_table->viewport()->width() - name;
    int most = *std::max_element(std::begin(widths), std::end(widths));
    const auto taken = [&] {
        return std::accumulate(std::begin(widths), std::end(widths), 0,
            [&](int sum, int width) { return sum + std::min(width, most); });
    };
    while (most > m_table->header()->minimumSectionSize() && taken() > room)
        --most;
    for (std::size_t i = 0; i < std::size(kValueColumns); ++i)
        m_table->header()->resizeSection(kValueColumns[i], std::min(widths[i], most));
    m_table->header()->resizeSection(kField, std::max(name, m_table->viewport()->width() - taken()));
    m_table->doItemsLayout();
    fitHeight();
}

void PresetPanel::fitHeight()
{
    int height = m_table->header()->sizeHint().height() + 4;
    for (int row = 0; row < m_table->topLevelItemCount(); ++row)
        height += m_table->visualRect(m_table->model()->index(row, kField)).height();
    m_table->setFixedHeight(height);
}

void PresetPanel::take(const curriculum::Project& preset)
{
    if (const curriculum::Node* node = preset.node(m_stage->currentData().toString().toStdString()))
        Q_EMIT taken(curriculum::Node(*node));
}

} // namespace msrl::pages
