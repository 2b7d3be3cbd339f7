// SPDX-License-Identifier: GPL-3.0-or-later
// What stands above the curves, how a project's people arrange them, and what a failed run leaves to
// read.
#include "app/models/failure_words.h"
#include "app/models/project_document.h"
#include "app/models/strings.h"
#include "app/pages/curve_grid.h"
#include "app/pages/run_page.h"
#include "app/services/settings.h"
#include "widgets/feedback/labels.h"
#include "widgets/feedback/message_bar.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/tokens.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSlider>
#include <QTabWidget>

namespace msrl::pages {

namespace {

constexpr const char* kCardsKey = "curve-cards"; // by project file

} // namespace

QWidget* RunPage::makeCurveBar()
{
    auto* bar = new QWidget;
    auto* axis = new QComboBox(bar);
    axis->addItem(tr("Over minutes"), QVariant::fromValue(models::CurveAxis::Time));
    axis->addItem(tr("Over steps"), QVariant::fromValue(models::CurveAxis::Step));
    axis->addItem(tr("By the clock"), QVariant::fromValue(models::CurveAxis::Clock));
    axis->setToolTip(
        tr("Over minutes at most a minute is shown of a wait between two stages, by the clock all of it."));
    axis->setAccessibleName(tr("Axis of the curves"));
    auto* smoothing = new QSlider(Qt::Horizontal, bar);
    smoothing->setRange(0, 99);
    smoothing->setFixedWidth(140);
    smoothing->setAccessibleName(tr("Smoothing"));
    smoothing->setToolTip(tr("Weight of the moving average; the raw line stays visible."));
    smoothing->setValue(qRound(m_context.settings.data().smoothing * 100));
    m_grid->setSmoothing(smoothing->value() / 100.0);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(0, widgets::kGap, 12, 0);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(widgets::makeLabel(tr("Curves"), QStringLiteral("heading"), bar));
    layout->addStretch();
    layout->addWidget(makeCurveFilter(bar));
    layout->addWidget(widgets::makeLabel(tr("Smoothing"), QStringLiteral("secondary"), bar));
    layout->addWidget(smoothing);
    layout->addWidget(axis);
    connect(axis, &QComboBox::currentIndexChanged, this,
        [this, axis] { m_grid->setAxis(axis->currentData().value<models::CurveAxis>()); });
    connect(smoothing, &QSlider::valueChanged, this, [this](int value) {
        m_grid->setSmoothing(value / 100.0);
        m_context.settings.edit(
            [value](services::SettingsData& settings) { settings.smoothing = value / 100.0; });
    });
    return bar;
}

QWidget* RunPage::makeCurveFilter(QWidget* parent)
{
    auto* filter = new QLineEdit(parent);
    filter->setPlaceholderText(tr("Filter curves"));
    filter->setToolTip(tr("A regular expression on titles and metric names: kl|entropy"));
    filter->setAccessibleName(tr("Filter of the curves"));
    filter->setClearButtonEnabled(true);
    filter->setFixedWidth(180);
    connect(filter, &QLineEdit::textChanged, this, [this, filter](const QString& text) {
        const bool valid = m_grid->setFilter(text);
        widgets::setVariant(filter, "fault", valid ? QStringLiteral("false") : QStringLiteral("true"));
    });
    connect(m_grid, &CurveGrid::arrangementChanged, this, [this] {
        const std::string project = m_document ? m_document->path().toStdString() : std::string();
        m_context.settings.edit([&](services::SettingsData& settings) {
            settings.pages[kCardsKey][project] = models::cardArrangementToJson(m_grid->arrangement());
        });
    });
    return filter;
}

void RunPage::setProject(models::ProjectDocument& document)
{
    m_document = &document;
    connect(&document, &models::ProjectDocument::pathChanged, this, &RunPage::showArrangement);
    showArrangement();
}

// As this project's people want the cards.
void RunPage::showArrangement()
{
    base::Json kept;
    const base::Json& pages = m_context.settings.data().pages;
    const auto projects = pages.find(kCardsKey);
    if (projects != pages.end() && projects->is_object()) {
        const auto found = projects->find(m_document->path().toStdString());
        if (found != projects->end())
            kept = *found;
    }
    m_grid->setArrangement(models::cardArrangementFromJson(kept));
}

void RunPage::showFailure(const store::RunState& state)
{
    if (!m_session)
        return;
    const models::FailureWords words
        = models::failureWords(m_session->folder().logFile(), state, m_session->info().signal);
    const QString detail = models::toQt(state.detail);
    const QString stop = detail.endsWith(QLatin1Char('.')) ? QStringLiteral(" ") : QStringLiteral(". ");
    const QString text = words.hint.isEmpty() ? detail : detail + stop + words.hint;
    if (words.lastLines.isEmpty()) {
        m_message->showMessage(widgets::MessageKind::Error, text);
        return;
    }
    m_lastLines->setPlainText(words.lastLines.join(QLatin1Char('\n')));
    m_lastLines->moveCursor(QTextCursor::End);
    if (m_tabs->indexOf(m_lastLines) < 0) // how an engine ended can become known after that it did
        m_tabs->addTab(m_lastLines, tr("Last lines"));
    m_message->showMessage(widgets::MessageKind::Error, text, tr("Show the last lines"));
}

} // namespace msrl::pages
