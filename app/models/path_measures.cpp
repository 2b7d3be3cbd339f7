// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/path_measures.h"

#include "app/models/queue_item.h"
#include "app/models/strings.h"
#include "app/models/table_text.h"
#include "core/judge/confidence.h"

#include <QCoreApplication>
#include <QStringList>

#include <cmath>
#include <limits>

namespace msrl::models {

std::vector<PathMeasure> pathMeasures(const std::vector<store::CandidatePath>& paths, std::size_t index)
{
    std::vector<PathMeasure> measures;
    for (const judge::ConfidenceMeasure& measure : judge::confidenceMeasures()) {
        PathMeasure one { measure.name, tableText(measure.title).toLower(),
            pathConfidence(paths[index], measure.name), 1, 0 };
        if (std::isnan(one.value))
            continue;
        for (const store::CandidatePath& path : paths) {
            const double other = pathConfidence(path, measure.name);
            one.known += std::isnan(other) ? 0 : 1;
            one.rank += other > one.value ? 1 : 0;
        }
        measures.push_back(std::move(one));
    }
    return measures;
}

QString measuresText(const std::vector<PathMeasure>& measures)
{
    QStringList parts;
    for (const PathMeasure& measure : measures)
        // A line may end before the value, not within it and its rank.
        parts << measure.title + QLatin1Char(' ')
                + QCoreApplication::translate("PathMeasure", "%1\u00a0(%2\u00a0of\u00a0%3)")
                      .arg(hundredthsText(measure.value))
                      .arg(measure.rank)
                      .arg(measure.known);
    return parts.join(QStringLiteral(" · "));
}

int pathToCompare(const std::vector<store::CandidatePath>& paths, int path, const std::string& measure)
{
    int best = -1;
    bool bestDiffers = false;
    double bestSure = -std::numeric_limits<double>::infinity();
    for (int i = 0; i < static_cast<int>(paths.size()); ++i) {
        if (i == path)
            continue;
        const store::CandidatePath& other = paths[static_cast<std::size_t>(i)];
        const bool differs = path < 0 || other.answer != paths[static_cast<std::size_t>(path)].answer;
        const double known = pathConfidence(other, measure);
        const double sure = std::isnan(known) ? -std::numeric_limits<double>::infinity() : known;
        if (best >= 0 && (differs == bestDiffers ? sure <= bestSure : bestDiffers))
            continue;
        best = i;
        bestDiffers = differs;
        bestSure = sure;
    }
    return best;
}

} // namespace msrl::models
