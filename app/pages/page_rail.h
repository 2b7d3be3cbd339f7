// SPDX-License-Identifier: GPL-3.0-or-later
// The rail at the window's left edge: one button per page, all on one axis.
#pragma once

#include <QWidget>

class QAction;
class QButtonGroup;
class QVBoxLayout;

namespace msrl::pages {

class Page;

class PageRail : public QWidget
{
    Q_OBJECT

public:
    explicit PageRail(QWidget* parent = nullptr);

    // A button that triggers `action`, which shows the page.
    void addPage(const Page& page, QAction& action);
    void setCurrent(int index);

private:
    QVBoxLayout* m_layout = nullptr;
    QButtonGroup* m_buttons = nullptr;
};

} // namespace msrl::pages
