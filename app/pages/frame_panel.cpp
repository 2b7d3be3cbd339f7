// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/frame_panel.h"

#include "app/models/counted_text.h"
#include "widgets/feedback/labels.h"
#include "widgets/graph/graph_types.h"
#include "widgets/theme/tokens.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QEvent>
#include <QFormLayout>
#include <QGuiApplication>
#include <QHash>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace msrl::pages {

QString frameColourWord(const std::string& colour)
{
    static const QHash<QString, const char*> kWords = { { "grey", QT_TRANSLATE_NOOP("FramePanel", "Grey") },
        { "blue", QT_TRANSLATE_NOOP("FramePanel", "Blue") },
        { "orange", QT_TRANSLATE_NOOP("FramePanel", "Orange") },
        { "green", QT_TRANSLATE_NOOP("FramePanel", "Green") },
        { "pink", QT_TRANSLATE_NOOP("FramePanel", "Pink") },
        { "amber", QT_TRANSLATE_NOOP("FramePanel", "Amber") },
        { "sky", QT_TRANSLATE_NOOP("FramePanel", "Sky blue") } };
    const QString name = QString::fromStdString(colour);
    const char* word = kWords.value(name, nullptr);
    return word ? QCoreApplication::translate("FramePanel", word) : name;
}

int frameColourIndex(const std::string& colour)
{
    const std::vector<std::string>& all = curriculum::frameColours();
    const auto found = std::find(all.begin(), all.end(), colour);
    return found == all.end() ? 0 : static_cast<int>(found - all.begin());
}

QIcon frameColourIcon(const std::string& colour)
{
    const double ratio = qGuiApp->devicePixelRatio();
    QPixmap pixmap(QSize(widgets::kSmallIcon, widgets::kSmallIcon) * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(
        widgets::frameColour(widgets::tokensFor(QGuiApplication::palette()), frameColourIndex(colour)));
    painter.drawRoundedRect(QRect(2, 2, widgets::kSmallIcon - 4, widgets::kSmallIcon - 4), 3, 3);
    return QIcon(pixmap);
}

FramePanel::FramePanel(QWidget* parent)
    : QWidget(parent)
    , m_title(new QLineEdit(this))
    , m_colour(new QComboBox(this))
    , m_stages(widgets::makeLabel({}, QStringLiteral("secondary"), this))
{
    m_title->setObjectName(QStringLiteral("frameTitle"));
    m_title->setPlaceholderText(tr("What these stages are for"));
    m_colour->setObjectName(QStringLiteral("frameColour"));
    m_stages->setWordWrap(true);
    fillColours();
    auto* fit = new QPushButton(tr("Fit to its stages"), this);
    fit->setToolTip(tr("Make the frame just large enough for the stages in it."));
    auto* form = new QFormLayout;
    form->setSpacing(widgets::kGrid);
    form->addRow(tr("&Title"), m_title);
    form->addRow(tr("Co&lour"), m_colour);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(widgets::kGap);
    layout->addLayout(form);
    layout->addWidget(m_stages);
    layout->addWidget(fit, 0, Qt::AlignLeft);
    connect(m_title, &QLineEdit::editingFinished, this, [this] {
        if (m_title->isModified())
            Q_EMIT renamed(m_title->text().trimmed());
        m_title->setModified(false);
    });
    connect(m_colour, &QComboBox::activated, this,
        [this](int row) { Q_EMIT recoloured(m_colour->itemData(row).toString()); });
    connect(fit, &QPushButton::clicked, this, &FramePanel::fitRequested);
}

void FramePanel::fillColours()
{
    const QSignalBlocker quiet(m_colour);
    const int row = std::max(0, m_colour->currentIndex());
    m_colour->clear();
    for (const std::string& colour : curriculum::frameColours())
        m_colour->addItem(frameColourIcon(colour), frameColourWord(colour), QString::fromStdString(colour));
    m_colour->setCurrentIndex(row);
}

void FramePanel::showFrame(const curriculum::Frame& frame, int numStages)
{
    const bool another = std::exchange(m_shown, frame.id) != frame.id;
    if (another || !m_title->hasFocus() || !m_title->isModified())
        m_title->setText(QString::fromStdString(frame.title));
    m_colour->setCurrentIndex(frameColourIndex(frame.colour));
    m_stages->setText(numStages == 0
            ? tr("No stage lies in this frame.")
            : models::countedText(numStages, tr("One stage lies in this frame and moves with it."),
                tr("%1 stages lie in this frame and move with it.")));
}

void FramePanel::focusTitle()
{
    m_title->setFocus();
    m_title->selectAll();
}

void FramePanel::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        fillColours();
    QWidget::changeEvent(event);
}

} // namespace msrl::pages
