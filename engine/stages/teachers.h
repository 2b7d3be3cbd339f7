// SPDX-License-Identifier: GPL-3.0-or-later
// The judges that read captions and vote in a distillation: one policy, or several, or checkpoints of one.
#pragma once

#include "core/judge/confidence.h"
#include "core/store/rows.h"
#include "engine/rollout/answer_reader.h"
#include "engine/stages/generation.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace msrl::stages {

// A path as it is kept, and what the selection goes by.
struct WrittenPath
{
    store::CandidatePath path; // without its confidences, which need all votes
    judge::PathEvidence evidence;
};

// Which paths of a sample: `count` of each teacher, from index `first` on. Indices name random numbers, so
// that a second round continues the first one.
struct PathDraw
{
    std::int64_t first = 0;
    std::int64_t count = 1;
    int round = 1;
};

class Teachers
{
public:
    // The policies at port "policy", all in memory together.
    static base::Result<Teachers> load(const StageContext& context);

    // Paths of samples[i] for each i of `which`, in that order, those of the first teacher before those of
    // the next. Every rank calls it and is given all paths. A sample's number names its random numbers.
    base::Result<std::vector<std::vector<WrittenPath>>> write(const StageContext& context,
        const std::vector<data::Sample>& samples, std::span<const std::size_t> which, const PathDraw& draw);

    // Tokens written per second of writing, since this was last asked.
    double takeRate();

    const Judge& first() const { return m_teachers.front().judge; }
    // Steps of the plan, in the order of the votes.
    std::vector<std::string> names() const;

private:
    struct Teacher
    {
        std::string name;
        Judge judge;
        rollout::AnswerReader answers;
        rollout::GenerateOptions options;
    };

    WrittenPath read(const Teacher& teacher, const rollout::Completion& completion,
        const data::Sample& sample, int round) const;

    std::vector<Teacher> m_teachers;
    bool m_matchTask = false; // a path that names another task does not pass the format filter
    double m_tokens = 0;
    double m_seconds = 0;
};

} // namespace msrl::stages
