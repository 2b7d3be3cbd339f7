// SPDX-License-Identifier: GPL-3.0-or-later
// The demo project of the first start: `msrl-engine demo` in the user's data folder.
#pragma once

#include <QObject>
#include <QString>

class QProcess;

namespace msrl::services {

class DemoMaker : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    // $XDG_DATA_HOME/msrl-studio/demo/project.msrl
    static QString projectFile();
    void start();

Q_SIGNALS:
    void finished(const QString& project);
    void failed(const QString& sentence);

private:
    QProcess* m_process = nullptr;
};

} // namespace msrl::services
