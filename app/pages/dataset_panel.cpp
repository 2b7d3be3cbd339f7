// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/dataset_panel.h"

#include "app/models/strings.h"
#include "app/pages/judged_media.h"
#include "app/pages/media_strip.h"
#include "app/pages/media_viewer.h"
#include "app/pages/prompt_pieces.h"
#include "app/pages/row_thumbnails.h"
#include "widgets/feedback/labels.h"
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

#include <algorithm>

namespace msrl::pages {

using models::countText;
using models::toQt;
using services::DatasetFacts;

namespace {

constexpr int kTableHeight = 168;
constexpr int kPromptHeight = 220;

QString shareText(std::int64_t part, std::int64_t all)
{
    return QStringLiteral("%1 %").arg(
        100.0 * static_cast<double>(part) / static_cast<double>(all), 0, 'f', 0);
}

QString summaryOf(const data::Inspection& counts)
{
    const std::int64_t all = std::max<std::int64_t>(1, counts.samples);
    QStringList lines { QObject::tr("%1 samples").arg(countText(counts.samples)) };
    QStringList tasks;
    for (const auto& [task, count] : counts.byTask)
        tasks << QStringLiteral("%1 %2").arg(
            toQt(task).replace(QLatin1Char('_'), QLatin1Char(' ')), countText(count));
    lines << tasks.join(QStringLiteral(" · "));
    lines << QObject::tr("gold A %1 · gold B %2 · none %3")
                 .arg(shareText(counts.goldA, all), shareText(counts.goldB, all),
                     shareText(counts.withoutGold, all));
    if (!counts.repetitions.empty())
        lines << QObject::tr("%1 duplicates, %2 of them contradict")
                     .arg(countText(static_cast<qint64>(counts.repetitions.size())),
                         countText(counts.contradictions()));
    if (!counts.missingMedia.empty())
        lines << QObject::tr("%1 samples lack a picture or video: %2")
                     .arg(countText(static_cast<qint64>(counts.missingMedia.size())),
                         toQt(counts.missingMedia.front()));
    return lines.join(QLatin1Char('\n'));
}

} // namespace

DatasetPanel::DatasetPanel(services::DatasetProbe& probe, QWidget* parent)
    : QWidget(parent)
    , m_probe(probe)
    , m_toggle(new QToolButton(this))
    , m_content(new QWidget(this))
    , m_summary(widgets::makeLabel({}, QStringLiteral("secondary"), m_content))
    , m_table(new QTreeWidget(m_content))
    , m_thumbnails(new RowThumbnails(this))
    , m_legend(widgets::makeLabel(promptPiecesLegend(), QStringLiteral("secondary"), m_content))
    , m_media(new MediaStrip(QBoxLayout::TopToBottom, m_content))
    , m_prompt(new QTextEdit(m_content))
    , m_edit(new QPushButton(tr("Edit prompts…"), m_content))
{
    layOut();
    connect(m_toggle, &QToolButton::toggled, this, [this](bool open) {
        m_toggle->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
        m_content->setVisible(open);
        showFacts();
    });
    connect(m_table, &QTreeWidget::currentItemChanged, this, &DatasetPanel::showSample);
    connect(m_media, &MediaStrip::changed, this, [this] { m_media->setVisible(!m_media->media().empty()); });
    connect(m_media, &MediaStrip::viewRequested, this, [this](int medium, int frame) {
        auto* viewer = new MediaViewer(window());
        connect(viewer, &MediaViewer::closed, viewer, &QObject::deleteLater);
        viewer->open(m_media->media(), medium, frame);
    });
    connect(m_edit, &QPushButton::clicked, this, [this] { Q_EMIT editPromptsRequested(m_samples); });
    connect(&m_probe, &services::DatasetProbe::changed, this, &DatasetPanel::showFacts);
    connect(m_thumbnails, &RowThumbnails::ready, this, [this](int row, const QImage& picture) {
        if (QTreeWidgetItem* item = m_table->topLevelItem(row))
            item->setIcon(0, QPixmap::fromImage(picture));
    });
}

void DatasetPanel::layOut()
{
    m_toggle->setObjectName(QStringLiteral("dataToggle"));
    m_toggle->setText(tr("Look at the data"));
    m_toggle->setToolTip(tr("Counts, the first samples, and what the judge is given of them."));
    m_toggle->setCheckable(true);
    m_toggle->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_toggle->setArrowType(Qt::RightArrow);
    m_toggle->setAutoRaise(true);
    m_content->hide();
    m_summary->setObjectName(QStringLiteral("dataSummary"));
    m_table->setObjectName(QStringLiteral("dataRows"));
    m_table->setAccessibleName(tr("First samples"));
    m_table->setHeaderLabels({ tr("Sample"), tr("Gold"), tr("Question") });
    m_table->setRootIsDecorated(false);
    m_table->setUniformRowHeights(true);
    m_table->setFixedHeight(kTableHeight);
    m_table->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    m_table->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    m_edit->setObjectName(QStringLiteral("dataEditPrompts"));
    m_edit->setToolTip(tr("Change the templates and see what becomes of the samples."));
    m_prompt->setObjectName(QStringLiteral("dataPrompt"));
    m_prompt->setAccessibleName(tr("The prompt of the sample"));
    m_prompt->setReadOnly(true);
    m_prompt->setFont(widgets::smallFont(widgets::monoFont()));
    m_prompt->setFixedHeight(kPromptHeight);
    m_media->setKeys({}, {});
    m_media->setObjectName(QStringLiteral("dataMedia"));
    m_media->hide();
    for (QLabel* label : { m_summary, m_legend })
        label->setWordWrap(true);
    auto* inner = new QVBoxLayout(m_content);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->setSpacing(widgets::kGap);
    for (QWidget* part : std::initializer_list<QWidget*> { m_summary, m_table, m_media, m_legend, m_prompt })
        inner->addWidget(part);
    inner->addWidget(m_edit, 0, Qt::AlignLeft);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_toggle);
    layout->addWidget(m_content);
}

