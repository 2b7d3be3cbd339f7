// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of the Design page and their sizes.
#include "app/pages/design_page.h"
#include "app/pages/problem_rows.h"
#include "app/pages/stage_inspector.h"
#include "app/pages/stage_library.h"
#include "app/pages/studies_panel.h"
#include "app/services/settings.h"
#include "widgets/feedback/empty_state.h"
#include "widgets/feedback/labels.h"
#include "widgets/feedback/toast.h"
#include "widgets/graph/graph_view.h"

#include <QLabel>
#include <QListView>
#include <QSplitter>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace msrl::pages {

namespace {

const QString kColumnsName = QStringLiteral("design.columns"); // among Settings::layouts
const QString kRowsName = QStringLiteral("design.rows");

} // namespace

DesignPage::DesignPage(const PageContext& context, QWidget* parent)
    : Page(QStringLiteral("design"), tr("Design"), QStringLiteral("design"), parent)
    , m_settings(context.settings)
    , m_library(new StageLibrary(widgets::nodeTypeMime(), this))
    , m_inspector(new StageInspector(this))
{
    m_inspector->usePictures(context.pictures);
    auto* columns = new QSplitter(Qt::Horizontal, this);
    columns->addWidget(makeLeft());
    columns->addWidget(makeCanvas());
    columns->addWidget(m_inspector);
    columns->setHandleWidth(1);
    columns->setChildrenCollapsible(false);
    columns->setStretchFactor(1, 1);
    m_columns = columns;
    setUsualSizes();
    keepSizes(*m_columns, kColumnsName);
    keepSizes(*m_rows, kRowsName);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(columns);
    m_toast = new widgets::Toast(this);
    connect(m_library, &StageLibrary::addRequested, this, [this](const QString& type) { add(type); });
    connectGraph();
}

// As it was left, and kept when it changes.
void DesignPage::keepSizes(QSplitter& splitter, const QString& name)
{
    if (const QByteArray kept = m_settings.data().layouts.value(name); !kept.isEmpty())
        splitter.restoreState(kept);
    connect(&splitter, &QSplitter::splitterMoved, this, [this, &splitter, name] {
        m_settings.edit(
            [&](services::SettingsData& changed) { changed.layouts[name] = splitter.saveState(); });
    });
}

void DesignPage::setUsualSizes()
{
    m_columns->setSizes({ 190, 850, 330 });
    m_rows->setSizes({ 640, 110 });
}

void DesignPage::resetLayout()
{
    setUsualSizes();
    m_settings.edit([](services::SettingsData& changed) {
        changed.layouts.remove(kColumnsName);
        changed.layouts.remove(kRowsName);
    });
}

QWidget* DesignPage::makeLeft()
{
    auto* left = new QWidget(this);
    m_studies = new StudiesPanel(left);
    auto* layout = new QVBoxLayout(left);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_library, 1);
    layout->addWidget(m_studies);
    return left;
}

QWidget* DesignPage::makeCanvas()
{
    auto* rows = new QSplitter(Qt::Vertical, this);
    m_view = new widgets::GraphView(rows);
    m_view->setAccessibleName(tr("Stage graph"));
    m_invitation = new widgets::EmptyState(QStringLiteral("design"), tr("Design a curriculum"),
        tr("Begin from the paper's curriculum or another template, or add stages from the list on the left: "
           "drag one here, or press Ctrl+F, type its name and press Enter."),
        m_view);
    m_invitation->setAction(tr("New from template…"));
    m_invitation->hide();
    connect(m_invitation, &widgets::EmptyState::actionTriggered, this,
        [this] { Q_EMIT actionRequested(QStringLiteral("project.new")); });
    rows->setHandleWidth(1);
    rows->setChildrenCollapsible(false);
    m_problemPanel = new QWidget(rows);
    QWidget* problems = m_problemPanel;
    m_problemTitle = widgets::makeLabel({}, QStringLiteral("heading"), problems);
    m_problemView = new QListView(problems);
    auto* lines = new ProblemRows(m_problemView);
    lines->setSourceModel(&m_problems);
    m_problemView->setObjectName(QStringLiteral("problemList"));
    m_problemView->setModel(lines);
    m_problemView->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_problemView->setAccessibleName(tr("Problems"));
    connect(m_problemView, &QListView::clicked, this, &DesignPage::goToProblem);
    connect(m_problemView, &QListView::activated, this, &DesignPage::goToProblem);
    auto* layout = new QVBoxLayout(problems);
    layout->addWidget(m_problemTitle);
    layout->addWidget(m_problemView, 1);
    rows->addWidget(m_view);
    rows->addWidget(problems);
    rows->setStretchFactor(0, 1);
    m_rows = rows;
    return rows;
}

void DesignPage::placeInvitation()
{
    const QSize size(std::min(460, m_view->width()), std::min(260, m_view->height()));
    m_invitation->setGeometry(
        QRect(QPoint((m_view->width() - size.width()) / 2, (m_view->height() - size.height()) / 2), size));
}

void DesignPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    QTimer::singleShot(0, this, [this] { placeInvitation(); }); // after the splitter has laid out
}

} // namespace msrl::pages
