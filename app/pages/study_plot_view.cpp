// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/study_plot_view.h"

#include "app/models/strings.h"
#include "core/groups/configurations.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/tokens.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QHelpEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolTip>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace msrl::pages {

namespace {

constexpr QSize kLeastSize(320, 220);
constexpr double kReach = 10; // pixels around a point that still mean it

// Tasks have columns of their own in the table; in a menu of axes they are noise.
bool isOffered(const std::string& measure)
{
    return measure.find("by_task/") == std::string::npos;
}

bool sweepsReplay(const groups::RunGroup& group)
{
    return std::any_of(group.configurations.begin(), group.configurations.end(), [&](const auto& one) {
        const std::vector<curriculum::Override> swept = groups::sweptValues(group, one);
        return std::any_of(
            swept.begin(), swept.end(), [](const auto& set) { return set.field == "replay_ratio"; });
    });
}

QString figure(const QString& title, double value, const std::optional<judge::Interval>& interval)
{
    const auto number = [](double one) { return QString::number(one, 'f', 3); };
    return interval ? QObject::tr("%1: %2, 95 % interval %3 to %4")
                          .arg(title, number(value), number(interval->low), number(interval->high))
                    : QObject::tr("%1: %2").arg(title, QString::number(value, 'g', 6));
}

void choose(QComboBox* box, const QStringList& wishes)
{
    for (const QString& wish : wishes) {
        if (const int index = box->findData(wish); index >= 0) {
            box->setCurrentIndex(index);
            return;
        }
    }
}

} // namespace

StudyPlotView::StudyPlotView(QWidget* parent)
    : QWidget(parent)
    , m_y(new QComboBox(this))
    , m_x(new QComboBox(this))
    , m_problem(widgets::makeLabel({}, QStringLiteral("secondary"), this))
    , m_canvas(new QWidget(this))
    , m_save(new QPushButton(widgets::icon(QStringLiteral("save")), tr("Save as SVG"), this))
{
    m_y->setAccessibleName(tr("Upright axis"));
    m_y->setObjectName(QStringLiteral("plotY"));
    m_x->setAccessibleName(tr("Other axis"));
    m_x->setObjectName(QStringLiteral("plotX"));
    for (QComboBox* box : { m_y, m_x }) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(14);
        connect(box, &QComboBox::activated, this, &StudyPlotView::draw);
    }
    m_canvas->setMinimumSize(kLeastSize);
    m_canvas->setObjectName(QStringLiteral("plotCanvas"));
    m_canvas->setAccessibleName(tr("Plot of the study"));
    m_canvas->installEventFilter(this);
    m_problem->setWordWrap(true);
    m_problem->setAlignment(Qt::AlignCenter);
    m_save->setObjectName(QStringLiteral("plotSave"));
    m_save->setToolTip(tr("The picture that msrl-engine sweep --svg draws."));
    layOut();
    connect(m_save, &QPushButton::clicked, this, [this] {
        if (m_shown)
            Q_EMIT saveRequested(QByteArray::fromStdString(groups::plotToSvg(*m_shown)));
    });
    draw();
}

void StudyPlotView::layOut()
{
    auto* head = new QHBoxLayout;
    head->addWidget(m_y, 1);
    head->addWidget(widgets::makeLabel(tr("against"), QStringLiteral("secondary"), this));
    head->addWidget(m_x, 1);
    head->addWidget(m_save);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(widgets::kGap);
    layout->addLayout(head);
    layout->addWidget(m_problem, 1);
    layout->addWidget(m_canvas, 1);
}

void StudyPlotView::setStudy(const groups::RunGroup& group, const groups::GroupSummary& summary)
{
    const bool sameGroup = group.project == m_group.project && group.configurations == m_group.configurations;
    m_group = group;
    m_summary = summary;
    listMeasures(sameGroup);
    draw();
}

