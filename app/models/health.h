// SPDX-License-Identifier: GPL-3.0-or-later
// What the curves of a run say about its health: rules with the numbers behind each. Another rule is one more
// entry of healthRules().
#pragma once

#include "app/models/curve_set.h"

#include <QString>

#include <optional>
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
    Stuck,
    // Room on the disk below the limit, or below what the next checkpoints need. Not told by curves.
    DiskLow
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
    std::string stage; // empty: the run's as a whole
    std::int64_t step = 0; // up to which it was looked at
    bool failed = false;
    double measured = 0; // mean of the last steps, or the sum
    // Mean of the first steps, where the test compares with it; of Stuck the share of groups without
    // variance, of DiskLow the bytes of a checkpoint.
    double reference = 0;
};

// Of the disk that the run writes to.
struct DiskSpace
{
    qint64 freeBytes = -1; // -1: not known
    qint64 checkpointBytes = 0; // of the newest training state, which stays until the next one is whole

    bool operator==(const DiskSpace&) const = default;
};

// The next training state and the one after it, beside one that is about to go.
inline constexpr int kRoomForCheckpoints = 2;

// The rule of the disk; nothing while its room is not known.
std::optional<HealthFinding> diskFinding(const DiskSpace& disk);

// Every rule in every stage, failed ones first, then the newest stage first. A stage with fewer than twice
// kHealthWindow steps is not judged by comparisons with its beginning.
std::vector<HealthFinding> healthFindings(const CurveSet& curves);

// "mean of the last 10 steps above 0.5"
QString ruleText(const HealthRule& rule);
// "0.72", "0.02, at first 0.4", "3.1 GB free, a checkpoint takes 2.4 GB"
QString measuredText(const HealthFinding& finding);

} // namespace msrl::models
