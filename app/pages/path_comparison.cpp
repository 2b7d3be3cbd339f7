// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/path_comparison.h"

#include "app/models/path_difference.h"
#include "app/models/path_measures.h"
#include "app/models/strings.h"
#include "app/pages/path_text.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QComboBox>
#include <QFrame>
#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>

namespace msrl::pages {

namespace {

constexpr int kLeft = 0;
constexpr int kRight = 1;

const store::CandidatePath& pathOf(const ComparedPaths& compared, int side)
{
    return compared.paths[static_cast<std::size_t>(side == kLeft ? compared.left : compared.right)];
}

QString entryText(const ComparedPaths& compared, int path)
{
    const std::string& answer = compared.paths[static_cast<std::size_t>(path)].answer;
    const QString form = compared.areCompletions ? PathComparison::tr("Completion %1 · %2")
                                                 : PathComparison::tr("Path %1 · %2");
    QString text
        = form.arg(path + 1).arg(answer.empty() ? PathComparison::tr("no answer") : models::toQt(answer));
    if (path == compared.overridden)
        text += PathComparison::tr(" · your choice");
    else if (path == compared.chosen)
        text += PathComparison::tr(" · chosen");
    return text;
}

struct SideWords
{
    QString name;
    QString tip;
};

SideWords sideWords(bool areCompletions, int side)
{
    if (side == kLeft)
        return areCompletions
            ? SideWords { PathComparison::tr("Completion on the left"),
                  PathComparison::tr("The completion that the other is held against; X changes the sides") }
            : SideWords { PathComparison::tr("Path on the left"),
                  PathComparison::tr("The path that the other is held against; X changes the sides") };
    return areCompletions ? SideWords { PathComparison::tr("Completion on the right"),
        PathComparison::tr("The completion that is held against the left one; W and S go through them") }
                          : SideWords { PathComparison::tr("Path on the right"),
                                PathComparison::tr(
                                    "The path that an override would take; picked by its number, W and S") };
}

// "same in both", or how much each side has alone.
QString remarkOf(const models::SectionPair& pair)
{
    if (!pair.left)
        return PathComparison::tr("only on the right");
    if (!pair.right)
        return PathComparison::tr("only on the left");
    if (pair.isSame())
        return PathComparison::tr("same in both");
    return PathComparison::tr("differing words: %1 left, %2 right")
        .arg(pair.difference.wordsLeft)
        .arg(pair.difference.wordsRight);
}

} // namespace

PathComparison::PathComparison(const ComparedPaths& compared, QWidget* parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 2, widgets::kGap, 12);
    m_grid->setHorizontalSpacing(12);
    m_grid->setVerticalSpacing(4);
    for (const int side : { kLeft, kRight }) {
        m_grid->setColumnStretch(side, 1);
        m_grid->setColumnMinimumWidth(side, 160);
    }
    addHeads(compared);
    addSections(compared);
    addMeasures(compared);
    m_grid->setRowStretch(m_row, 1);
    const QString title
        = compared.areCompletions ? tr("Completion %1 beside completion %2") : tr("Path %1 beside path %2");
    setAccessibleName(title.arg(compared.left + 1).arg(compared.right + 1));
}

QWidget* PathComparison::makeHead(const ComparedPaths& compared, int side)
{
    const int path = side == kLeft ? compared.left : compared.right;
    auto* box = new QWidget(this);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    auto* choice = new QComboBox(box);
    choice->setObjectName(side == kLeft ? QStringLiteral("leftPath") : QStringLiteral("rightPath"));
    const SideWords words = sideWords(compared.areCompletions, side);
    choice->setAccessibleName(words.name);
    choice->setToolTip(words.tip);
    choice->setFocusPolicy(Qt::TabFocus);
    choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    choice->setMinimumContentsLength(12);
    for (int i = 0; i < static_cast<int>(compared.paths.size()); ++i)
        choice->addItem(entryText(compared, i));
    choice->setCurrentIndex(path);
    connect(choice, &QComboBox::activated, this,
        side == kLeft ? &PathComparison::leftPicked : &PathComparison::rightPicked);
    PathLook look;
    look.index = path;
    look.measure = compared.measure;
    look.numbered = false;
    layout->addWidget(choice);
    layout->addWidget(new PathHead(pathOf(compared, side), look, box));
    return box;
}

void PathComparison::addHeads(const ComparedPaths& compared)
{
    for (const int side : { kLeft, kRight })
        m_grid->addWidget(makeHead(compared, side), m_row, side);
    ++m_row;
    addRemarks(compared);
    if (compared.chosen < 0 || (compared.left != compared.chosen && compared.right != compared.chosen))
        return;
    QLabel* why = widgets::makeLabel(
        tr("Why path %1: %2").arg(compared.chosen + 1).arg(models::toQt(compared.reason)), {}, this);
    why->setWordWrap(true);
    why->setFont(widgets::smallFont(font()));
    m_grid->addWidget(why, m_row++, kLeft, 1, 2);
}

