// SPDX-License-Identifier: GPL-3.0-or-later
// One question to msrl-engine: a command that prints its answer and ends, or complains and ends.
#pragma once

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QStringList>

class QProcess;

namespace msrl::services {

// GUI thread. One question at a time; an earlier one that waits is dropped. A slot may ask the next one.
class EngineQuestion : public QObject
{
    Q_OBJECT

public:
    explicit EngineQuestion(QObject* parent = nullptr);
    ~EngineQuestion() override;

    void ask(const QString& program, const QStringList& arguments);
    void drop(); // nothing is told of it

Q_SIGNALS:
    void answered(const QByteArray& output);
    void failed(const QString& sentence); // the engine's last line of complaint
    void notStarted(const QString& sentence);

private:
    void end(int code, bool crashed);

    QProcess* m_process = nullptr;
};

} // namespace msrl::services
