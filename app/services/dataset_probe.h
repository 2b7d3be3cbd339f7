// SPDX-License-Identifier: GPL-3.0-or-later
// What a dataset node stands for, read beside the window: counts, and its first samples as the judge is given
// them.
#pragma once

#include "core/base/json.h"
#include "core/data/inspection.h"
#include "core/text/prompts.h"

#include <QObject>
#include <QString>
#include <QTemporaryDir>
#include <QThreadPool>

#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace msrl::services {

struct PromptPiece
{
    enum class Role { Template, Data, Special, Target };
    Role role = Role::Template;
    std::string text;
};

struct DatasetRow
{
    std::string id, task, gold, source;
    std::string query;
    std::vector<PromptPiece> prompt; // pictures stand as one mark each
    std::string refused; // why the sample has no prompt
};

struct DatasetFacts
{
    std::string problem; // why the data could not be read; empty: it was
    data::Inspection counts;
    std::vector<DatasetRow> first;
    std::vector<data::Sample> samples; // of these rows
};

struct DatasetQuestion
{
    base::Json params; // of the node, every field
    std::string folder; // the project's
    std::string prompts = "msrl"; // the field of the stage that reads the samples
    text::PromptMode mode = text::PromptMode::Visual;
    std::string engine = {}; // asked for files that the studio does not read itself; empty: there is none

    bool operator==(const DatasetQuestion&) const = default;
};

// One mark for each picture or frame: tiles are the engine's to count.
base::Result<std::vector<int>> oneMarkPerFrame(const data::Media& media);
// A rendered prompt and what is to be learnt as pieces of one role each.
std::vector<PromptPiece> promptPieces(const text::RenderedPrompt& prompt, const std::string& target);
// What the engine is asked for it.
struct EngineReading
{
    QString pictures; // a folder for images that stand inside rows
    const std::atomic<bool>& stopped;
};
// At once, in the calling thread.
DatasetFacts readDataset(const DatasetQuestion& question, const EngineReading& reading);

// GUI thread; files are read in threads of its own, one after the other.
class DatasetProbe : public QObject
{
    Q_OBJECT

public:
    explicit DatasetProbe(QObject* parent = nullptr);
    ~DatasetProbe() override; // waits for what is being read

    // What is known of the files as they are now; null while it is being read, which this begins.
    const DatasetFacts* look(const DatasetQuestion& question);

Q_SIGNALS:
    void changed(); // a file was read

private:
    struct Known
    {
        // Modification times of the file and of the project's own prompt set, in ms; nothing: never read.
        std::optional<qint64> stamp;
        bool reading = false;
        DatasetFacts facts;
    };

    std::map<std::string, Known> m_known; // by question
    QTemporaryDir m_pictures;
    std::atomic<bool> m_stopped { false };
    QThreadPool m_readers;
};

} // namespace msrl::services