void PathComparison::addRemarks(const ComparedPaths& compared)
{
    if (compared.remarks.empty())
        return;
    for (const int side : { kLeft, kRight }) {
        const auto path = static_cast<std::size_t>(side == kLeft ? compared.left : compared.right);
        QLabel* remark = widgets::makeLabel(compared.remarks[path], QStringLiteral("secondary"), this);
        remark->setObjectName(side == kLeft ? QStringLiteral("leftRemark") : QStringLiteral("rightRemark"));
        remark->setWordWrap(true);
        remark->setFont(widgets::smallFont(font()));
        m_grid->addWidget(remark, m_row, side);
    }
    ++m_row;
}

QLabel* PathComparison::makeText(const QString& html)
{
    auto* card = new QLabel(html, this);
    widgets::setVariant(card, "surface", QStringLiteral("card"));
    card->setWordWrap(true);
    card->setTextFormat(Qt::RichText);
    card->setTextInteractionFlags(Qt::TextSelectableByMouse);
    card->setFont(widgets::smallFont(widgets::monoFont()));
    card->setContentsMargins(10, 6, 10, 6);
    card->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    return card;
}

void PathComparison::addTitle(const QString& title, const QString& remark)
{
    auto* line = new QWidget(this);
    auto* layout = new QHBoxLayout(line);
    layout->setContentsMargins(0, 6, 0, 0);
    layout->addWidget(widgets::makeLabel(title, QStringLiteral("heading"), line));
    QLabel* small = widgets::makeLabel(remark, QStringLiteral("secondary"), line);
    small->setFont(widgets::smallFont(font()));
    layout->addWidget(small, 1);
    m_grid->addWidget(line, m_row++, kLeft, 1, 2);
}

void PathComparison::addSections(const ComparedPaths& compared)
{
    const store::CandidatePath& left = pathOf(compared, kLeft);
    const store::CandidatePath& right = pathOf(compared, kRight);
    for (const models::SectionPair& pair : models::comparePaths(left.text, right.text)) {
        addTitle(models::pathPartText(pair.part), remarkOf(pair));
        if (pair.left && pair.right && pair.isSame() && !compared.heat) {
            m_grid->addWidget(makeText(pathHtml(left, *pair.left, {}, palette())), m_row++, kLeft, 1, 2);
            continue;
        }
        if (pair.left)
            m_grid->addWidget(
                makeText(pathHtml(left, *pair.left, { compared.heat, pair.difference.left }, palette())),
                m_row, kLeft);
        if (pair.right)
            m_grid->addWidget(
                makeText(pathHtml(right, *pair.right, { compared.heat, pair.difference.right }, palette())),
                m_row, kRight);
        ++m_row;
    }
}

// A line for each measure: both values with their ranks, the surer one in semibold.
void PathComparison::addMeasures(const ComparedPaths& compared)
{
    if (compared.measure.empty())
        return;
    const auto left = models::pathMeasures(compared.paths, static_cast<std::size_t>(compared.left));
    const auto right = models::pathMeasures(compared.paths, static_cast<std::size_t>(compared.right));
    if (left.empty() && right.empty())
        return;
    addTitle(tr("Confidence"), tr("with the rank among the paths"));
    const auto find = [](const std::vector<models::PathMeasure>& measures, const std::string& name) {
        const auto found = std::find_if(measures.begin(), measures.end(),
            [&](const models::PathMeasure& measure) { return measure.name == name; });
        return found == measures.end() ? nullptr : &*found;
    };
    const auto add = [&](const models::PathMeasure* own, const models::PathMeasure* other, int side) {
        if (!own)
            return;
        QLabel* label = widgets::makeLabel(models::measuresText({ *own }), QStringLiteral("secondary"), this);
        label->setObjectName(side == kLeft ? QStringLiteral("leftMeasure") : QStringLiteral("rightMeasure"));
        label->setWordWrap(true);
        const QFont small = widgets::smallFont(font());
        const bool surer = other && own->rank < other->rank;
        label->setFont(surer ? widgets::strongFont(small) : small);
        m_grid->addWidget(label, m_row, side);
    };
    std::vector<std::string> names;
    for (const auto* measures : { &left, &right }) {
        for (const models::PathMeasure& measure : *measures) {
            if (std::find(names.begin(), names.end(), measure.name) == names.end())
                names.push_back(measure.name);
        }
    }
    for (const std::string& name : names) {
        const models::PathMeasure* ours = find(left, name);
        const models::PathMeasure* theirs = find(right, name);
        add(ours, theirs, kLeft);
        add(theirs, ours, kRight);
        ++m_row;
    }
}

} // namespace msrl::pages
