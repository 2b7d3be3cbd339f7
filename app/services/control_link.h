// SPDX-License-Identifier: GPL-3.0-or-later
// One connection to an engine's control socket.
#pragma once

#include "core/protocol/endpoint.h"

#include <QLocalSocket>
#include <QObject>
#include <QString>
#include <QTimer>

namespace msrl::services {

// GUI thread. Connects at construction; after ended() it is of no use and may be deleted later (not from
// within).
class ControlLink : public QObject, private protocol::ByteSink
{
    Q_OBJECT

public:
    ControlLink(const QString& socketPath, const std::string& runId, QObject* parent);
    ~ControlLink() override;

    bool isReady() const { return m_endpoint.isReady(); }
    // On base::monotonicSeconds(); the time of connecting before anything was heard.
    double lastHeard() const { return m_lastHeard; }
    void ask(const protocol::RequestBody& body, protocol::Endpoint::OnReply onReply);

Q_SIGNALS:
    void ready();
    void heard(const msrl::protocol::Message& notification);
    void ended(const QString& reason);

private:
    void write(std::string_view bytes) override;
    void close() override;
    void readAvailable();

    QLocalSocket m_socket;
    QTimer m_deadlines;
    double m_lastHeard;
    protocol::Endpoint m_endpoint;
};

} // namespace msrl::services
