// SPDX-License-Identifier: GPL-3.0-or-later
// The processes behind the ranks, and which of them have ended. A rank on another machine cannot be looked
// at from here: there the launcher ends the others, and a time limit does.
#pragma once

#include "core/base/process.h"
#include "core/base/result.h"

#include <optional>
#include <string>
#include <vector>

namespace msrl::parallel {

struct Peer
{
    base::ProcessIdentity process;
    std::string host;
    std::string pidSpace; // processes of one space see each other's numbers

    static Peer self();
    std::string pack() const;
    static base::Result<Peer> unpack(const std::string& bytes);
};

// Immutable; safe to use from any thread.
class Peers
{
public:
    Peers(std::vector<Peer> all, int rank);

    // Ranks on this machine, this one among them.
    int sizeHere() const;
    // The lowest rank whose process was seen to have ended.
    std::optional<base::Error> lost() const;
    bool isAlive(int rank) const; // true also for one that cannot be seen
    std::string describe(int rank) const; // "rank 1 (process 4711 on node2)"

private:
    bool isHere(int rank) const;

    std::vector<Peer> m_all;
    int m_rank;
};

} // namespace msrl::parallel
