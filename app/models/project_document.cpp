// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/project_document.h"

#include "core/base/files.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace msrl::models {

namespace {

constexpr std::uint64_t kMaxFileBytes = std::uint64_t { 64 } << 20;

base::Error changedElsewhere(const QString& path)
{
    return base::badInput("the file was changed by another program since it was opened", path.toStdString(),
        "save under another name, or open it again and lose the changes made here");
}

} // namespace

ProjectDocument::ProjectDocument(QObject* parent)
    : QObject(parent)
{
    connect(&m_undo, &QUndoStack::cleanChanged, this, [this](bool clean) { Q_EMIT modifiedChanged(!clean); });
    m_problems = curriculum::validate(m_project);
}

int ProjectDocument::numErrors() const
{
    return static_cast<int>(std::count_if(m_problems.begin(), m_problems.end(),
        [](const curriculum::Problem& p) { return p.severity == curriculum::Severity::Error; }));
}

void ProjectDocument::addRefusal(const curriculum::Problem& problem)
{
    if (!m_project.node(problem.nodeId))
        return;
    m_problems.insert(m_problems.begin(), problem);
    Q_EMIT changed();
}

QString ProjectDocument::folder() const
{
    return m_path.isEmpty() ? QString() : QFileInfo(m_path).absolutePath();
}

QString ProjectDocument::title() const
{
    if (!m_path.isEmpty())
        return QFileInfo(m_path).fileName();
    return m_project.name.empty() ? tr("Untitled") : QString::fromStdString(m_project.name);
}

std::string ProjectDocument::text() const
{
    return curriculum::serialiseProject(m_project);
}

base::Status ProjectDocument::open(const QString& path)
{
    const std::string file = QFileInfo(path).absoluteFilePath().toStdString();
    base::Result<std::string> content = base::readFile(file, kMaxFileBytes);
    if (!content)
        return content.error();
    base::Result<curriculum::Project> project = curriculum::parseProject(*content, file);
    if (!project)
        return project.error();
    m_onDisk = *content;
    adopt(*project, QString::fromStdString(file));
    return {};
}

void ProjectDocument::reset(const curriculum::Project& project, const QString& path)
{
    m_onDisk.reset();
    adopt(project, path);
}

void ProjectDocument::restore(const curriculum::Project& project, const QString& path)
{
    m_onDisk.reset();
    if (!path.isEmpty())
        if (base::Result<std::string> content = base::readFile(path.toStdString(), kMaxFileBytes))
            m_onDisk = *content;
    adopt(project, path);
    m_undo.resetClean(); // unsaved by definition
}

base::Status ProjectDocument::save()
{
    Q_ASSERT(!m_path.isEmpty());
    if (QFileInfo::exists(m_path)) {
        const base::Result<std::string> now = base::readFile(m_path.toStdString(), kMaxFileBytes);
        if (!now)
            return now.error();
        if (!m_onDisk || *now != *m_onDisk)
            return changedElsewhere(m_path);
    }
    return write(m_path);
}

base::Status ProjectDocument::saveAs(const QString& path)
{
    const QString target = QFileInfo(path).absoluteFilePath();
    if (target == m_path)
        return save();
    if (QFileInfo::exists(target)) {
        // Never over something that is not ours, nor over a newer program's file.
        if (const auto other = curriculum::loadProject(target.toStdString()); !other)
            return base::within(other.error(), "not overwritten");
    }
    return write(target);
}

void ProjectDocument::insertNode(const curriculum::Node& node, std::size_t index)
{
    m_project.nodes.insert(m_project.nodes.begin() + static_cast<std::ptrdiff_t>(index), node);
    noteChange();
}

void ProjectDocument::removeNode(const std::string& id)
{
    std::erase_if(m_project.nodes, [&](const curriculum::Node& node) { return node.id == id; });
    noteChange();
}

void ProjectDocument::insertEdge(const curriculum::Edge& edge, std::size_t index)
{
    m_project.edges.insert(m_project.edges.begin() + static_cast<std::ptrdiff_t>(index), edge);
    noteChange();
}

void ProjectDocument::removeEdge(const curriculum::Edge& edge)
{
    std::erase_if(m_project.edges, [&](const curriculum::Edge& one) { return one.joinsAs(edge); });
    noteChange();
}

void ProjectDocument::insertFrame(const curriculum::Frame& frame, std::size_t index)
{
    m_project.frames.insert(m_project.frames.begin() + static_cast<std::ptrdiff_t>(index), frame);
    noteChange();
}

void ProjectDocument::removeFrame(const std::string& id)
{
    std::erase_if(m_project.frames, [&](const curriculum::Frame& frame) { return frame.id == id; });
    noteChange();
}

void ProjectDocument::setFrame(const curriculum::Frame& frame)
{
    curriculum::Frame* target = m_project.frame(frame.id);
    Q_ASSERT(target);
    *target = frame;
    noteChange();
}

void ProjectDocument::setField(
    const std::string& node, const std::string& field, const std::optional<base::Json>& value)
{
    curriculum::Node* target = m_project.node(node);
    Q_ASSERT(target);
    if (value)
        target->params[field] = *value;
    else
        target->params.erase(field);
    noteChange();
}

void ProjectDocument::setNodeFace(const std::string& id, const curriculum::Node& face)
{
    curriculum::Node* target = m_project.node(id);
    Q_ASSERT(target);
    target->x = face.x;
    target->y = face.y;
    target->title = face.title;
    target->comment = face.comment;
    target->bypassed = face.bypassed;
    target->frozen = face.frozen;
    noteChange();
}

void ProjectDocument::setSeed(std::uint64_t seed)
{
    m_project.seed = seed;
    noteChange();
}

void ProjectDocument::setName(const std::string& name)
{
    m_project.name = name;
    noteChange();
}

ProjectDocument::Batch::Batch(ProjectDocument& document)
    : m_document(document)
{
    ++m_document.m_batchDepth;
}

ProjectDocument::Batch::~Batch()
{
    if (--m_document.m_batchDepth == 0 && m_document.m_changedInBatch) {
        m_document.m_changedInBatch = false;
        m_document.noteChange();
    }
}

void ProjectDocument::noteChange()
{
    if (m_batchDepth > 0) {
        m_changedInBatch = true;
        return;
    }
    m_problems = curriculum::validate(m_project, folder().toStdString());
    Q_EMIT changed();
}

void ProjectDocument::adopt(const curriculum::Project& project, const QString& path)
{
    m_project = project;
    m_path = path;
    m_undo.clear();
    m_undo.setClean();
    noteChange();
    Q_EMIT pathChanged(m_path);
    Q_EMIT modifiedChanged(false);
    Q_EMIT replaced();
}

base::Status ProjectDocument::write(const QString& path)
{
    const std::string content = text();
    if (base::Status written = base::writeFileAtomically(path.toStdString(), content); !written)
        return written;
    m_onDisk = content;
    const bool moved = path != m_path;
    m_path = path;
    m_undo.setClean();
    if (moved) {
        noteChange(); // relative paths mean something else now
        Q_EMIT pathChanged(m_path);
    }
    return {};
}

} // namespace msrl::models
