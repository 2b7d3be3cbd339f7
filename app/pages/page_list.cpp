// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/page_list.h"

namespace msrl::pages {

std::vector<Page*> makePages(const PageContext& context, QWidget* parent)
{
    Q_UNUSED(context)
    Q_UNUSED(parent)
    return {};
}

} // namespace msrl::pages
