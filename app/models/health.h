// SPDX-License-Identifier: GPL-3.0-or-later
// What the curves of a run say about its health: rules with the numbers behind each. Another rule is one more
// entry of healthRules().
#pragma once

#include "app/models/curve_set.h"

#include <QString>

#include <string>
#include <vector>

namespace msrl::models {

enum class HealthTest {
    Above, // the mean of the last steps is above the limit
    Below, // … below it
    FellTo, // … below the limit times the mean of the stage's first steps
    RoseTo, // … above the limit times that mean
    Any, // the sum over the stage is above the limit
    // Over many steps within the limit of chance and hardly moving, while hardly any group has a gradient.
    Stuck
};

struct HealthRule
{
    const char* metric;
    QString title; // what is the matter when it fails
    HealthTest test;
    double limit;
    QString advice;
    double least = 0; // RoseTo: values below it are never too high
};

inline constexpr int kHealthWindow = 10; // steps that a mean is taken over
inline constexpr int kStuckWindow = 50; // the same of HealthTest::Stuck
inline constexpr double kChance = 0.5; // of guessing the better of two
inline constexpr double kStuckZeroVariance = 0.9; // share of groups without a gradient, from which on
inline constexpr double kStuckDrift = 0.05; // between the halves of the window

const std::vector<HealthRule>& healthRules();

// A rule in a stage that logs its metric.
struct HealthFinding
{
    const HealthRule* rule = nullptr;
    std::string stage;
    std::int64_t step = 0; // up to which it was looked at
    bool failed = false;
    double measured = 0; // mean of the last steps, or the sum
    // Mean of the first steps, where the test compares with it; of Stuck the share of groups without variance.
    double reference = 0;
};

// Every rule in every stage, failed ones first, then the newest stage first. A stage with fewer than twice
// kHealthWindow steps is not judged by comparisons with its beginning.
std::vector<HealthFinding> healthFindings(const CurveSet& curves);

// "mean of the last 10 steps above 0.5"
QString ruleText(const HealthRule& rule);
// "0.72", "0.02, at first 0.4"
QString measuredText(const HealthFinding& finding);

} // namespace msrl::models
