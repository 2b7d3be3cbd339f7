// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/path_head.h"

#include "app/models/queue_item.h"
#include "app/models/strings.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QHBoxLayout>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace msrl::pages {

namespace {

class ConfidenceBar : public QWidget
{
public:
    ConfidenceBar(double share, QString text, QWidget* parent)
        : QWidget(parent)
        , m_share(share)
        , m_text(std::move(text))
    {
        setFixedSize(118, 18);
        setAccessibleName(QObject::tr("Confidence %1").arg(m_text));
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const widgets::Tokens& tokens = widgets::tokensFor(palette());
        const QRectF bar(0, height() / 2.0 - 3, 64, 6);
        painter.setPen(Qt::NoPen);
        painter.setBrush(tokens.line);
        painter.drawRoundedRect(bar, 3, 3);
        painter.setBrush(tokens.accent);
        if (m_share > 0)
            painter.drawRoundedRect(
                QRectF(bar.left(), bar.top(), std::max(6.0, bar.width() * m_share), 6), 3, 3);
        painter.setPen(tokens.text);
        painter.setFont(widgets::smallFont(font()));
        painter.drawText(rect().adjusted(70, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, m_text);
    }

private:
    double m_share;
    QString m_text;
};

// Whose path it is where several teachers wrote, and whether it is of the second round.
QString writerText(const store::CandidatePath& path)
{
    QStringList parts;
    if (!path.teacher.empty())
        parts << models::toQt(path.teacher);
    if (path.round > 1)
        parts << PathHead::tr("round %1").arg(path.round);
    return parts.join(QStringLiteral(" · "));
}

} // namespace

PathHead::PathHead(const store::CandidatePath& path, const PathLook& look, QWidget* parent)
    : QWidget(parent)
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    if (look.numbered) {
        QLabel* number
            = widgets::makeLabel(QString::number(look.index + 1), QStringLiteral("secondary"), this);
        number->setToolTip(tr("Key that picks this path"));
        layout->addWidget(number);
    }
    // Beside a box that names it, the answer would stand there twice.
    if (look.numbered) {
        const QString answer = path.answer.empty() ? tr("no answer") : models::toQt(path.answer);
        layout->addWidget(widgets::makeLabel(answer, QStringLiteral("heading"), this));
    }
    auto* format = new widgets::StateLabel(this);
    if (path.formatOk)
        format->setState(QStringLiteral("check"), tr("format"), QStringLiteral("good"));
    else
        format->setState(QStringLiteral("close"), tr("format"), QStringLiteral("bad"));
    layout->addWidget(format);
    const double confidence = models::pathConfidence(path, look.measure);
    if (!std::isnan(confidence)) {
        auto* bar = new ConfidenceBar(
            models::confidenceShare(look.measure, confidence), models::hundredthsText(confidence), this);
        bar->setToolTip(tr("Confidence (%1)").arg(models::taskText(look.measure)));
        layout->addWidget(bar);
    }
    layout->addStretch();
    if (const QString from = writerText(path); !from.isEmpty()) {
        auto* writer = new widgets::ElidedLabel(this);
        writer->setObjectName(QStringLiteral("pathWriter"));
        widgets::setVariant(writer, "role", QStringLiteral("secondary"));
        writer->setFont(widgets::smallFont(font()));
        writer->setFullText(from);
        layout->addWidget(writer);
    }
    if (look.chosen || look.overridden) {
        auto* mark = new widgets::StateLabel(this);
        mark->setState(look.overridden ? QStringLiteral("edit") : QStringLiteral("star"),
            look.overridden ? tr("your choice") : tr("chosen"), QStringLiteral("accent"));
        layout->addWidget(mark);
    }
    QLabel* tokens
        = widgets::makeLabel(tr("%1 tokens").arg(path.numTokens), QStringLiteral("secondary"), this);
    tokens->setFont(widgets::smallFont(font()));
    layout->addWidget(tokens);
}

} // namespace msrl::pages
