// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/run_adapters.h"

#include "core/store/run_reader.h"

namespace msrl::cli {

stages::StopRequest SocketRunControl::stopRequested()
{
    switch (m_state.stopRequested()) {
    case control::StopRequest::None:
        return stages::StopRequest::None;
    case control::StopRequest::Checkpoint:
        return stages::StopRequest::Checkpoint;
    case control::StopRequest::Now:
        return stages::StopRequest::Now;
    }
    return stages::StopRequest::None;
}

base::Status AuditFile::open()
{
    if (m_store)
        return {};
    base::Result<store::AuditStore> opened = store::AuditStore::open(m_path);
    if (!opened)
        return opened.error();
    m_store.emplace(*std::move(opened));
    return {};
}

// Read once: a gate asks when its set is whole, and again and again while it waits.
base::Result<const store::CandidateDigests*> AuditFile::digests(const std::string& stage)
{
    const auto known = m_digests.find(stage);
    if (known != m_digests.end())
        return &known->second;
    base::Result<store::CandidateDigests> read = store::RunReader(m_runDatabase).candidateDigests(stage);
    if (!read)
        return read.error();
    return &m_digests.emplace(stage, *std::move(read)).first->second;
}

base::Result<std::vector<store::DecisionRow>> AuditFile::decisions(const std::string& stage)
{
    std::error_code ec;
    if (!std::filesystem::exists(m_path, ec))
        return std::vector<store::DecisionRow> {};
    if (base::Status opened = open(); !opened)
        return opened.error();
    const base::Result<const store::CandidateDigests*> set = digests(stage);
    if (!set)
        return set.error();
    return m_store->counting(stage, **set);
}

base::Result<std::optional<store::SignOffRow>> AuditFile::signOff(const std::string& stage)
{
    std::error_code ec;
    if (!std::filesystem::exists(m_path, ec))
        return std::optional<store::SignOffRow> {};
    if (base::Status opened = open(); !opened)
        return opened.error();
    base::Result<std::optional<store::SignOffRow>> newest = m_store->newestSignOff(stage);
    if (!newest || !*newest)
        return newest;
    const base::Result<std::string> present = store::RunReader(m_runDatabase).candidatesHash(stage);
    if (!present)
        return present.error();
    if ((*newest)->candidatesHash != *present)
        return std::optional<store::SignOffRow> {};
    return newest;
}

} // namespace msrl::cli
