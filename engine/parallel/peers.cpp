// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/parallel/peers.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <sstream>

namespace msrl::parallel {

Peer Peer::self()
{
    Peer peer;
    peer.process = base::currentProcess();
    std::array<char, 256> name {};
    if (::gethostname(name.data(), name.size() - 1) == 0)
        peer.host = name.data();
    std::error_code ignored; // without /proc no process can be looked at
    peer.pidSpace = std::filesystem::read_symlink("/proc/self/ns/pid", ignored).string();
    return peer;
}

std::string Peer::pack() const
{
    return fmt::format("{}\n{}\n{}\n{}\n{}", process.pid, process.startTicks, process.bootId, host, pidSpace);
}

base::Result<Peer> Peer::unpack(const std::string& bytes)
{
    Peer peer;
    std::istringstream in(bytes);
    in >> peer.process.pid >> peer.process.startTicks;
    in.ignore(1);
    std::getline(in, peer.process.bootId);
    std::getline(in, peer.host);
    std::getline(in, peer.pidSpace);
    if (peer.process.pid <= 0)
        return base::failed("a rank does not say who it is");
    return peer;
}

Peers::Peers(std::vector<Peer> all, int rank)
    : m_all(std::move(all))
    , m_rank(rank)
{
}

bool Peers::isHere(int rank) const
{
    const Peer& self = m_all[static_cast<std::size_t>(m_rank)];
    const Peer& other = m_all[static_cast<std::size_t>(rank)];
    return self.process.bootId == other.process.bootId && self.pidSpace == other.pidSpace
        && !self.pidSpace.empty();
}

int Peers::sizeHere() const
{
    int count = 0;
    for (int r = 0; r < static_cast<int>(m_all.size()); ++r)
        count += r == m_rank || isHere(r);
    return count;
}

bool Peers::isAlive(int rank) const
{
    return !isHere(rank) || base::isAlive(m_all[static_cast<std::size_t>(rank)].process);
}

std::string Peers::describe(int rank) const
{
    const Peer& peer = m_all[static_cast<std::size_t>(rank)];
    return fmt::format("rank {} (process {} on {})", rank, peer.process.pid, peer.host);
}

std::optional<base::Error> Peers::lost() const
{
    for (int r = 0; r < static_cast<int>(m_all.size()); ++r)
        if (r != m_rank && !isAlive(r))
            return base::failed(describe(r) + " has ended", {},
                "its reason is in the output of the launcher; msrl-engine resume goes on from the last "
                "checkpoint");
    return std::nullopt;
}

} // namespace msrl::parallel
