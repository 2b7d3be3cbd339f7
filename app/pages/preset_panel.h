// SPDX-License-Identifier: GPL-3.0-or-later
// A stage's values beside those of the paper and of its authors' published scripts, where any of them differ;
// either set is taken with one click.
#pragma once

#include "core/curriculum/project.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QToolButton;
class QTreeWidget;

namespace msrl::pages {

class PresetPanel : public QWidget
{
    Q_OBJECT

public:
    explicit PresetPanel(QWidget* parent = nullptr);

    // Hides itself when the templates have no stage of the node's type.
    void showNode(const curriculum::Node& node);

Q_SIGNALS:
    void taken(const msrl::curriculum::Node& preset);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override; // the table's new width

private:
    void setUpTable();
    QLayout* makeButtons();
    void fillStages();
    void showValues();
    void fitColumns();
    void fitHeight(); // of the table: as many rows as there are, as high as their names need
    void take(const curriculum::Project& preset);

    curriculum::Project m_paper;
    curriculum::Project m_scripts;
    curriculum::Node m_node;
    QToolButton* m_toggle = nullptr;
    QWidget* m_content = nullptr;
    QComboBox* m_stage = nullptr;
    QLabel* m_same = nullptr;
    QTreeWidget* m_table = nullptr;
};

} // namespace msrl::pages
