// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/control_link.h"

#include "core/base/clock.h"
#include "core/base/peer.h"
#include "core/base/version.h"

namespace msrl::services {

namespace {

constexpr double kReplySeconds = 5;
constexpr int kDeadlineCheckMs = 250;

protocol::Hello ownHello(const std::string& runId)
{
    protocol::Hello hello;
    hello.program = std::string("msrl-studio ") + base::kVersion;
    hello.runId = runId;
    return hello;
}

} // namespace

ControlLink::ControlLink(const QString& socketPath, const std::string& runId, QObject* parent)
    : QObject(parent)
    , m_lastHeard(base::monotonicSeconds())
    , m_endpoint(ownHello(runId), *this,
          { .ready = [this](const protocol::Hello&) { Q_EMIT ready(); },
              .request = {},
              .notification = [this](const protocol::Message& message) { Q_EMIT heard(message); },
              .closed = [this](const std::string& reason) { Q_EMIT ended(QString::fromStdString(reason)); } })
{
    m_socket.setReadBufferSize(static_cast<qint64>(protocol::kMaxLineBytes));
    connect(&m_socket, &QLocalSocket::connected, this, [this] {
        if (base::isTrustedPeer(static_cast<int>(m_socket.socketDescriptor())))
            m_endpoint.start();
        else
            m_endpoint.streamEnded("another user listens there");
    });
    connect(&m_socket, &QLocalSocket::readyRead, this, &ControlLink::readAvailable);
    connect(&m_socket, &QLocalSocket::disconnected, this,
        [this] { m_endpoint.streamEnded("the engine closed it"); });
    connect(&m_socket, &QLocalSocket::errorOccurred, this,
        [this] { m_endpoint.streamEnded(m_socket.errorString().toStdString()); });
    connect(&m_deadlines, &QTimer::timeout, this, [this] { m_endpoint.expire(base::monotonicSeconds()); });
    m_deadlines.start(kDeadlineCheckMs);
    // Queued, so that the owner can connect to the signals first: a local socket may fail at once.
    QMetaObject::invokeMethod(
        this, [this, socketPath] { m_socket.connectToServer(socketPath); }, Qt::QueuedConnection);
}

ControlLink::~ControlLink()
{
    m_socket.disconnect(this);
    // Whoever still waits for a reply is told; nobody listens to the signals any more.
    blockSignals(true);
    m_endpoint.streamEnded("the studio closed it");
}

void ControlLink::ask(const protocol::RequestBody& body, protocol::Endpoint::OnReply onReply)
{
    m_endpoint.ask(body, base::monotonicSeconds() + kReplySeconds, std::move(onReply));
}

void ControlLink::write(std::string_view bytes)
{
    m_socket.write(bytes.data(), static_cast<qint64>(bytes.size()));
}

void ControlLink::close()
{
    m_socket.disconnectFromServer();
}

void ControlLink::readAvailable()
{
    m_lastHeard = base::monotonicSeconds();
    const QByteArray bytes = m_socket.readAll();
    m_endpoint.receive(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

} // namespace msrl::services
