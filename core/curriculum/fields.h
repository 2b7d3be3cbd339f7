// SPDX-License-Identifier: GPL-3.0-or-later
// The one table of parameters: JSON reading, validation, defaults, the inspector's form, `describe --json`
// and the documentation all come from these specs. A parameter that is not here does not exist.
#pragma once

#include "core/base/json.h"

#include <optional>
#include <string>
#include <vector>

namespace msrl::curriculum {

enum class FieldType { Integer, Real, Boolean, Choice, Text, Path };
const char* fieldTypeName(FieldType type);

// What a value stands for beyond its text: its content, not its name, enters the artefact's address.
// DataFile: with the media that its rows name. File: its bytes.
enum class FieldContent { None, ModelFolder, DataFile, File, PromptSet };

// The field applies only while another field of the same node has one of these values.
struct FieldCondition
{
    std::string field;
    std::vector<base::Json> values;
};

struct FieldSpec
{
    std::string name; // key in the project file
    std::string label; // for people
    std::string section;
    FieldType type = FieldType::Text;
    base::Json defaultValue;
    std::optional<double> minimum; // inclusive, for numbers
    std::optional<double> maximum; // inclusive
    std::vector<std::string> choices;
    std::string unit;
    std::string help; // one or two sentences
    std::vector<FieldCondition> appliesWhen; // all must hold
    FieldContent content = FieldContent::None;
    bool required = false; // text and paths: must not be blank
    bool live = false; // may be changed while the stage runs
    bool affectsResult = true; // part of the artefact's hash
    bool hashedOnlyWhenSet = false; // came later: its default leaves addresses as they were without it
};

// What is wrong with one value, or nothing.
std::optional<std::string> checkFieldValue(const FieldSpec& field, const base::Json& value);
base::Json describeField(const FieldSpec& field);

} // namespace msrl::curriculum
