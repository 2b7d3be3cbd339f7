// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/parallel/mpi_communicator.h"

// The C interface alone: its C++ classes are deprecated and need a library of their own.
#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1

#include <fmt/format.h>
#include <mpi.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <thread>

namespace msrl::parallel {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kData = 1;
constexpr int kMeet = 2;
constexpr int kGivenUp = 3;
// A message's length is an int to MPI.
constexpr std::size_t kLargestPiece = std::size_t { 1 } << 30;
// From this size on a transfer needs both sides at work: they meet first.
constexpr std::size_t kLarge = std::size_t { 1 } << 16;
constexpr auto kBusyWait = std::chrono::milliseconds(2);
constexpr auto kPause = std::chrono::microseconds(100);
constexpr auto kLookEvery = std::chrono::milliseconds(20);

std::string mpiText(int code)
{
    std::array<char, MPI_MAX_ERROR_STRING> text {};
    int length = 0;
    if (MPI_Error_string(code, text.data(), &length) != MPI_SUCCESS)
        return fmt::format("MPI error {}", code);
    return { text.data(), static_cast<std::size_t>(length) };
}

} // namespace

struct MpiCommunicator::Channels
{
    MPI_Comm data = MPI_COMM_NULL;
    MPI_Comm failures = MPI_COMM_NULL; // what ranks say that give up
    std::vector<MPI_Request> requests; // of the present move
    bool eager = false; // it has large messages: poll without pauses
    std::string farewell; // must outlive its sending
    std::vector<char> tokens; // of the present meeting
};

MpiCommunicator::MpiCommunicator(std::unique_ptr<Channels> channels, std::chrono::seconds patience)
    : m_channels(std::move(channels))
    , m_patience(patience)
{
}

base::Result<std::unique_ptr<MpiCommunicator>> MpiCommunicator::start(std::chrono::seconds patience)
{
    int provided = 0;
    if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS)
        return base::failed("MPI does not start", "mpirun", "see its messages above");
    auto channels = std::make_unique<Channels>();
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_dup(MPI_COMM_WORLD, &channels->data);
    MPI_Comm_dup(MPI_COMM_WORLD, &channels->failures);
    MPI_Comm_set_errhandler(channels->data, MPI_ERRORS_RETURN);
    MPI_Comm_set_errhandler(channels->failures, MPI_ERRORS_RETURN);
    std::unique_ptr<MpiCommunicator> ranks(new MpiCommunicator(std::move(channels), patience));
    MPI_Comm_rank(ranks->m_channels->data, &ranks->m_rank);
    MPI_Comm_size(ranks->m_channels->data, &ranks->m_size);
    if (base::Status known = ranks->introduce(); !known)
        return known.error();
    return ranks;
}

base::Status MpiCommunicator::introduce()
{
    base::Result<std::vector<std::string>> said = allGather(Peer::self().pack());
    if (!said)
        return said.error();
    std::vector<Peer> all;
    for (const std::string& bytes : *said) {
        base::Result<Peer> peer = Peer::unpack(bytes);
        if (!peer)
            return peer.error();
        all.push_back(*std::move(peer));
    }
    m_peers.emplace(std::move(all), m_rank);
    return {};
}

MpiCommunicator::~MpiCommunicator()
{
    if (m_failure)
        return;
    MPI_Comm_free(&m_channels->data);
    MPI_Comm_free(&m_channels->failures);
    MPI_Finalize();
}

base::Status MpiCommunicator::fail(base::Error error)
{
    if (!m_failure)
        m_failure = std::move(error);
    return *m_failure;
}

base::Status MpiCommunicator::exchange(
    const std::vector<Outgoing>& out, const std::vector<Incoming>& in, Wait wait)
{
    if (m_failure)
        return *m_failure;
    std::set<int> partners; // of large messages; both sides of a message know its length
    for (const Outgoing& message : out)
        if (message.bytes >= kLarge)
            partners.insert(message.peer);
    for (const Incoming& message : in)
        if (message.bytes >= kLarge)
            partners.insert(message.peer);
    m_channels->eager = false;
    if (!partners.empty()) {
        if (base::Status met = meet(partners, wait); !met)
            return met;
        m_channels->eager = true;
    }
    return move(out, in, wait);
}

// One byte to and from every partner: after it all of them are here, and polling without pauses pays.
base::Status MpiCommunicator::meet(const std::set<int>& partners, Wait wait)
{
    m_channels->tokens.assign(2 * partners.size(), 0);
    m_channels->requests.clear();
    char* token = m_channels->tokens.data();
    for (int peer : partners) {
        MPI_Irecv(token++, 1, MPI_CHAR, peer, kMeet, m_channels->data, &m_channels->requests.emplace_back());
        MPI_Isend(token++, 1, MPI_CHAR, peer, kMeet, m_channels->data, &m_channels->requests.emplace_back());
    }
    return finishRequests(wait);
}

