// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/sample_group_model.h"

#include "app/models/strings.h"
#include "core/base/markup.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace msrl::models {

QString promptText(const std::string& prompt)
{
    return toQt(base::foldRepeatedTags(prompt));
}

namespace {

bool isShown(const SampleGroup& group, SampleGroupModel::Show show)
{
    using Show = SampleGroupModel::Show;
    switch (show) {
    case Show::All:
        return true;
    case Show::NoSpread:
        return group.rewardSpread() == 0;
    case Show::SomeWrong:
        return group.accuracy() >= 0 && group.accuracy() < 1;
    case Show::FormatError:
        return group.hasFormatError();
    case Show::Cut:
        return group.hasCutCompletion();
    case Show::New:
        return group.completions.front().source == "new";
    case Show::Replay:
        return group.completions.front().source == "replay";
    }
    return true;
}

} // namespace

double SampleGroup::meanReward() const
{
    double sum = 0;
    for (const store::SampleRow& row : completions)
        sum += row.reward;
    return completions.empty() ? 0 : sum / static_cast<double>(completions.size());
}

double SampleGroup::rewardSpread() const
{
    const double mean = meanReward();
    double sum = 0;
    for (const store::SampleRow& row : completions)
        sum += (row.reward - mean) * (row.reward - mean);
    return completions.empty() ? 0 : std::sqrt(sum / static_cast<double>(completions.size()));
}

double SampleGroup::accuracy() const
{
    int labelled = 0;
    int right = 0;
    for (const store::SampleRow& row : completions) {
        labelled += row.gold.empty() ? 0 : 1;
        right += !row.gold.empty() && row.answer == row.gold ? 1 : 0;
    }
    return labelled == 0 ? -1 : static_cast<double>(right) / labelled;
}

bool SampleGroup::hasFormatError() const
{
    return std::any_of(completions.begin(), completions.end(), [](const store::SampleRow& row) {
        const auto part
            = row.rewardParts.is_object() ? row.rewardParts.find("format") : row.rewardParts.end();
        const bool incomplete = part != row.rewardParts.end() && part->is_number() && part->get<double>() < 1;
        return incomplete || row.answer.empty();
    });
}

bool SampleGroup::hasCutCompletion() const
{
    return std::any_of(completions.begin(), completions.end(),
        [](const store::SampleRow& row) { return row.finishReason == "length"; });
}

bool SampleGroup::contains(const QString& text) const
{
    const auto has = [&text](const std::string& in) { return toQt(in).contains(text, Qt::CaseInsensitive); };
    return std::any_of(completions.begin(), completions.end(), [&](const store::SampleRow& row) {
        return has(row.sampleId) || has(row.prompt) || has(row.completion);
    });
}

std::vector<SampleGroup> groupSamples(std::vector<store::SampleRow> samples)
{
    const auto place = [](const store::SampleRow& row) {
        return std::tuple(-row.step, row.stage, row.promptIndex, row.completionIndex, row.rowid);
    };
    std::sort(
        samples.begin(), samples.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
    std::vector<SampleGroup> groups;
    for (store::SampleRow& row : samples) {
        const bool same = !groups.empty() && groups.back().stage == row.stage
            && groups.back().step == row.step && groups.back().promptIndex == row.promptIndex;
        if (!same)
            groups.push_back({ row.stage, row.step, row.promptIndex, {} });
        auto& completions = groups.back().completions;
        // A step that was run again after a resume: the newest row is what happened.
        if (!completions.empty() && completions.back().completionIndex == row.completionIndex)
            completions.back() = std::move(row);
        else
            completions.push_back(std::move(row));
    }
    return groups;
}

SampleGroupModel::SampleGroupModel(QObject* parent)
    : QAbstractListModel(parent)
{
}

void SampleGroupModel::setSamples(std::vector<store::SampleRow> samples)
{
    beginResetModel();
    m_groups = groupSamples(std::move(samples));
    arrange();
    endResetModel();
}

void SampleGroupModel::setOrder(Order order)
{
    if (order == m_order)
        return;
    beginResetModel();
    m_order = order;
    arrange();
    endResetModel();
}

void SampleGroupModel::setShow(Show show)
{
    if (show == m_show)
        return;
    beginResetModel();
    m_show = show;
    arrange();
    endResetModel();
}

void SampleGroupModel::setSearch(const QString& text)
{
    if (text == m_search)
        return;
    beginResetModel();
    m_search = text;
    arrange();
    endResetModel();
}

int SampleGroupModel::count(Show show) const
{
    return static_cast<int>(std::count_if(
        m_groups.begin(), m_groups.end(), [show](const SampleGroup& group) { return isShown(group, show); }));
}

double SampleGroupModel::meanReward() const
{
    double sum = 0;
    for (const SampleGroup& group : m_groups)
        sum += group.meanReward();
    return m_groups.empty() ? 0 : sum / static_cast<double>(m_groups.size());
}

void SampleGroupModel::arrange()
{
    m_shown.clear();
    for (std::size_t i = 0; i < m_groups.size(); ++i)
        if (isShown(m_groups[i], m_show) && (m_search.isEmpty() || m_groups[i].contains(m_search)))
            m_shown.push_back(i);
    const auto key = [this](const SampleGroup& group) {
        switch (m_order) {
        case Order::LowestReward:
            return group.meanReward();
        case Order::HighestSpread:
            return -group.rewardSpread();
        case Order::Prompt:
            break;
        }
        return 0.0;
    };
    std::sort(m_shown.begin(), m_shown.end(), [&](std::size_t first, std::size_t second) {
        const SampleGroup& a = m_groups[first];
        const SampleGroup& b = m_groups[second];
        return std::tuple(key(a), -a.step, a.stage, a.promptIndex)
            < std::tuple(key(b), -b.step, b.stage, b.promptIndex);
    });
}

const SampleGroup* SampleGroupModel::group(int row) const
{
    return row >= 0 && row < rowCount() ? &m_groups[m_shown[static_cast<std::size_t>(row)]] : nullptr;
}

int SampleGroupModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

QVariant SampleGroupModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const SampleGroup& group = m_groups[m_shown[static_cast<std::size_t>(index.row())]];
    const store::SampleRow& first = group.completions.front();
    switch (role) {
    case Qt::DisplayRole:
        return toQt(first.sampleId.empty() ? "prompt " + std::to_string(group.promptIndex) : first.sampleId);
    case MeanRewardRole:
        return group.meanReward();
    case SpreadRole:
        return group.rewardSpread();
    case RewardsRole: {
        QList<double> rewards;
        for (const store::SampleRow& row : group.completions)
            rewards.push_back(row.reward);
        return QVariant::fromValue(rewards);
    }
    case SourceRole:
        return toQt(first.source);
    case TaskRole:
        return toQt(first.taskType);
    case SampleIdRole:
        return toQt(first.sampleId);
    case StepRole:
        return static_cast<qlonglong>(group.step);
    default:
        return {};
    }
}

} // namespace msrl::models
