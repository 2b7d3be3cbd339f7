// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/batch/fault_text.h"

#include <c10/util/Exception.h>

#include <algorithm>

namespace msrl::batch {

std::string faultText(const std::exception& fault)
{
    const auto* tensorFault = dynamic_cast<const c10::Error*>(&fault);
    std::string text = tensorFault != nullptr ? tensorFault->what_without_backtrace() : fault.what();
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

} // namespace msrl::batch
