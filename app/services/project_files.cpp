// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/project_files.h"

#include "core/curriculum/node_types.h"
#include "core/curriculum/project.h"
#include "core/store/run_folder.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include <fmt/format.h>

namespace msrl::services {

namespace {

const QString kArtefacts = QStringLiteral("artefacts");

bool staysHere(const QFileInfo& folder)
{
    return folder.fileName() == kArtefacts || store::RunFolder(folder.filePath().toStdString()).isRunFolder();
}

// Links lead to the file that they stand for, as tar --dereference packs them.
void collect(const QDir& root, const QString& within, ProjectFiles& found, qint64& bytes)
{
    const QDir here(root.filePath(within));
    for (const QFileInfo& entry : here.entryInfoList(QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot)) {
        const QString path
            = within.isEmpty() ? entry.fileName() : within + QLatin1Char('/') + entry.fileName();
        if (entry.isDir()) {
            if (!entry.isSymLink() && !staysHere(entry))
                collect(root, path, found, bytes);
            continue;
        }
        found.files[path] = { entry.size(), entry.lastModified().toSecsSinceEpoch() };
        bytes += entry.size();
    }
}

base::Status checkPaths(const curriculum::Project& project, ProjectFiles& found)
{
    for (const curriculum::Node& node : project.nodes) {
        const curriculum::NodeTypeSpec* spec = curriculum::findNodeType(node.type);
        if (!spec || node.type == "export")
            continue;
        for (const curriculum::FieldSpec& field : spec->fields) {
            const auto value = node.params.find(field.name);
            if (field.type != curriculum::FieldType::Path || value == node.params.end()
                || !value->is_string())
                continue;
            const QString path = QString::fromStdString(value->get<std::string>());
            if (path.startsWith(QLatin1Char('/')))
                found.elsewhere << path;
            else if (QDir::cleanPath(path).startsWith(QLatin1String("..")))
                return base::badInput(
                    fmt::format("'{}' lies outside of the project's folder, which is what is copied",
                        path.toStdString()),
                    "node " + node.id + ", field " + field.name,
                    "give an absolute path that the other machine has, or move it into the folder");
        }
    }
    found.elsewhere.removeDuplicates();
    return {};
}

} // namespace

base::Result<ProjectFiles> filesOfProject(const QString& project)
{
    const auto read = curriculum::loadProject(project.toStdString());
    if (!read)
        return read.error();
    ProjectFiles found;
    found.folder = QFileInfo(project).absolutePath();
    if (base::Status fine = checkPaths(*read, found); !fine)
        return fine.error();
    qint64 bytes = 0;
    collect(QDir(found.folder), {}, found, bytes);
    if (bytes > kMostCopiedBytes)
        return base::badInput(fmt::format("has {} GB, more than the {} GB that are copied", bytes >> 30,
                                  kMostCopiedBytes >> 30),
            found.folder.toStdString(),
            "put large data and models on the other machine and name them by absolute paths");
    return found;
}

FileStates parseFileStates(const QByteArray& lines)
{
    FileStates states;
    for (const QByteArray& line : lines.split('\n')) {
        const qsizetype first = line.indexOf(' ');
        const qsizetype second = line.indexOf(' ', first + 1);
        if (first <= 0 || second < 0)
            continue;
        const qint64 seconds = line.mid(first + 1, second - first - 1).split('.').first().toLongLong();
        states[QString::fromUtf8(line.mid(second + 1))] = { line.left(first).toLongLong(), seconds };
    }
    return states;
}

QStringList filesToCopy(const FileStates& here, const FileStates& there)
{
    QStringList paths;
    for (const auto& [path, state] : here) {
        const auto known = there.find(path);
        if (known == there.end() || known->second != state)
            paths << path;
    }
    return paths;
}

} // namespace msrl::services
