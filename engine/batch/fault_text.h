// SPDX-License-Identifier: GPL-3.0-or-later
// What an exception of the tensor library says, as one line.
#pragma once

#include <exception>
#include <string>

namespace msrl::batch {

// The message without the library's stack trace; line ends become spaces.
std::string faultText(const std::exception& fault);

} // namespace msrl::batch
