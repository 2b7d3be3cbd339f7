// SPDX-License-Identifier: GPL-3.0-or-later
// Short ways to write rows of the field table, and the groups of fields that several node types share.
#pragma once

#include "core/curriculum/fields.h"

#include <vector>

namespace msrl::curriculum {

struct FieldText
{
    std::string name;
    std::string label;
    std::string help;
    std::string unit = {};
};

FieldSpec integerField(
    FieldText text, std::int64_t value, double minimum, std::optional<double> maximum = {});
FieldSpec realField(FieldText text, double value, double minimum, std::optional<double> maximum = {});
FieldSpec booleanField(FieldText text, bool value);
FieldSpec choiceField(FieldText text, std::vector<std::string> choices); // the first is the default
FieldSpec confidenceField(FieldText text); // one of judge::confidenceMeasures()
FieldSpec textField(FieldText text, std::string value);
FieldSpec pathField(FieldText text, FieldContent content);

FieldSpec when(FieldSpec field, std::string other, std::vector<base::Json> values);
FieldSpec live(FieldSpec field);
FieldSpec required(FieldSpec field);
FieldSpec notHashed(FieldSpec field);
FieldSpec hashedOnlyWhenSet(FieldSpec field);

using Fields = std::vector<FieldSpec>;
// Puts every field of `fields` into a section and appends them.
void addSection(Fields& all, const std::string& section, Fields fields);

struct OptimiserDefaults
{
    double lr;
    std::string schedule;
    double warmup;
    double weightDecay;
    std::string trained;
};
// Section "Optimiser": what is trained, learning rate, schedule, AdamW, clipping.
void addOptimiserFields(Fields& all, const OptimiserDefaults& defaults);
// Section "Limits": prompt and completion lengths, token budget of a micro-batch.
void addLimitFields(Fields& all, std::int64_t maxNewTokens);
// Section "Sampling": temperature, top-p, top-k, stop text.
void addSamplingFields(Fields& all, double temperature);
// Section "Vision cache": room for the image features of a frozen vision tower. REQUIRES: the fields of
// addOptimiserFields().
void addFeatureFields(Fields& all);
// Section "Checkpoints".
void addCheckpointFields(Fields& all);
// Section "Prompt": the template set.
void addPromptFields(Fields& all);

} // namespace msrl::curriculum
