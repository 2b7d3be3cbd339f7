// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/audit_session.h"

#include "core/store/run_folder.h"

#include <QHash>
#include <QSet>
#include <QTimer>

#include <utility>

namespace msrl::services {

namespace {

constexpr int kLookMs = 1000;
constexpr int kMaxRows = 5000;

using Key = std::pair<QString, QString>; // stage, sample id

Key keyOf(const store::DecisionRow& row)
{
    return { QString::fromStdString(row.stage), QString::fromStdString(row.sampleId) };
}

} // namespace

class AuditSession::Private
{
public:
    explicit Private(store::AuditStore opened)
        : store(std::move(opened))
    {
    }

    // Takes in rows that this object has not seen; returns the stages they belong to.
    base::Result<QSet<QString>> catchUp();

    store::AuditStore store;
    QString auditor;
    QHash<Key, store::DecisionRow> newest;
    std::int64_t seen = 0; // rowid up to which `newest` is complete
    QTimer timer;
};

base::Result<QSet<QString>> AuditSession::Private::catchUp()
{
    QSet<QString> stages;
    for (;;) {
        auto rows = store.decisionsAfter(seen, kMaxRows);
        if (!rows)
            return rows.error();
        for (store::DecisionRow& row : *rows) {
            seen = row.rowid;
            stages.insert(QString::fromStdString(row.stage));
            newest.insert(keyOf(row), std::move(row));
        }
        if (rows->size() < static_cast<std::size_t>(kMaxRows))
            return stages;
    }
}

AuditSession::AuditSession(std::unique_ptr<Private> state)
    : d(std::move(state))
{
    connect(&d->timer, &QTimer::timeout, this, [this] {
        // An unreadable file is told by the next decision; a look in the background stays silent.
        const auto stages = d->catchUp();
        if (!stages)
            return;
        for (const QString& stage : *stages)
            Q_EMIT decisionsChanged(stage);
    });
    d->timer.start(kLookMs);
}

AuditSession::~AuditSession() = default;

base::Result<std::unique_ptr<AuditSession>> AuditSession::open(
    const QString& runFolder, const QString& auditor)
{
    auto store = store::AuditStore::open(store::RunFolder(runFolder.toStdString()).auditDatabase());
    if (!store)
        return store.error();
    auto state = std::make_unique<Private>(*std::move(store));
    state->auditor = auditor;
    if (auto read = state->catchUp(); !read)
        return read.error();
    return std::unique_ptr<AuditSession>(new AuditSession(std::move(state)));
}

QString AuditSession::auditor() const
{
    return d->auditor;
}

void AuditSession::setAuditor(const QString& name)
{
    d->auditor = name;
}

std::optional<store::DecisionRow> AuditSession::decision(const QString& stage, const QString& sampleId) const
{
    const auto found = d->newest.constFind({ stage, sampleId });
    return found == d->newest.constEnd() ? std::nullopt : std::optional(*found);
}

QString AuditSession::verdict(const QString& stage, const QString& sampleId) const
{
    const auto found = d->newest.constFind({ stage, sampleId });
    return found == d->newest.constEnd() ? QStringLiteral("pending") : QString::fromStdString(found->verdict);
}

base::Result<std::vector<store::DecisionRow>> AuditSession::history(
    const QString& stage, const QString& sampleId) const
{
    return d->store.history(stage.toStdString(), sampleId.toStdString());
}

base::Result<store::DecisionCounts> AuditSession::counts(const QString& stage) const
{
    return d->store.counts(stage.toStdString());
}

base::Status AuditSession::decide(store::DecisionRow row)
{
    std::vector<store::DecisionRow> rows;
    rows.push_back(std::move(row));
    return decide(std::move(rows));
}

base::Status AuditSession::decide(std::vector<store::DecisionRow> rows)
{
    for (store::DecisionRow& row : rows)
        row.auditor = d->auditor.toStdString();
    auto written = d->store.append(std::move(rows));
    if (!written)
        return written.error();
    const std::int64_t seenBefore = d->seen;
    // Reads back also what others wrote in between, in the order in which it counts.
    const auto stages = d->catchUp();
    if (!stages)
        return stages.error();
    const bool othersToo = d->seen - seenBefore != static_cast<std::int64_t>(written->size());
    if (written->size() == 1 && !othersToo) {
        const auto [stage, sampleId] = keyOf(written->front());
        Q_EMIT decisionChanged(stage, sampleId);
        return {};
    }
    for (const QString& stage : *stages)
        Q_EMIT decisionsChanged(stage);
    return {};
}

base::Status AuditSession::restore(const std::vector<store::DecisionRow>& before, const QString& how)
{
    std::vector<store::DecisionRow> rows = before;
    for (store::DecisionRow& row : rows) {
        row.rowid = 0;
        row.timeMs = 0;
        row.how = how.toStdString();
    }
    return decide(std::move(rows));
}

base::Result<store::SignOffRow> AuditSession::signOff(store::SignOffRow row)
{
    if (row.auditor.empty())
        row.auditor = d->auditor.toStdString();
    auto written = d->store.signOff(std::move(row));
    if (written)
        Q_EMIT signedOff(QString::fromStdString(written->stage));
    return written;
}

base::Result<std::optional<store::SignOffRow>> AuditSession::newestSignOff(const QString& stage) const
{
    return d->store.newestSignOff(stage.toStdString());
}

const store::AuditStore& AuditSession::store() const
{
    return d->store;
}

} // namespace msrl::services
