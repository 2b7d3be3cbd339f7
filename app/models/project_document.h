// SPDX-License-Identifier: GPL-3.0-or-later
// The open project: what it is, where it is kept, what is wrong with it, and the way back of every change.
// Only commands change the project while it is open.
#pragma once

#include "core/base/result.h"
#include "core/curriculum/project.h"
#include "core/curriculum/validate.h"

#include <QObject>
#include <QString>
#include <QUndoStack>

#include <optional>
#include <string>
#include <vector>

namespace msrl::models {

// GUI thread.
class ProjectDocument : public QObject
{
    Q_OBJECT

public:
    explicit ProjectDocument(QObject* parent = nullptr);

    const curriculum::Project& project() const { return m_project; }
    const std::vector<curriculum::Problem>& problems() const { return m_problems; }
    int numErrors() const;
    // Shows what an engine refused beside the problems found here, until the next change or recheck(). Does
    // nothing when it is about no stage of this project.
    void addRefusal(const curriculum::Problem& problem);
    // Looks again, as after a change: files may have come.
    void recheck() { noteChange(); }
    QUndoStack& undoStack() { return m_undo; }
    // Absolute; empty: never saved.
    QString path() const { return m_path; }
    QString folder() const; // empty: never saved
    QString title() const; // the project's name, else the file's, else "Untitled"
    bool isModified() const { return !m_undo.isClean(); }
    std::string text() const; // as it would be saved

    // A file that cannot be read or understood leaves the open project as it is.
    base::Status open(const QString& path);
    void reset(const curriculum::Project& project, const QString& path = {});
    // As reset, with unsaved work that was found in a journal.
    void restore(const curriculum::Project& project, const QString& path);
    // Refused when the target is not a project that this program understands, or when the file was changed by
    // somebody else since it was opened.
    base::Status save();
    base::Status saveAs(const QString& path);

    // For commands: changes without a way back. REQUIRES: ids exist, indices are those of a removal or the
    // end.
    void insertNode(const curriculum::Node& node, std::size_t index);
    void removeNode(const std::string& id);
    void insertEdge(const curriculum::Edge& edge, std::size_t index);
    void removeEdge(const curriculum::Edge& edge);
    void insertFrame(const curriculum::Frame& frame, std::size_t index);
    void removeFrame(const std::string& id);
    void setFrame(const curriculum::Frame& frame); // all but its id
    // nullopt: the field's default.
    void setField(const std::string& node, const std::string& field, const std::optional<base::Json>& value);
    // Everything of a node except its id, type and parameters: position, title, comment, bypassed, frozen.
    void setNodeFace(const std::string& id, const curriculum::Node& face);
    void setSeed(std::uint64_t seed);
    void setName(const std::string& name);

    // Several changes as one: changed() once at the end.
    class Batch
    {
    public:
        explicit Batch(ProjectDocument& document);
        ~Batch();
        Batch(const Batch&) = delete;
        Batch& operator=(const Batch&) = delete;

    private:
        ProjectDocument& m_document;
    };

Q_SIGNALS:
    void changed(); // the graph or a value
    void modifiedChanged(bool modified);
    void pathChanged(const QString& path);
    void replaced(); // another project is open now; after changed()

private:
    void noteChange();
    void adopt(const curriculum::Project& project, const QString& path);
    base::Status write(const QString& path);

    curriculum::Project m_project;
    std::vector<curriculum::Problem> m_problems;
    QUndoStack m_undo;
    QString m_path;
    std::optional<std::string> m_onDisk; // what the file held when it was last read or written
    int m_batchDepth = 0;
    bool m_changedInBatch = false;
};

} // namespace msrl::models
