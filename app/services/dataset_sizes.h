// SPDX-License-Identifier: GPL-3.0-or-later
// How many samples the datasets of a project have, asked of `msrl-engine preview --counts`: it reads every
// format, and files of any size beside the window.
#pragma once

#include "core/base/result.h"
#include "core/curriculum/run_needs.h"

#include <QObject>
#include <QString>

#include <map>
#include <string>

class QProcess;

namespace msrl::services {

struct DatasetCounts
{
    std::map<std::string, curriculum::DatasetSize> known; // by node id
    std::map<std::string, std::string> problems; // by node id: why one could not be counted
};

// What the engine printed. BadInput: not its words.
base::Result<DatasetCounts> readDatasetCounts(const std::string& json);

// GUI thread.
class DatasetSizes : public QObject
{
    Q_OBJECT

public:
    explicit DatasetSizes(QObject* parent = nullptr);
    ~DatasetSizes() override;

    // `folder`: the project's, which paths are looked up in. REQUIRES: nothing was asked before.
    void ask(const QString& program, const std::string& projectText, const QString& folder);

Q_SIGNALS:
    void counted(const msrl::services::DatasetCounts& counts);
    void failed(const QString& sentence);

private:
    void end(int code);
    void drop();

    QProcess* m_process = nullptr;
    QString m_file; // the project as it is now, which may not be saved
};

} // namespace msrl::services
