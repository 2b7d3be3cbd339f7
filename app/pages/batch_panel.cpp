// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/batch_panel.h"

#include "app/models/strings.h"
#include "app/pages/prompt_pieces.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QEvent>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTextEdit>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace msrl::pages {

using models::countText;
using models::toQt;
using services::BatchPreviewFacts;
using services::PreviewRow;

namespace {

constexpr int kBatchTableHeight = 190;
constexpr int kBatchPromptHeight = 240;

QString batchSummary(const BatchPreviewFacts& facts)
{
    QStringList lines {
        QObject::tr("%1 samples in the first batch; prompts up to %2 tokens, completions up to %3")
            .arg(countText(facts.batchSize), countText(facts.promptLimit), countText(facts.completionLimit))
    };
    for (const services::PreviewSource& source : facts.sources) {
        lines << QObject::tr("%1: %2 of %3 samples looked at, longest prompt %4 tokens, %5 refused")
                     .arg(toQt(source.name), countText(source.checked), countText(source.samples),
                         countText(source.longestPrompt), countText(source.refused));
        for (const std::string& refusal : source.refusals)
            lines << QStringLiteral("· ") + toQt(refusal);
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace

BatchPanel::BatchPanel(QWidget* parent)
    : QWidget(parent)
    , m_toggle(new QToolButton(this))
    , m_content(new QWidget(this))
    , m_summary(widgets::makeLabel({}, QStringLiteral("secondary"), m_content))
    , m_table(new QTreeWidget(m_content))
    , m_legend(widgets::makeLabel(promptPiecesLegend(), QStringLiteral("secondary"), m_content))
    , m_prompt(new QTextEdit(m_content))
    , m_again(new QPushButton(tr("Look again"), m_content))
{
    layOut();
    connect(m_toggle, &QToolButton::toggled, this, [this](bool open) {
        m_toggle->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
        m_content->setVisible(open);
        if (open)
            ask();
    });
    connect(m_again, &QPushButton::clicked, this, &BatchPanel::ask);
    connect(m_table, &QTreeWidget::currentItemChanged, this, &BatchPanel::showPrompt);
    connect(&m_preview, &services::BatchPreview::answered, this, &BatchPanel::showFacts);
    connect(&m_preview, &services::BatchPreview::failed, this, &BatchPanel::showProblem);
}

void BatchPanel::layOut()
{
    m_toggle->setObjectName(QStringLiteral("batchToggle"));
    m_toggle->setText(tr("First batch"));
    m_toggle->setToolTip(
        tr("The first batch as the model will see it, asked of the engine; nothing is run."));
    m_toggle->setCheckable(true);
    m_toggle->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_toggle->setArrowType(Qt::RightArrow);
    m_toggle->setAutoRaise(true);
    m_content->hide();
    m_summary->setObjectName(QStringLiteral("batchSummary"));
    m_table->setObjectName(QStringLiteral("batchRows"));
    m_table->setAccessibleName(tr("Samples of the first batch"));
    m_table->setHeaderLabels({ tr("Sample"), tr("From"), tr("Tokens"), tr("Pictures") });
    m_table->setRootIsDecorated(false);
    m_table->setUniformRowHeights(true);
    m_table->setFixedHeight(kBatchTableHeight);
    m_table->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_table->header()->setStretchLastSection(false);
    m_prompt->setObjectName(QStringLiteral("batchPrompt"));
    m_prompt->setAccessibleName(tr("The prompt of the sample"));
    m_prompt->setReadOnly(true);
    m_prompt->setFont(widgets::smallFont(widgets::monoFont()));
    m_prompt->setFixedHeight(kBatchPromptHeight);
    for (QLabel* label : { m_summary, m_legend })
        label->setWordWrap(true);
    auto* inner = new QVBoxLayout(m_content);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->setSpacing(widgets::kGap);
    for (QWidget* part : std::initializer_list<QWidget*> { m_summary, m_table, m_legend, m_prompt })
        inner->addWidget(part);
    inner->addWidget(m_again, 0, Qt::AlignLeft);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_toggle);
    layout->addWidget(m_content);
    setShown(false);
}

void BatchPanel::setQuestion(std::function<void(services::BatchPreview&, const QString& node)> question)
{
    m_question = std::move(question);
}

void BatchPanel::setStage(const QString& node)
{
    if (m_node == node)
        return;
    m_node = node;
    if (m_toggle->isChecked())
        ask();
}

void BatchPanel::ask()
{
    setShown(false);
    widgets::setVariant(m_summary, "role", QStringLiteral("secondary"));
    m_summary->setText(tr("Asking the engine…"));
    if (m_question)
        m_question(m_preview, m_node);
}

void BatchPanel::showProblem(const QString& sentence)
{
    setShown(false);
    widgets::setVariant(m_summary, "role", QStringLiteral("bad"));
    m_summary->setText(sentence);
}

void BatchPanel::setShown(bool facts)
{
    for (QWidget* part : std::initializer_list<QWidget*> { m_table, m_legend, m_prompt })
        part->setVisible(facts);
}

void BatchPanel::showFacts(const BatchPreviewFacts& facts)
{
    m_summary->setText(batchSummary(facts));
    m_rows = facts.rows;
    m_table->clear();
    for (const PreviewRow& row : m_rows) {
        QStringList pictures;
        for (const std::int64_t tokens : row.pictures)
            pictures << QString::number(tokens);
        const QString tokens = row.targetTokens > 0
            ? QStringLiteral("%1 + %2").arg(countText(row.tokens), countText(row.targetTokens))
            : countText(row.tokens);
        auto* item = new QTreeWidgetItem(m_table,
            { toQt(row.sample), toQt(row.source), row.refused.empty() ? tokens : tr("refused"),
                pictures.join(QStringLiteral(" + ")) });
        item->setToolTip(0, row.refused.empty() ? toQt(row.task) : toQt(row.refused));
        if (!row.refused.empty())
            item->setIcon(0, widgets::icon(QStringLiteral("warning")));
    }
    setShown(!m_rows.empty());
    m_table->setCurrentItem(m_table->topLevelItem(0));
}

void BatchPanel::showPrompt()
{
    const int index = m_table->indexOfTopLevelItem(m_table->currentItem());
    if (index < 0 || index >= static_cast<int>(m_rows.size()))
        return;
    const PreviewRow& row = m_rows[static_cast<std::size_t>(index)];
    if (row.refused.empty())
        showPromptPieces(*m_prompt, row.pieces);
    else
        m_prompt->setPlainText(toQt(row.refused));
}

void BatchPanel::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        showPrompt();
    QWidget::changeEvent(event);
}

} // namespace msrl::pages
