// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/path_edit.h"

#include "widgets/theme/icons.h"

#include <QDir>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>

namespace msrl::widgets {

PathEdit::PathEdit(bool isFolder, QWidget* parent)
    : QWidget(parent)
    , m_isFolder(isFolder)
    , m_line(new QLineEdit(this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(m_line, 1);
    auto* button = new QToolButton(this);
    button->setIcon(icon(QStringLiteral("folder")));
    button->setToolTip(isFolder ? tr("Choose a folder") : tr("Choose a file"));
    button->setAccessibleName(button->toolTip());
    layout->addWidget(button);
    setFocusProxy(m_line);
    connect(button, &QToolButton::clicked, this, &PathEdit::choose);
    connect(m_line, &QLineEdit::editingFinished, this, [this] { commit(m_line->text().trimmed()); });
}

void PathEdit::setPath(const QString& path)
{
    m_path = path;
    if (!m_line->hasFocus() || !m_line->isModified()) {
        m_line->setText(path);
        m_line->setToolTip(path);
    }
}

void PathEdit::choose()
{
    const QString start = QDir(m_base).absoluteFilePath(m_path);
    const QString chosen = m_isFolder ? QFileDialog::getExistingDirectory(this, tr("Choose a folder"), start)
                                      : QFileDialog::getOpenFileName(this, tr("Choose a file"), start);
    if (chosen.isEmpty())
        return;
    const QString relative = QDir(m_base).relativeFilePath(chosen);
    commit(m_base.isEmpty() || relative.startsWith(QStringLiteral("..")) ? chosen : relative);
}

void PathEdit::commit(const QString& path)
{
    m_line->setModified(false);
    if (path == m_path)
        return;
    m_path = path;
    m_line->setText(path);
    Q_EMIT pathEdited(path);
}

} // namespace msrl::widgets
