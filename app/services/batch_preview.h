// SPDX-License-Identifier: GPL-3.0-or-later
// The first batch of a stage as the model will see it, asked of `msrl-engine preview`.
#pragma once

#include "app/services/dataset_probe.h"
#include "app/services/engine_question.h"
#include "core/base/result.h"

#include <QObject>
#include <QString>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace msrl::services {

struct PreviewRow
{
    std::string source, sample, task, gold;
    std::int64_t tokens = 0;
    std::int64_t targetTokens = 0; // of fine-tuning
    std::vector<std::int64_t> pictures; // tokens of each picture or frame
    std::vector<PromptPiece> pieces;
    std::string refused; // why the sample cannot be used; empty: it can
};

struct PreviewSource
{
    std::string name;
    std::int64_t samples = 0, checked = 0, longestPrompt = 0, refused = 0;
    std::vector<std::string> refusals;
};

struct BatchPreviewFacts
{
    std::int64_t batchSize = 0;
    std::int64_t promptLimit = 0, completionLimit = 0;
    std::vector<PreviewRow> rows;
    std::vector<PreviewSource> sources;
};

// What the engine printed. BadInput: not its words.
base::Result<BatchPreviewFacts> readPreview(const std::string& json);

// GUI thread. One question at a time; an earlier one that waits is dropped.
class BatchPreview : public QObject
{
    Q_OBJECT

public:
    explicit BatchPreview(QObject* parent = nullptr);
    ~BatchPreview() override;

    // `projectText`: the project as it stands, saved or not; paths are relative to `folder`.
    void ask(
        const QString& program, const std::string& projectText, const QString& folder, const QString& node);

Q_SIGNALS:
    void answered(const msrl::services::BatchPreviewFacts& facts);
    void failed(const QString& sentence);

private:
    void removeFile();
    void take(const QByteArray& output);

    EngineQuestion m_question;
    QString m_file; // the project that is asked about
};

} // namespace msrl::services
