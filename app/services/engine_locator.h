// SPDX-License-Identifier: GPL-3.0-or-later
// Where msrl-engine is and what it can do.
#pragma once

#include "core/base/json.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <memory>

namespace msrl::services {

struct EngineCapabilities
{
    QString program; // absolute path; empty when none was found
    QString version; // as `msrl-engine --version` prints it
    base::Json description = base::Json::object(); // as `msrl-engine describe --json` prints it
};

// Looks at the configured path (if any), beside the studio, then in PATH. GUI thread; probing is
// asynchronous.
class EngineLocator : public QObject
{
    Q_OBJECT

public:
    explicit EngineLocator(QObject* parent = nullptr);
    ~EngineLocator() override;

    // A person's choice; empty: search. Does not probe.
    void setProgram(const QString& program);
    // Absolute path of the program that would be used, or empty.
    QString program() const;
    // Where program() looks, for a message.
    QStringList places() const;
    const EngineCapabilities& capabilities() const;
    bool isProbing() const;

public Q_SLOTS:
    // Ends with probed() or failed(); a probe under way is dropped.
    void probe(int timeoutMs = 20000);

Q_SIGNALS:
    void probed(const msrl::services::EngineCapabilities& capabilities);
    void failed(const QString& sentence);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace msrl::services
