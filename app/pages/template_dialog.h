// SPDX-License-Identifier: GPL-3.0-or-later
// What a new project may begin from, with a sentence for each.
#pragma once

#include <QDialog>

class QListWidget;

namespace msrl::pages {

class TemplateDialog : public QDialog
{
    Q_OBJECT

public:
    explicit TemplateDialog(QWidget* parent = nullptr);

Q_SIGNALS:
    void chosen(const QString& key); // after the dialog has gone

private:
    QListWidget* m_list = nullptr;
};

} // namespace msrl::pages
