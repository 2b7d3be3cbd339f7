// SPDX-License-Identifier: GPL-3.0-or-later
// The stages that can be added, with a search on top: drag one onto the canvas, or press Enter on it.
#pragma once

#include "app/models/node_library_model.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QListView;

namespace msrl::pages {

class StageLibrary : public QWidget
{
    Q_OBJECT

public:
    // dragType: the MIME type that the canvas takes.
    explicit StageLibrary(const QString& dragType, QWidget* parent = nullptr);

    void focusSearch();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

Q_SIGNALS:
    void addRequested(const QString& type);

private:
    void showHint();

    models::NodeLibraryModel m_model;
    QLineEdit* m_search = nullptr;
    QListView* m_list = nullptr;
    QLabel* m_hint = nullptr;
};

} // namespace msrl::pages
