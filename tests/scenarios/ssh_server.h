// SPDX-License-Identifier: GPL-3.0-or-later
// An sshd of the test's own on the loopback interface, with keys that it makes.
#pragma once

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QStringList>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <csignal>
#include <memory>

namespace msrl::tests {

class SshServer
{
public:
    explicit SshServer(const QString& folder)
        : m_folder(folder)
    {
        QTcpServer free; // a port that nobody listens on
        free.listen(QHostAddress::LocalHost);
        m_port = free.serverPort();
    }
    ~SshServer() { cut(); }

    // Why it cannot run here; empty: it does.
    QString start()
    {
        m_program = QStandardPaths::findExecutable(
            QStringLiteral("sshd"), { QStringLiteral("/usr/sbin"), QStringLiteral("/usr/bin") });
        if (m_program.isEmpty())
            return QStringLiteral("there is no sshd (package openssh-server)");
        QDir().mkpath(QStringLiteral("/run/sshd")); // where it insists on it, and this user may
        for (const char* key : { "host", "user" })
            if (!makeKey(QString::fromLatin1(key)))
                return QStringLiteral("ssh-keygen makes no key");
        QFile::copy(file("user.pub"), file("authorized"));
        QFile config(file("config"));
        if (!config.open(QIODevice::WriteOnly))
            return QStringLiteral("no file can be written");
        config.write(QStringLiteral(
            "Port %1\nListenAddress 127.0.0.1\nHostKey %2\nAuthorizedKeysFile %3\nPidFile none\n"
            "StrictModes no\nUsePAM no\nPasswordAuthentication no\n"
            "KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n")
                         .arg(QString::number(m_port), file("host"), file("authorized"))
                         .toUtf8());
        config.close();
        const QString why = listen();
        return why.isEmpty() ? letIn() : why;
    }

    QString listen()
    {
        m_server = std::make_unique<QProcess>();
        m_server->setProcessChannelMode(QProcess::MergedChannels);
        m_server->start(
            m_program, { QStringLiteral("-D"), QStringLiteral("-e"), QStringLiteral("-f"), file("config") });
        const bool answers = QTest::qWaitFor(
            [this] {
                QTcpSocket socket;
                socket.connectToHost(QStringLiteral("127.0.0.1"), m_port);
                return socket.waitForConnected(100) || m_server->state() == QProcess::NotRunning;
            },
            10'000);
        if (answers && m_server->state() == QProcess::Running)
            return {};
        return QStringLiteral("sshd does not start: ") + QString::fromUtf8(m_server->readAll()).trimmed();
    }

    // Every connection ends, and no new one is taken until listen().
    void cut()
    {
        if (!m_server)
            return;
        // Each connection has processes of its own, below the one that listens.
        QList<qint64> all { m_server->processId() };
        for (qsizetype i = 0; i < all.size(); ++i)
            all << childrenOf(all[i]);
        m_server->kill();
        for (const qint64 pid : all)
            if (pid > 0 && isSshd(pid))
                ::kill(static_cast<pid_t>(pid), SIGKILL);
        m_server->waitForFinished();
        m_server.reset();
    }

    QStringList clientOptions() const
    {
        const auto option = [](const QString& text) { return QStringList { QStringLiteral("-o"), text }; };
        return QStringList { QStringLiteral("-F"), QStringLiteral("/dev/null"), QStringLiteral("-p"),
            QString::number(m_port), QStringLiteral("-i"), file("user") }
        + option(QStringLiteral("IdentitiesOnly=yes")) + option(QStringLiteral("StrictHostKeyChecking=no"))
            + option(QStringLiteral("UserKnownHostsFile=") + file("known"));
    }

private:
    // The client itself gets in: a container may have locked the account.
    QString letIn() const
    {
        QProcess client;
        client.setProcessChannelMode(QProcess::MergedChannels);
        client.start(QStringLiteral("ssh"),
            QStringList { QStringLiteral("-o"), QStringLiteral("BatchMode=yes") } + clientOptions()
                + QStringList { QStringLiteral("127.0.0.1"), QStringLiteral("true") });
        if (!client.waitForFinished())
            return QStringLiteral("ssh does not end: ") + client.errorString();
        if (client.exitStatus() == QProcess::NormalExit && client.exitCode() == 0)
            return {};
        return QStringLiteral("sshd lets nobody in: ") + QString::fromUtf8(client.readAll()).trimmed();
    }

    QString file(const char* name) const
    {
        return m_folder + QStringLiteral("/ssh-") + QString::fromLatin1(name);
    }

    bool makeKey(const QString& name) const
    {
        return QProcess::execute(QStringLiteral("ssh-keygen"),
                   { QStringLiteral("-q"), QStringLiteral("-t"), QStringLiteral("ed25519"),
                       QStringLiteral("-N"), QString(), QStringLiteral("-f"),
                       file(name.toLatin1().constData()) })
            == 0;
    }

    static bool isSshd(qint64 pid)
    {
        QFile name(QStringLiteral("/proc/%1/comm").arg(pid));
        return name.open(QIODevice::ReadOnly) && name.readAll().startsWith("sshd"); // or sshd-session
    }

    static QList<qint64> childrenOf(qint64 pid)
    {
        QFile list(QStringLiteral("/proc/%1/task/%1/children").arg(pid));
        QList<qint64> children;
        if (list.open(QIODevice::ReadOnly))
            for (const QByteArray& word : list.readAll().simplified().split(' '))
                if (word.toLongLong() > 0)
                    children << word.toLongLong();
        return children;
    }

    QString m_folder;
    QString m_program;
    quint16 m_port = 0;
    std::unique_ptr<QProcess> m_server;
};

} // namespace msrl::tests