void DatasetPanel::showData(const services::DatasetQuestion& question)
{
    if (m_question == question)
        return;
    m_question = question;
    showFacts();
}

void DatasetPanel::showFacts()
{
    if (!m_toggle->isChecked())
        return;
    static const DatasetFacts kUnsaved {
        tr("Save the project first: its data is looked for beside it.").toStdString(), {}, {}
    };
    const DatasetFacts* facts = m_question.folder.empty() ? &kUnsaved : m_probe.look(m_question);
    widgets::setVariant(m_summary, "role",
        facts && !facts->problem.empty() ? QStringLiteral("bad") : QStringLiteral("secondary"));
    m_summary->setText(!facts        ? tr("Reading…")
            : facts->problem.empty() ? summaryOf(facts->counts)
                                     : toQt(facts->problem));
    for (QWidget* part : std::initializer_list<QWidget*> { m_table, m_legend, m_prompt, m_edit })
        part->setVisible(facts && !facts->first.empty());
    if (facts)
        fillRows(*facts);
}

void DatasetPanel::fillRows(const DatasetFacts& facts)
{
    m_rows = facts.first;
    m_samples = facts.samples;
    m_table->clear();
    m_sources.clear();
    for (const services::DatasetRow& row : m_rows) {
        auto* item = new QTreeWidgetItem(m_table,
            { toQt(row.id), row.gold.empty() ? QStringLiteral("–") : toQt(row.gold),
                toQt(row.query).simplified() });
        item->setToolTip(2, toQt(row.query));
    }
    askThumbnails();
    m_table->setCurrentItem(m_table->topLevelItem(0));
}

void DatasetPanel::usePictures(services::EnginePictures* pictures)
{
    m_pictures = pictures;
    m_media->usePictures(pictures);
    if (pictures)
        connect(pictures, &services::EnginePictures::changed, this, &DatasetPanel::askThumbnails);
}

// Again when the engine has read some of them.
void DatasetPanel::askThumbnails()
{
    std::vector<QStringList> sources;
    qsizetype most = 0;
    for (const data::Sample& sample : m_samples) {
        sources.push_back(RowThumbnails::sourcesOf(withPictures(sampleMedia(sample), m_pictures)));
        most = std::max(most, sources.back().size());
    }
    if (sources == m_sources)
        return;
    m_sources = std::move(sources);
    m_table->setIconSize(RowThumbnails::sizeFor(most));
    if (most > 0) { // an empty picture keeps the room of each until it is read
        QPixmap room(m_table->iconSize());
        room.fill(Qt::transparent);
        for (int row = 0; row < m_table->topLevelItemCount(); ++row)
            m_table->topLevelItem(row)->setIcon(0, room);
    }
    m_thumbnails->ask(m_sources, devicePixelRatioF());
}

void DatasetPanel::showSample()
{
    const int index = m_table->indexOfTopLevelItem(m_table->currentItem());
    const bool any = index >= 0 && index < static_cast<int>(m_samples.size());
    m_media->setMedia(any ? sampleMedia(m_samples[static_cast<std::size_t>(index)]) : base::Json::array());
    showPrompt();
}

void DatasetPanel::showPrompt()
{
    m_prompt->clear();
    const int index = m_table->indexOfTopLevelItem(m_table->currentItem());
    if (index < 0 || index >= static_cast<int>(m_rows.size()))
        return;
    const services::DatasetRow& row = m_rows[static_cast<std::size_t>(index)];
    if (row.refused.empty())
        showPromptPieces(*m_prompt, row.prompt);
    else
        m_prompt->setPlainText(toQt(row.refused));
}

void DatasetPanel::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        showPrompt();
    QWidget::changeEvent(event);
}

} // namespace msrl::pages
