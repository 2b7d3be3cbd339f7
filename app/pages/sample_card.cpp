// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/sample_card.h"

#include "widgets/feedback/labels.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

namespace msrl::pages {

namespace {

constexpr int kDefaultSample = 20;
constexpr double kUsualBound = 0.05;

} // namespace

SampleCard::SampleCard(QWidget* parent)
    : QualityCard(tr("Random sample"),
        tr("The same items for everybody who draws so many; a larger sample contains the smaller one."),
        parent)
    , m_size(new QSpinBox(this))
    , m_text(widgets::makeLabel(QString(), QString(), this))
    , m_show(new QPushButton(tr("Look at them"), this))
{
    m_size->setObjectName(QStringLiteral("sampleSize"));
    m_size->setRange(1, 100000);
    m_size->setValue(kDefaultSample);
    m_size->setAccessibleName(tr("Items to draw"));
    m_show->setObjectName(QStringLiteral("showSample"));
    m_text->setObjectName(QStringLiteral("sampleText"));
    m_text->setWordWrap(true);
    QLabel* rule
        = widgets::makeLabel(tr("%1 checks without an error show that less than %2\u00a0% are wrong.")
                                 .arg(judge::checksFor(kUsualBound))
                                 .arg(100 * kUsualBound),
            QStringLiteral("secondary"), this);
    rule->setWordWrap(true);
    auto* row = new QHBoxLayout;
    row->addWidget(widgets::makeLabel(tr("Draw"), {}, this));
    row->addWidget(m_size);
    row->addWidget(m_show);
    row->addStretch();
    body().addLayout(row);
    body().addWidget(m_text);
    body().addWidget(rule);
    connect(m_size, &QSpinBox::valueChanged, this, [this](int size) {
        draw();
        Q_EMIT sizeChanged(size);
    });
    connect(m_show, &QPushButton::clicked, this, [this] { Q_EMIT requested(m_sample.rowids); });
}

void SampleCard::setItems(const std::vector<models::QueueItem>& items, const std::string& stage,
    const models::GateThresholds& thresholds)
{
    m_items = &items;
    m_stage = stage;
    m_thresholds = thresholds;
    draw();
}

void SampleCard::setSize(int size)
{
    const QSignalBlocker quiet(m_size);
    m_size->setValue(size);
}

int SampleCard::size() const
{
    return m_size->value();
}

void SampleCard::draw()
{
    if (!m_items)
        return;
    m_sample = models::drawSample(*m_items, m_stage, m_size->value(), m_thresholds);
    m_show->setEnabled(m_sample.size() > 0);
    m_text->setText(
        m_sample.size() == 0 ? tr("The machine has chosen no path yet.") : models::sampleText(m_sample));
}

} // namespace msrl::pages
