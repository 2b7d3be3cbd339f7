// SPDX-License-Identifier: GPL-3.0-or-later
// Below the stage library: what can be studied about the open project. A button starts a study at once; the
// small one beside it asks first.
#pragma once

#include <QWidget>

class QAction;
class QVBoxLayout;

namespace msrl::pages {

class ActionRegistry;

class StudiesPanel : public QWidget
{
    Q_OBJECT

public:
    explicit StudiesPanel(QWidget* parent = nullptr);

    // Shows those of the window's studies that are registered; hidden without any.
    void setActions(const ActionRegistry& actions);

private:
    void addStudy(QAction& start, QAction& choose, const QString& name);

    QVBoxLayout* m_layout = nullptr;
};

} // namespace msrl::pages
