// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/parallel/exchange_communicator.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty_like.h>

#include <fmt/format.h>

#include <cstdint>

namespace msrl::parallel {

namespace {

base::Status checkTensor(const at::Tensor& values)
{
    const bool fine = values.device().is_cpu() && values.is_contiguous()
        && (values.scalar_type() == at::kFloat || values.scalar_type() == at::kDouble);
    return fine ? base::Status()
                : base::Status(base::failed("only contiguous float32 and float64 tensors on the CPU travel "
                                            "between ranks"));
}

base::Status checkShares(const std::vector<at::Tensor>& shares, int size)
{
    if (shares.size() != static_cast<std::size_t>(size))
        return base::failed(fmt::format("{} shares for {} ranks", shares.size(), size));
    for (const at::Tensor& share : shares)
        if (base::Status fine = checkTensor(share); !fine)
            return fine;
    return {};
}

// `values` cut into `count` shares of about equal length, sharing its memory.
std::vector<at::Tensor> evenShares(const at::Tensor& values, int count)
{
    const at::Tensor flat = values.view({ -1 });
    std::vector<at::Tensor> shares;
    for (std::int64_t i = 0; i < count; ++i) {
        const std::int64_t begin = flat.numel() * i / count;
        shares.push_back(flat.narrow(0, begin, flat.numel() * (i + 1) / count - begin));
    }
    return shares;
}

} // namespace

base::Status ExchangeCommunicator::allReduce(const at::Tensor& values)
{
    if (base::Status fine = checkTensor(values); !fine)
        return fine;
    const at::NoGradGuard noGrad;
    const std::vector<at::Tensor> shares = evenShares(values, size());
    if (base::Status reduced = reduceShares(shares); !reduced)
        return reduced;
    return gatherShares(shares);
}

base::Status ExchangeCommunicator::reduceShares(const std::vector<at::Tensor>& shares)
{
    if (base::Status fine = checkShares(shares, size()); !fine)
        return fine;
    const at::NoGradGuard noGrad;
    const at::Tensor& mine = shares[static_cast<std::size_t>(rank())];
    std::vector<at::Tensor> parts(shares.size());
    std::vector<Outgoing> out;
    std::vector<Incoming> in;
    for (int peer = 0; peer < size(); ++peer) {
        const auto p = static_cast<std::size_t>(peer);
        if (peer == rank()) {
            parts[p] = mine;
            continue;
        }
        if (shares[p].nbytes() > 0)
            out.push_back({ peer, shares[p].const_data_ptr(), shares[p].nbytes() });
        if (mine.nbytes() > 0) {
            parts[p] = at::empty_like(mine);
            in.push_back({ peer, parts[p].mutable_data_ptr(), mine.nbytes() });
        }
    }
    if (base::Status moved = exchange(out, in, Wait::Bounded); !moved)
        return moved;
    if (mine.nbytes() == 0)
        return {};
    for (std::size_t p = 1; p < parts.size(); ++p)
        parts[0].add_(parts[p]);
    if (rank() != 0)
        mine.copy_(parts[0]);
    return {};
}

base::Status ExchangeCommunicator::gatherShares(const std::vector<at::Tensor>& shares)
{
    if (base::Status fine = checkShares(shares, size()); !fine)
        return fine;
    const at::Tensor& mine = shares[static_cast<std::size_t>(rank())];
    std::vector<Outgoing> out;
    std::vector<Incoming> in;
    for (int peer = 0; peer < size(); ++peer) {
        if (peer == rank())
            continue;
        const at::Tensor& theirs = shares[static_cast<std::size_t>(peer)];
        if (mine.nbytes() > 0)
            out.push_back({ peer, mine.const_data_ptr(), mine.nbytes() });
        if (theirs.nbytes() > 0)
            in.push_back({ peer, theirs.mutable_data_ptr(), theirs.nbytes() });
    }
    return exchange(out, in, Wait::Bounded);
}

base::Status ExchangeCommunicator::broadcast(const at::Tensor& values, int root)
{
    if (base::Status fine = checkTensor(values); !fine)
        return fine;
    if (values.nbytes() == 0)
        return {};
    if (rank() != root)
        return exchange({}, { { root, values.mutable_data_ptr(), values.nbytes() } }, Wait::Bounded);
    std::vector<Outgoing> out;
    for (int peer = 0; peer < size(); ++peer)
        if (peer != root)
            out.push_back({ peer, values.const_data_ptr(), values.nbytes() });
    return exchange(out, {}, Wait::Bounded);
}

base::Result<std::string> ExchangeCommunicator::leadSays(const std::string& bytes)
{
    std::uint64_t length = bytes.size();
    if (isLead()) {
        std::vector<Outgoing> lengths, contents;
        for (int peer = 1; peer < size(); ++peer) {
            lengths.push_back({ peer, &length, sizeof length });
            if (length > 0)
                contents.push_back({ peer, bytes.data(), bytes.size() });
        }
        if (base::Status sent = exchange(lengths, {}, Wait::Bounded); !sent)
            return sent.error();
        if (base::Status sent = exchange(contents, {}, Wait::Bounded); !sent)
            return sent.error();
        return bytes;
    }
    if (base::Status received = exchange({}, { { 0, &length, sizeof length } }, Wait::Unbounded); !received)
        return received.error();
    std::string said(length, '\0');
    if (length == 0)
        return said;
    if (base::Status received = exchange({}, { { 0, said.data(), said.size() } }, Wait::Bounded); !received)
        return received.error();
    return said;
}

base::Result<std::vector<std::string>> ExchangeCommunicator::allGather(const std::string& bytes)
{
    const auto count = static_cast<std::size_t>(size());
    std::vector<std::uint64_t> lengths(count, bytes.size());
    std::vector<Outgoing> out;
    std::vector<Incoming> in;
    const std::uint64_t length = bytes.size();
    for (int peer = 0; peer < size(); ++peer) {
        if (peer == rank())
            continue;
        out.push_back({ peer, &length, sizeof length });
        in.push_back({ peer, &lengths[static_cast<std::size_t>(peer)], sizeof length });
    }
    if (base::Status moved = exchange(out, in, Wait::Bounded); !moved)
        return moved.error();
    std::vector<std::string> all(count);
    out.clear();
    in.clear();
    for (int peer = 0; peer < size(); ++peer) {
        const auto p = static_cast<std::size_t>(peer);
        if (peer == rank()) {
            all[p] = bytes;
            continue;
        }
        all[p].resize(lengths[p]);
        if (length > 0)
            out.push_back({ peer, bytes.data(), bytes.size() });
        if (lengths[p] > 0)
            in.push_back({ peer, all[p].data(), all[p].size() });
    }
    if (base::Status moved = exchange(out, in, Wait::Bounded); !moved)
        return moved.error();
    return all;
}

base::Status ExchangeCommunicator::barrier()
{
    const base::Result<std::vector<std::string>> all = allGather({});
    return all ? base::Status() : base::Status(all.error());
}

} // namespace msrl::parallel
