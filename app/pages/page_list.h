// SPDX-License-Identifier: GPL-3.0-or-later
// The pages of the studio in the order of the rail. A new page is one line in page_list.cpp.
#pragma once

#include "app/pages/page.h"

#include <QStringList>

#include <vector>

namespace msrl::pages {

// Their ids, as --page takes them.
QStringList pageIds();

// Owned by `parent`.
std::vector<Page*> makePages(const PageContext& context, QWidget* parent);

} // namespace msrl::pages
