// SPDX-License-Identifier: GPL-3.0-or-later
// One item of the auditor's queue, and what can be asked of it. The machine's and the people's word are kept
// apart.
#pragma once

#include "core/store/rows.h"

#include <QString>

#include <cstdint>
#include <string>
#include <vector>

namespace msrl::models {

enum class ItemStatus { Undecided, Accepted, Rejected, Overridden, Flagged };
enum class MachineChoice { Chosen, Tie, NoPath };
// How far the votes lie apart: level, at most a quarter of the paths, more, or all on one side.
enum class VoteMargin { Tie, Narrow, Clear, Unanimous };
// The chosen path's confidence as a share: below 1/2, below 0.7, below 0.9, from there on; or there is none.
enum class ConfidenceBand { Low, Middling, High, Highest, None };
// How many of the paths pass the format filter.
enum class FormatShare { All, Some, None };
enum class GoldAgreement { Agrees, Differs, NoLabel, NoGold };
// Who decided: nobody, only the auditor at this desk, only others, or both, alike or not. Two others who
// differ count as differing. Earlier: nobody about these paths, but somebody about earlier ones of the item.
enum class Review { Nobody, Mine, Others, Alike, Differ, Earlier };

// What auditors said about the caption: unjudged while nobody decided, fine when nobody who did called it
// wrong.
enum class CaptionVerdict { Unjudged, Fine, Wrong };

// The auditor at this desk has not decided: a blind one is told nothing yet.
inline bool isUnseen(Review review)
{
    return review == Review::Nobody || review == Review::Others || review == Review::Earlier;
}

// An auditor's newest word about an item.
struct Opinion
{
    std::uint16_t auditor = 0; // number within the queue
    ItemStatus verdict = ItemStatus::Undecided; // undecided: taken back
    std::int64_t rowid = 0; // of the decision
    bool wrongCaption = false;
};

struct QueueItem
{
    store::CandidateSummary summary;
    std::vector<Opinion> opinions; // at most one per auditor, about the item as it is
    bool hasEarlier = false; // somebody decided about other paths than these

    // The newest opinion that was not taken back.
    ItemStatus status() const;
    MachineChoice machine() const;
    VoteMargin margin() const;
    FormatShare format() const;
    GoldAgreement gold() const;
    Review review(std::uint16_t me) const;
    CaptionVerdict caption() const;
    // Decided about earlier paths, and to be decided again.
    bool isToDecideAgain() const { return hasEarlier && status() == ItemStatus::Undecided; }
    // The chosen path's confidence by `measure`; NaN without a chosen path.
    double confidence(const std::string& measure) const;
    ConfidenceBand band(const std::string& measure) const;
};

ItemStatus statusOfVerdict(const std::string& verdict);

QString itemStatusText(ItemStatus status);
QString machineChoiceText(MachineChoice choice);
QString voteMarginText(VoteMargin margin);
QString confidenceBandText(ConfidenceBand band);
QString formatShareText(FormatShare share);
QString goldAgreementText(GoldAgreement agreement);
QString reviewText(Review review);
QString captionVerdictText(CaptionVerdict verdict);
// "25 Nov 14:02 Ann: accepted, before undecided — the caption is right"; digest: of the candidate as it is.
QString decisionText(const store::DecisionRow& row, const std::string& digest = {});
// DecisionRow::caption of a caption that does not tell what the media show.
inline constexpr const char* kWrongCaption = "wrong";
// "image_understanding" -> "image understanding"
QString taskText(const std::string& taskType);
// NaN where the measure is not defined for the path.
double pathConfidence(const store::CandidatePath& path, const std::string& measure);
// A confidence as a share of a bar: a mean log-probability becomes the mean token's probability.
double confidenceShare(const std::string& measure, double value);

} // namespace msrl::models
