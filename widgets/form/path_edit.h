// SPDX-License-Identifier: GPL-3.0-or-later
// A line for a path with a button that opens the file dialog. Paths inside the base folder are kept relative.
#pragma once

#include <QWidget>

class QLineEdit;

namespace msrl::widgets {

class PathEdit : public QWidget
{
    Q_OBJECT

public:
    PathEdit(bool isFolder, QWidget* parent = nullptr);

    void setPath(const QString& path);
    void setBaseFolder(const QString& folder) { m_base = folder; }
    QLineEdit* line() { return m_line; }

Q_SIGNALS:
    void pathEdited(const QString& path);

private:
    void choose();
    void commit(const QString& path);

    bool m_isFolder;
    QString m_base;
    QString m_path;
    QLineEdit* m_line = nullptr;
};

} // namespace msrl::widgets
