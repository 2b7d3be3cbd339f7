// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/engine_locator.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QTimer>

#include <functional>

namespace msrl::services {

namespace {

const QString kName = QStringLiteral("msrl-engine");

bool isProgram(const QString& path)
{
    const QFileInfo file(path);
    return file.isFile() && file.isExecutable();
}

} // namespace

class EngineLocator::Private
{
public:
    explicit Private(EngineLocator& owner)
        : q(owner)
    {
    }

    // `then` gets what the program printed when it ended well.
    void run(const QStringList& arguments, std::function<void(const QByteArray& output)> then);
    void fail(const QString& sentence);
    void drop();

    EngineLocator& q;
    QString chosen;
    EngineCapabilities capabilities;
    EngineCapabilities found; // of the probe under way
    QProcess* process = nullptr;
    QTimer deadline;
};

EngineLocator::EngineLocator(QObject* parent)
    : QObject(parent)
    , d(std::make_unique<Private>(*this))
{
    d->deadline.setSingleShot(true);
    connect(&d->deadline, &QTimer::timeout, this,
        [this] { d->fail(tr("%1 did not describe itself in time.").arg(d->found.program)); });
}

EngineLocator::~EngineLocator()
{
    d->drop();
}

void EngineLocator::setProgram(const QString& program)
{
    d->chosen = program;
}

QStringList EngineLocator::places() const
{
    if (!d->chosen.isEmpty())
        return { d->chosen };
    return { QDir(QCoreApplication::applicationDirPath()).filePath(kName), tr("the folders in PATH") };
}

QString EngineLocator::program() const
{
    if (!d->chosen.isEmpty())
        return isProgram(d->chosen) ? QFileInfo(d->chosen).absoluteFilePath() : QString();
    const QString beside = QDir(QCoreApplication::applicationDirPath()).filePath(kName);
    return isProgram(beside) ? QFileInfo(beside).absoluteFilePath() : QStandardPaths::findExecutable(kName);
}

const EngineCapabilities& EngineLocator::capabilities() const
{
    return d->capabilities;
}

bool EngineLocator::isProbing() const
{
    return d->deadline.isActive();
}

void EngineLocator::probe(int timeoutMs)
{
    d->drop();
    d->found = {};
    d->found.program = program();
    if (d->found.program.isEmpty()) {
        Q_EMIT failed(
            tr("msrl-engine was not found. Looked at: %1").arg(places().join(QStringLiteral(", "))));
        return;
    }
    d->deadline.start(timeoutMs);
    d->run({ QStringLiteral("--version") }, [this](const QByteArray& version) {
        d->found.version = QString::fromUtf8(version).trimmed();
        d->run({ QStringLiteral("describe"), QStringLiteral("--json") }, [this](const QByteArray& text) {
            auto json
                = base::parseJson(std::string_view(text.constData(), static_cast<std::size_t>(text.size())),
                    "msrl-engine describe");
            if (!json || !json->is_object()) {
                d->fail(tr("%1 does not describe itself as JSON.").arg(d->found.program));
                return;
            }
            d->found.description = *std::move(json);
            d->drop();
            d->capabilities = d->found;
            Q_EMIT probed(d->capabilities);
        });
    });
}

void EngineLocator::Private::run(
    const QStringList& arguments, std::function<void(const QByteArray& output)> then)
{
    process = new QProcess(&q);
    QObject::connect(process, &QProcess::errorOccurred, &q, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            fail(tr("%1 cannot be started: %2").arg(found.program, process->errorString()));
    });
    QObject::connect(process, &QProcess::finished, &q, [this, then](int code, QProcess::ExitStatus status) {
        if (status != QProcess::NormalExit || code != 0) {
            const QString said = QString::fromUtf8(process->readAllStandardError()).trimmed();
            fail(tr("%1 failed (exit code %2): %3")
                     .arg(found.program, QString::number(code), said.section(QLatin1Char('\n'), -1)));
            return;
        }
        const QByteArray output = process->readAllStandardOutput();
        process->deleteLater();
        process = nullptr;
        then(output);
    });
    process->start(found.program, arguments, QIODevice::ReadOnly);
}

void EngineLocator::Private::fail(const QString& sentence)
{
    drop();
    Q_EMIT q.failed(sentence);
}

void EngineLocator::Private::drop()
{
    deadline.stop();
    if (!process)
        return;
    process->disconnect(&q);
    process->kill();
    process->deleteLater();
    process = nullptr;
}

} // namespace msrl::services