base::Status MpiCommunicator::move(
    const std::vector<Outgoing>& out, const std::vector<Incoming>& in, Wait wait)
{
    std::vector<MPI_Request>& requests = m_channels->requests;
    requests.clear();
    for (const Incoming& message : in)
        for (std::size_t done = 0; done < message.bytes; done += kLargestPiece)
            MPI_Irecv(static_cast<char*>(message.data) + done,
                static_cast<int>(std::min(kLargestPiece, message.bytes - done)), MPI_CHAR, message.peer,
                kData, m_channels->data, &requests.emplace_back());
    for (const Outgoing& message : out)
        for (std::size_t done = 0; done < message.bytes; done += kLargestPiece)
            MPI_Isend(static_cast<const char*>(message.data) + done,
                static_cast<int>(std::min(kLargestPiece, message.bytes - done)), MPI_CHAR, message.peer,
                kData, m_channels->data, &requests.emplace_back());
    return finishRequests(wait);
}

base::Status MpiCommunicator::finishRequests(Wait wait)
{
    std::vector<MPI_Request>& requests = m_channels->requests;
    const Clock::time_point begin = Clock::now();
    Clock::time_point looked = begin;
    for (;;) {
        int done = 0;
        const int code
            = MPI_Testall(static_cast<int>(requests.size()), requests.data(), &done, MPI_STATUSES_IGNORE);
        if (code != MPI_SUCCESS)
            return fail(base::failed("a message between ranks was lost: " + mpiText(code)));
        if (done != 0)
            return {};
        const Clock::time_point now = Clock::now();
        if (now - looked >= kLookEvery) {
            looked = now;
            if (base::Status fine = lookAtPeers(); !fine)
                return fine;
            if (wait == Wait::Bounded && now - begin > m_patience)
                return fail(
                    base::failed(fmt::format("a rank has not answered for {} seconds",
                                     std::chrono::duration_cast<std::chrono::seconds>(m_patience).count()),
                        {}, "a larger --rank-timeout gives slow ranks more time"));
        }
        // Others may need this processor; those who wait long leave it to them.
        if (m_channels->eager || now - begin < kBusyWait)
            ::sched_yield();
        else
            std::this_thread::sleep_for(kPause);
    }
}

base::Status MpiCommunicator::hearFarewells()
{
    int waiting = 0;
    MPI_Status status;
    if (MPI_Iprobe(MPI_ANY_SOURCE, kGivenUp, m_channels->failures, &waiting, &status) == MPI_SUCCESS
        && waiting != 0) {
        int length = 0;
        MPI_Get_count(&status, MPI_CHAR, &length);
        std::string bytes(static_cast<std::size_t>(length), '\0');
        MPI_Recv(bytes.data(), length, MPI_CHAR, status.MPI_SOURCE, kGivenUp, m_channels->failures,
            MPI_STATUS_IGNORE);
        const base::Status said = unpackStatus(bytes);
        if (!said)
            return fail(status.MPI_SOURCE == 0
                    ? said.error()
                    : base::within(said.error(), fmt::format("rank {}", status.MPI_SOURCE)));
    }
    return {};
}

base::Status MpiCommunicator::checkPeers()
{
    if (m_failure)
        return *m_failure;
    if (base::Status fine = hearFarewells(); !fine)
        return fine;
    std::optional<base::Error> lost = lostRank();
    return lost ? fail(*std::move(lost)) : base::Status();
}

base::Status MpiCommunicator::lookAtPeers()
{
    if (base::Status fine = hearFarewells(); !fine)
        return fine;
    if (m_peers) {
        if (std::optional<base::Error> lost = m_peers->lost()) {
            // Its last messages may be here already: the caller needs them more than the news.
            int done = 0;
            MPI_Testall(static_cast<int>(m_channels->requests.size()), m_channels->requests.data(), &done,
                MPI_STATUSES_IGNORE);
            if (done == 0)
                return fail(*std::move(lost));
        }
    }
    return {};
}

void MpiCommunicator::abort(const base::Error& error)
{
    if (m_failure) // the others know, or cannot be told
        return;
    m_channels->farewell = packStatus(error);
    std::vector<MPI_Request> requests;
    for (int peer = 0; peer < m_size; ++peer)
        if (peer != m_rank)
            MPI_Isend(m_channels->farewell.data(), static_cast<int>(m_channels->farewell.size()), MPI_CHAR,
                peer, kGivenUp, m_channels->failures, &requests.emplace_back());
    const Clock::time_point begin = Clock::now();
    int done = 0;
    while (done == 0 && Clock::now() - begin < std::chrono::seconds(2)) {
        if (MPI_Testall(static_cast<int>(requests.size()), requests.data(), &done, MPI_STATUSES_IGNORE)
            != MPI_SUCCESS)
            break;
        std::this_thread::sleep_for(kPause);
    }
    m_failure = error;
}

void MpiCommunicator::waitForLeadToEnd(std::chrono::seconds limit) const
{
    const Clock::time_point begin = Clock::now();
    while (m_peers && m_peers->isAlive(0) && Clock::now() - begin < limit)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

} // namespace msrl::parallel
