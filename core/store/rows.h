// SPDX-License-Identifier: GPL-3.0-or-later
// What a run writes about itself, as plain values: the engine produces these rows, core/store keeps them in
// run.db, the studio reads them back. One definition for both programs.
#pragma once

#include "core/base/json.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace msrl::store {

// A plan step's state. Names as stored: queued, running, awaiting-audit, done, reused, bypassed, stopped,
// failed.
enum class StageState { Queued, Running, AwaitingAudit, Done, Reused, Bypassed, Stopped, Failed };
const char* stageStateName(StageState state);
std::optional<StageState> stageStateFromName(const std::string& name);

struct StageRow
{
    std::string stage; // plan step id: the node id, or "evaluate:NODE" for the evaluation of one policy
    std::string nodeId;
    std::string nodeType;
    std::string title;
    std::string hash; // artefact address
    int position = 0; // order in the plan
    StageState state = StageState::Queued;
    std::int64_t step = 0; // progress: finished steps
    std::int64_t total = 0; // progress: planned steps, 0 while unknown
    std::int64_t startedMs = 0;
    std::int64_t endedMs = 0;
    std::string message; // one line about a failure or a wait
};

// One point of one curve. Names are slash paths: reward, reward/NAME for each of judge::rewardTypes(),
// reward/std, reward/length (the overlong penalty), accuracy, kl, entropy, loss, lr, grad_norm, clip_low,
// clip_high, advantage/std, zero_variance, completion_length/mean|min|max|clipped, logprob/mean,
// logprob_diff/mean|max|k3, tokens_per_second/rollout|update, memory/rss_mb, replay_ratio, replay_ratio/set,
// replay_use/least|mean|most, sampling/prompts, nonfinite_skips, probe/accuracy|both_orders|format,
// eval/accuracy|both_orders|format|type|caption_exact.
struct MetricRow
{
    std::int64_t rowid = 0; // set by the store
    std::string stage;
    std::int64_t step = 0;
    std::string name;
    std::string source; // "", or "new" / "replay", or an evaluation set
    double value = 0;
    std::int64_t timeMs = 0;
};

enum class EventLevel { Debug, Info, Warning, Error };
const char* eventLevelName(EventLevel level);

// A dated remark. Kinds: run-start, run-end, settings (changed since the last start), left-out (a stage that
// nothing feeds any more; once a run), stage, checkpoint, resume, gate, parameter (changed while it ran),
// replay (a point of the ratio's schedule), replay-use (which samples came most), reference, features (of a
// frozen vision tower), wait (for another run), result, health, log.
struct EventRow
{
    std::int64_t rowid = 0;
    EventLevel level = EventLevel::Info;
    std::string kind;
    std::string stage;
    std::int64_t step = -1;
    std::string text;
    base::Json data = base::Json::object();
    std::int64_t timeMs = 0;
};

// Of a completion so many tokens are kept with what they were worth: about 36 KiB beside the texts of a row.
inline constexpr std::size_t kMostSampleTokens = 4096;

// One completion of an RL step (or of an evaluation) with everything that was decided about it.
struct SampleRow
{
    std::int64_t rowid = 0;
    std::string stage;
    std::int64_t step = 0;
    int promptIndex = 0; // within the step's batch
    int completionIndex = 0; // within the group
    std::string sampleId;
    std::string taskType;
    std::string source; // "new" or "replay", or the evaluation set
    std::string prompt;
    std::string completion;
    std::string gold; // "A", "B" or empty
    std::string answer; // extracted, or empty
    // Reward parts by name (accuracy, format, task); null = not applicable.
    base::Json rewardParts = base::Json::object();
    double reward = 0;
    double advantage = 0;
    double meanLogprob = 0;
    int numTokens = 0;
    std::string finishReason; // "stop" or "length"
    // What the model was shown: absolute paths of image files (the run keeps those of images inside rows) and
    // of folders whose frames are all shown; of a video listed by frame, a list of them; of any other video
    // {"video": path, "frames": how many, "frame_rule": "original"|"hf"}.
    base::Json media = base::Json::array();
    // Of its first kMostSampleTokens tokens; all three are empty for an evaluation and in files before
    // schema 5.
    std::vector<std::uint32_t> tokenBytes; // that it adds to the completion: 0 for the end of the turn and
                                           // for a token that leaves a character open
    std::vector<float> tokenLogprobs; // as meanLogprob
    std::vector<float> tokenEntropies; // of the distribution that it was drawn from, at temperature 1
};

