// SPDX-License-Identifier: GPL-3.0-or-later
// What went wrong, where, and what to do about it: the one error type of both programs.
#pragma once

#include <string>

namespace msrl::base {

// How a failure ends the process. The numeric values are the documented exit codes.
enum class ErrorCode {
    BadInput = 2, // refused before any work: nothing was written or changed
    Stopped = 3, // ended on request of a person
    Failed = 4, // work had begun and could not be finished
};

struct Error
{
    ErrorCode code = ErrorCode::Failed;
    std::string what; // what failed and why, with the value: "gold is 'C', expected A or B"
    std::string place; // file, row, node and field, or sample id: "data/train.jsonl:12, field gold"
    std::string hint; // what to do; may be empty

    // One line: "PLACE: WHAT (HINT)".
    std::string message() const;
};

Error badInput(std::string what, std::string place = {}, std::string hint = {});
Error failed(std::string what, std::string place = {}, std::string hint = {});
Error stopped(std::string what);

// The same error seen from further out: puts `outer` before the place.
Error within(Error error, const std::string& outer);

} // namespace msrl::base