// First what the group is most likely made for: what a replay ratio costs and brings; else the main measure
// against the parameter, or the old skill against the new one.
void StudyPlotView::listMeasures(bool keepChoice)
{
    const bool kept = keepChoice && m_y->count() > 0;
    const QString y = m_y->currentData().toString();
    const QString x = m_x->currentData().toString();
    m_y->clear();
    m_x->clear();
    const bool hasParameter = groups::sweepsOneNumber(m_group);
    if (hasParameter)
        m_x->addItem(tr("the varied parameter"), QString());
    for (const std::string& measure : groups::knownMeasures(m_summary)) {
        if (!isOffered(measure))
            continue;
        for (QComboBox* box : { m_y, m_x })
            box->addItem(models::toQt(groups::measureTitle(measure)), models::toQt(measure));
    }
    const QString main = models::toQt(groups::mainMeasure(m_summary));
    const bool replay = sweepsReplay(m_group);
    const QString old = replay ? QStringLiteral("text.retention") : main;
    const QString other = replay ? QStringLiteral("captions.accuracy")
        : hasParameter           ? QString()
                                 : QStringLiteral("text.accuracy");
    choose(m_y, kept ? QStringList { y, old, main } : QStringList { old, main });
    choose(m_x, kept ? QStringList { x, other, main } : QStringList { other, main });
}

groups::PlotRequest StudyPlotView::request() const
{
    return { m_y->currentData().toString().toStdString(), m_x->currentData().toString().toStdString() };
}

groups::PlotLook StudyPlotView::look() const
{
    const widgets::Tokens& tokens = widgets::tokensFor(palette());
    const QSize size = m_canvas->size().expandedTo(kLeastSize);
    groups::PlotLook look;
    look.width = size.width();
    look.height = size.height();
    look.ground = tokens.surface.name().toStdString();
    look.text = tokens.text.name().toStdString();
    look.secondary = tokens.secondary.name().toStdString();
    look.line = tokens.line.name().toStdString();
    look.series = widgets::seriesColour(tokens, 0).name().toStdString();
    look.font = font().family().toStdString(); // Qt's SVG knows one family, not a list of them
    return look;
}

void StudyPlotView::draw()
{
    m_shown.reset();
    QString problem;
    if (m_y->count() > 0) {
        auto plot = groups::studyPlot(m_group, m_summary, request());
        if (plot)
            m_shown = *std::move(plot);
        else
            problem = models::toQt(plot.error().message());
    } else {
        problem = tr("There is something to plot as soon as a run of the study has finished.");
    }
    if (m_shown)
        m_picture.load(QByteArray::fromStdString(groups::plotToSvg(*m_shown, look())));
    m_problem->setText(problem);
    m_problem->setVisible(!m_shown);
    m_canvas->setVisible(m_shown.has_value());
    m_save->setEnabled(m_shown.has_value());
    for (QComboBox* box : { m_y, m_x })
        box->setEnabled(box->count() > 0);
    m_canvas->update();
}

QString StudyPlotView::tipAt(const QPointF& place) const
{
    if (!m_shown)
        return {};
    const auto places = groups::pointPlaces(*m_shown, look());
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (std::hypot(places[i].first - place.x(), places[i].second - place.y()) > kReach)
            continue;
        const groups::PlotPoint& point = m_shown->points[i];
        return models::toQt(point.label) + QLatin1Char('\n')
            + figure(models::toQt(m_shown->yTitle), point.y, point.yInterval) + QLatin1Char('\n')
            + figure(models::toQt(m_shown->xTitle), point.x, point.xInterval);
    }
    return {};
}

void StudyPlotView::paint()
{
    QPainter painter(m_canvas);
    m_picture.render(&painter, QRectF(m_canvas->rect()));
}

bool StudyPlotView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_canvas)
        return QWidget::eventFilter(watched, event);
    if (event->type() == QEvent::Resize && m_shown)
        m_picture.load(QByteArray::fromStdString(groups::plotToSvg(*m_shown, look())));
    if (event->type() == QEvent::Paint && m_shown) {
        paint();
        return true;
    }
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        QToolTip::showText(help->globalPos(), tipAt(help->pos()), m_canvas);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void StudyPlotView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        draw();
}

} // namespace msrl::pages
