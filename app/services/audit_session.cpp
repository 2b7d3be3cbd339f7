// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/audit_session.h"

#include "app/services/remote_target.h"
#include "core/store/run_folder.h"

#include <QTimer>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace msrl::services {

namespace {

constexpr int kDecisionLookMs = 1000;
constexpr int kMaxRows = 5000;

std::string keyOf(const std::string& stage, const std::string& sampleId)
{
    return stage + '\0' + sampleId;
}

} // namespace

class AuditSession::Private
{
public:
    using Rows = std::vector<store::DecisionRow>;

    explicit Private(store::AuditStore opened)
        : store(std::move(opened))
    {
    }

    // Takes in what this object has not seen, and returns it.
    base::Result<Rows> catchUp();
    void takeIn(const store::DecisionRow& row);
    const Rows* find(const std::string& stage, const std::string& sampleId) const
    {
        const auto found = words.find(keyOf(stage, sampleId));
        return found == words.end() ? nullptr : &found->second;
    }

    store::AuditStore store;
    QString auditor;
    std::unordered_map<std::string, Rows> words; // by item: each auditor's newest row about each candidate
    std::int64_t seen = 0; // rowid up to which `words` is complete
    std::unordered_set<std::int64_t> written; // rowids
    QTimer timer;
};

void AuditSession::Private::takeIn(const store::DecisionRow& row)
{
    seen = row.rowid;
    Rows& rows = words[keyOf(row.stage, row.sampleId)];
    const auto own = std::find_if(rows.begin(), rows.end(), [&](const store::DecisionRow& one) {
        return one.auditor == row.auditor && one.judged == row.judged;
    });
    if (own == rows.end())
        rows.push_back(row);
    else
        *own = row;
}

base::Result<AuditSession::Private::Rows> AuditSession::Private::catchUp()
{
    Rows all;
    for (;;) {
        auto rows = store.decisionsAfter(seen, kMaxRows);
        if (!rows)
            return rows.error();
        const bool more = rows->size() == static_cast<std::size_t>(kMaxRows);
        for (store::DecisionRow& row : *rows) {
            takeIn(row);
            all.push_back(std::move(row));
        }
        if (!more)
            return all;
    }
}

AuditSession::AuditSession(std::unique_ptr<Private> state)
    : d(std::move(state))
{
    connect(&d->timer, &QTimer::timeout, this, [this] {
        // An unreadable file is told by the next decision; a look in the background stays silent.
        const auto rows = d->catchUp();
        if (rows && !rows->empty())
            Q_EMIT decisionsArrived(*rows);
    });
    d->timer.start(kDecisionLookMs);
}

AuditSession::~AuditSession() = default;

base::Result<std::unique_ptr<AuditSession>> AuditSession::open(
    const QString& runFolder, const QString& auditor)
{
    // What was decided in a copy would reach nobody's gate.
    if (isReplica(runFolder))
        return base::badInput("is a copy of a run on another machine, whose auditors work there",
            runFolder.toStdString(), "see msrl-engine audit --help on that machine");
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

std::optional<store::DecisionRow> AuditSession::decision(
    const QString& stage, const QString& sampleId, const std::string& digest) const
{
    const Private::Rows* rows = d->find(stage.toStdString(), sampleId.toStdString());
    const store::DecisionRow* counts = rows ? store::countingRow(*rows, digest) : nullptr;
    return counts ? std::optional(*counts) : std::nullopt;
}

store::DecisionRow AuditSession::own(
    const QString& stage, const QString& sampleId, const std::string& digest) const
{
    const std::string me = d->auditor.toStdString();
    store::DecisionRow newest;
    newest.stage = stage.toStdString();
    newest.sampleId = sampleId.toStdString();
    newest.verdict = "pending";
    newest.judged = digest;
    if (const Private::Rows* rows = d->find(newest.stage, newest.sampleId)) {
        for (const store::DecisionRow& row : *rows) {
            if (row.auditor == me && row.rowid > newest.rowid && store::isAbout(row, digest))
                newest = row;
        }
    }
    return newest;
}

QString AuditSession::verdict(const QString& stage, const QString& sampleId, const std::string& digest) const
{
    const auto row = decision(stage, sampleId, digest);
    return row ? QString::fromStdString(row->verdict) : QStringLiteral("pending");
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

std::int64_t AuditSession::newestWord(const std::string& stage, const std::string& sampleId) const
{
    std::int64_t newest = 0;
    if (const Private::Rows* words = d->find(stage, sampleId)) {
        for (const store::DecisionRow& word : *words)
            newest = std::max(newest, word.rowid);
    }
    return newest;
}

base::Result<std::vector<store::DecisionRow>> AuditSession::decide(store::DecisionRow row)
{
    std::vector<store::DecisionRow> rows;
    rows.push_back(std::move(row));
    return decide(std::move(rows));
}

base::Result<std::vector<store::DecisionRow>> AuditSession::decide(std::vector<store::DecisionRow> rows)
{
    const std::string me = d->auditor.toStdString();
    for (store::DecisionRow& row : rows) {
        row.auditor = me;
        if (!row.seen)
            row.seen = newestWord(row.stage, row.sampleId);
    }
    const std::size_t wanted = rows.size();
    const std::string place = rows.empty() ? std::string() : rows.front().sampleId;
    auto written = d->store.append(std::move(rows));
    if (!written)
        return written.error();
    for (store::DecisionRow& row : *written) {
        row.seen.reset(); // it was about the moment of this decision
        d->written.insert(row.rowid);
    }
    const auto count = static_cast<std::int64_t>(written->size());
    const bool othersToo = written->empty() || written->front().rowid != d->seen + 1
        || written->back().rowid != d->seen + count;
    if (othersToo) {
        const auto arrived = d->catchUp();
        if (!arrived)
            return arrived.error();
        Q_EMIT decisionsArrived(*arrived);
    } else {
        for (const store::DecisionRow& row : *written)
            d->takeIn(row);
        Q_EMIT decisionsArrived(*written);
    }
    if (wanted == 1 && written->empty())
        return base::failed("somebody else decided about it meanwhile", "sample " + place,
            "look at what was said, then decide");
    return written;
}

base::Result<std::vector<store::DecisionRow>> AuditSession::restore(
    const std::vector<store::DecisionRow>& before, const QString& how)
{
    std::vector<store::DecisionRow> rows = before;
    for (store::DecisionRow& row : rows) {
        row.rowid = 0;
        row.timeMs = 0;
        row.how = how.toStdString();
        row.seen.reset();
    }
    return decide(std::move(rows));
}

bool AuditSession::wrote(std::int64_t rowid) const
{
    return d->written.contains(rowid);
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
