// SPDX-License-Identifier: GPL-3.0-or-later
// What a run on another machine needs of a project: the files of its folder, and the places elsewhere that it
// names.
#pragma once

#include "core/base/result.h"

#include <QString>
#include <QStringList>

#include <map>

namespace msrl::services {

struct FileState
{
    qint64 size = 0;
    qint64 modified = 0; // seconds since 1970

    bool operator==(const FileState&) const = default;
};
using FileStates = std::map<QString, FileState>; // by path within the folder

struct ProjectFiles
{
    QString folder;
    FileStates files;
    QStringList elsewhere; // absolute paths that the project names
};

// Refused: a project that cannot be read, a relative path that leads out of the folder, more than
// kMostCopiedBytes.
base::Result<ProjectFiles> filesOfProject(const QString& project);
inline constexpr qint64 kMostCopiedBytes = qint64 { 8 } << 30;

// Lines "SIZE SECONDS PATH" as `find -printf '%s %T@ %P\n'` writes them.
FileStates parseFileStates(const QByteArray& lines);
// Files of `here` that are not the same there.
QStringList filesToCopy(const FileStates& here, const FileStates& there);

} // namespace msrl::services