// One reasoning path that the teacher wrote for one item.
struct CandidatePath
{
    std::string text;
    std::string answer; // parsed, or empty
    bool formatOk = false;
    int numTokens = 0;
    // Confidence measures by name: mean_logprob, vote_share, …; null when undefined.
    base::Json confidence = base::Json::object();
    std::vector<float> tokenLogprobs;
    std::vector<std::string> tokens; // the text of each token, same length as tokenLogprobs
    std::string teacher; // plan step of the judge that wrote it; empty where there is only one
    int round = 1; // 2: written when the first paths left the item undecided
};

// One CMKD item: the sample, the teacher's paths, the votes and the machine's choice.
struct CandidateRow
{
    std::int64_t rowid = 0;
    std::string stage; // the CMKD node's step
    std::string sampleId;
    std::string taskType;
    std::string source; // of the sample
    std::string query;
    std::string responseA;
    std::string responseB;
    std::string caption; // [c], what the teacher read and the student will be taught to write
    std::string gold; // "" when unlabelled
    base::Json media = base::Json::array(); // [{"role": "context"|"A"|"B", "kind": "image"|"video", "files":
                                            // [absolute paths]}]
    std::vector<CandidatePath> paths;
    int votesA = 0;
    int votesB = 0;
    std::string label; // majority, or gold in label mode gold; empty on a tie
    double voteShare = 0;
    int chosen = -1; // index of o*, -1: left to the auditor
    std::string reason; // why that path, or why none: "tie 4:4", "no path with the right format"
    std::string prompt; // the student's prompt text, for display
    std::string target; // the student's completion built from [c, o*]; empty when chosen is -1
};

struct NamedValue
{
    std::string name;
    double value = 0;
};

// What a list of candidates needs, without the texts: there may be a hundred thousand.
struct CandidateSummary
{
    std::int64_t rowid = 0;
    std::string sampleId;
    std::string taskType;
    std::string source; // of the sample; empty in files of schema 1
    std::string gold;
    std::string label;
    int numPaths = 0;
    int numFormatOk = 0;
    int votesA = 0;
    int votesB = 0;
    double voteShare = 0;
    int chosen = -1;
    int numTokens = 0; // of the longest path
    std::string teacher; // of the chosen path; empty without one, and where there is only one teacher
    std::string digest; // names all that an auditor sees of it: paths, votes, choice, caption, sample
    // Of the chosen path, without the undefined ones; empty when none is chosen.
    std::vector<NamedValue> confidence;
};

// By sample id, of one stage.
using CandidateDigests = std::unordered_map<std::string, std::string>;

// A stage went back to a checkpoint: its rows of later steps were deleted. Whoever holds copies drops them
// too.
struct TruncationRow
{
    std::int64_t rowid = 0;
    std::string stage;
    std::int64_t step = 0; // the last step that was kept; -1: the stage began anew
    std::int64_t timeMs = 0;
};

// A finished evaluation of one policy.
struct EvaluationRow
{
    std::int64_t rowid = 0;
    std::string stage; // plan step, "evaluate:NODE"
    std::string policy; // node id of the evaluated policy
    base::Json report = base::Json::object(); // the object that `msrl-engine report --json` prints per stage
    std::int64_t timeMs = 0;
};

// What an auditor decided. Append-only; the newest row of an item counts.
struct DecisionRow
{
    std::int64_t rowid = 0;
    std::string stage;
    std::string sampleId;
    std::string verdict; // accept, reject, override, flag, pending (an undo)
    int path = -1; // for override: the chosen path, -1 when `text` is the target
    std::string text; // for override: the auditor's own target; empty when a path was chosen
    std::string reason;
    std::string auditor;
    std::string from; // verdict before
    std::string how; // key, mouse, bulk, undo, redo, note, command
    std::string caption; // the verdict on the caption: "wrong"; empty: no word against it
    // CandidateSummary::digest of what was decided about: it says nothing about other paths of the item.
    // Empty: not kept, as in files of schema 2.
    std::string judged;
    std::int64_t timeMs = 0;
    // Not stored. The item's newest row that whoever decides had seen, 0: none. Given, the row is left out
    // where another one counts by now: nobody decides over what they have not seen.
    std::optional<std::int64_t> seen;
};

// The auditor's word that a stage's set may train the student.
struct SignOffRow
{
    std::int64_t rowid = 0;
    std::string stage;
    std::string auditor;
    std::string statement;
    std::string candidatesHash;
    int accepted = 0;
    int rejected = 0;
    std::int64_t timeMs = 0;
};

} // namespace msrl::store
