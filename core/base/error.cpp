// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"

namespace msrl::base {

std::string Error::message() const
{
    std::string line = place.empty() ? what : place + ": " + what;
    if (!hint.empty())
        line += " (" + hint + ")";
    for (char& c : line) {
        if (c == '\n' || c == '\r')
            c = ' '; // the contract is one line, whatever a library's text holds
    }
    return line;
}

Error badInput(std::string what, std::string place, std::string hint)
{
    return { ErrorCode::BadInput, std::move(what), std::move(place), std::move(hint) };
}

Error failed(std::string what, std::string place, std::string hint)
{
    return { ErrorCode::Failed, std::move(what), std::move(place), std::move(hint) };
}

Error stopped(std::string what)
{
    return { ErrorCode::Stopped, std::move(what), {}, {} };
}

Error within(Error error, const std::string& outer)
{
    error.place = error.place.empty() ? outer : outer + ", " + error.place;
    return error;
}

} // namespace msrl::base
