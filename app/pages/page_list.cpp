// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/page_list.h"

#include "app/pages/audit_page.h"
#include "app/pages/compare_page.h"
#include "app/pages/design_page.h"
#include "app/pages/evaluate_page.h"
#include "app/pages/run_page.h"

namespace msrl::pages {

QStringList pageIds()
{
    return { QStringLiteral("design"), QStringLiteral("run"), QStringLiteral("audit"),
        QStringLiteral("evaluate"), QStringLiteral("compare") };
}

std::vector<Page*> makePages(const PageContext& context, QWidget* parent)
{
    return { new DesignPage(context, parent), new RunPage(context, parent), new AuditPage(context, parent),
        new EvaluatePage(context, parent), new ComparePage(context, parent) };
}

} // namespace msrl::pages
