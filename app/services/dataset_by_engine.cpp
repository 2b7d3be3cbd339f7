// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/dataset_by_engine.h"

#include "core/base/files.h"
#include "core/curriculum/project.h"

#include <QFile>
#include <QProcess>
#include <QUuid>

namespace msrl::services {

namespace {

constexpr int kStopMs = 100; // between looks at whether it is still wanted
constexpr const char* kDatasetNode = "data";

// A project of the dataset alone.
std::string projectOf(const base::Json& params)
{
    curriculum::Project project;
    project.name = "dataset";
    curriculum::Node node;
    node.id = kDatasetNode;
    node.type = "dataset";
    node.params = params;
    project.nodes = { node };
    return curriculum::serialiseProject(project);
}

base::Result<DatasetRows> answerOf(QProcess& process, const std::atomic<bool>& stopped)
{
    if (!process.waitForStarted())
        return base::failed("msrl-engine cannot be started: " + process.errorString().toStdString());
    while (process.state() != QProcess::NotRunning && !process.waitForFinished(kStopMs)) {
        if (!stopped)
            continue;
        process.kill();
        process.waitForFinished();
        return base::stopped("the dataset is no longer looked at");
    }
    const std::string output = process.readAllStandardOutput().toStdString();
    if (process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0)
        return readDatasetRows(output);
    const QString said = QString::fromUtf8(process.readAllStandardError()).trimmed();
    return base::failed(said.isEmpty() ? "msrl-engine ended without a word about the dataset"
                                       : said.section(QLatin1Char('\n'), -1).toStdString());
}

} // namespace

base::Result<DatasetRows> readDatasetRows(const std::string& text)
{
    const std::string place = "msrl-engine preview";
    const auto json = base::parseJson(text, place);
    if (!json)
        return json.error();
    if (!json->is_object() || !json->contains("counts") || !json->contains("samples"))
        return base::badInput("there are no counts and samples", place, "install the same version of both");
    auto counts = data::inspectionFromJson((*json)["counts"], place);
    if (!counts)
        return counts.error();
    DatasetRows rows { *std::move(counts), {} };
    for (const base::Json& row : (*json)["samples"]) {
        auto sample = data::sampleFromJson(row, place, "/");
        if (!sample)
            return sample.error();
        rows.first.push_back(*std::move(sample));
    }
    return rows;
}

base::Result<DatasetRows> datasetByEngine(const QString& program, const base::Json& params,
    const std::string& folder, const QString& pictures, const std::atomic<bool>& stopped)
{
    const QString file
        = QStringLiteral("%1/%2.msrl").arg(pictures, QUuid::createUuid().toString(QUuid::Id128));
    if (const base::Status written = base::writeFileAtomically(file.toStdString(), projectOf(params));
        !written)
        return written.error();
    QProcess process;
    process.start(program,
        { QStringLiteral("preview"), file, QStringLiteral("--folder"), QString::fromStdString(folder),
            QStringLiteral("--samples"), QString::fromLatin1(kDatasetNode), QStringLiteral("--pictures"),
            pictures, QStringLiteral("--json") },
        QIODevice::ReadOnly);
    base::Result<DatasetRows> rows = answerOf(process, stopped);
    QFile::remove(file);
    return rows;
}

} // namespace msrl::services
