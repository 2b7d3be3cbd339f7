// SPDX-License-Identifier: GPL-3.0-or-later
// The set that a gate let through, as a file for other programs: `msrl-engine audit RUN --export FILE`.
#pragma once

#include <QObject>
#include <QString>

class QProcess;

namespace msrl::services {

struct SetExportRequest
{
    QString program; // the engine
    QString run; // its folder
    QString stage; // of the distillation
    QString gate; // behind it
    QString file; // *.parquet, else JSON lines; replaced, whole or not at all
    bool pairs = false; // with a rejected response
};

// The name that was typed, with this ending unless it has one that says what the file holds: by it the engine
// knows what is wanted.
QString exportFileName(const QString& typed, const QString& suffix);

// GUI thread; one export at a time. The engine ends with the object.
class SetExport : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;
    ~SetExport() override;

    bool isRunning() const { return m_process != nullptr; }
    // Ends with finished() or failed(). REQUIRES: none is running.
    void start(const SetExportRequest& request);

Q_SIGNALS:
    // words: what the engine says about it, how many rows and which are left out.
    void finished(const QString& file, const QString& words);
    void failed(const QString& sentence);

private:
    void end(int code);
    void fail(const QString& why);

    QProcess* m_process = nullptr;
    QString m_file;
    QString m_aside; // where the engine writes: it never replaces a file
};

} // namespace msrl::services
