// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/parallel/sharded_adam.h"

#include "engine/device/workers.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/stack.h>

#include <fmt/format.h>

#include <map>

namespace msrl::parallel {

namespace {

// Bounds the memory that an exchange takes beside the gradients; a larger parameter travels alone.
constexpr std::int64_t kBucketBytes = std::int64_t { 64 } << 20;

std::vector<update::NamedParameter> flattened(const std::vector<update::ParameterGroup>& groups)
{
    std::vector<update::NamedParameter> all;
    for (const update::ParameterGroup& group : groups)
        all.insert(all.end(), group.parameters.begin(), group.parameters.end());
    return all;
}

std::vector<int> ownersOf(const std::vector<update::NamedParameter>& parameters, int ranks)
{
    std::vector<std::int64_t> sizes;
    for (const update::NamedParameter& parameter : parameters)
        sizes.push_back(parameter.tensor.numel());
    std::vector<int> owners(parameters.size(), 0);
    const auto shares = device::shareOut(sizes, ranks);
    for (std::size_t r = 0; r < shares.size(); ++r)
        for (const std::size_t parameter : shares[r])
            owners[parameter] = static_cast<int>(r);
    return owners;
}

// The groups with the parameters of one rank alone.
std::vector<update::ParameterGroup> ownedGroups(
    std::vector<update::ParameterGroup> groups, const std::vector<int>& owners, int rank)
{
    std::size_t next = 0;
    for (update::ParameterGroup& group : groups)
        std::erase_if(
            group.parameters, [&](const update::NamedParameter&) { return owners[next++] != rank; });
    return groups;
}

} // namespace

ShardedAdam::ShardedAdam(
    std::vector<update::ParameterGroup> groups, update::AdamOptions options, Communicator& ranks)
    : m_ranks(ranks)
    , m_parameters(flattened(groups))
    , m_owners(ownersOf(m_parameters, ranks.size()))
    , m_own(ownedGroups(std::move(groups), m_owners, ranks.rank()), options)
{
}

base::Result<update::StepReport> ShardedAdam::step(double lrFactor)
{
    if (m_ranks.size() == 1)
        return m_own.step(lrFactor);
    const at::NoGradGuard noGrad;
    base::Result<std::vector<char>> active = activeOnAnyRank();
    if (!active)
        return active.error();
    const std::vector<Bucket> moves = buckets(*active);
    if (base::Status summed = sumGradients(moves); !summed)
        return summed.error();
    base::Result<update::StepReport> report = examine(*active);
    if (!report || report->skipped)
        return report;
    m_own.apply(report->gradNorm, lrFactor);
    if (base::Status spread = spreadParameters(moves); !spread)
        return spread.error();
    return report;
}

// A parameter that no rank has a gradient of is left alone, as on one rank.
base::Result<std::vector<char>> ShardedAdam::activeOnAnyRank() const
{
    std::string mine;
    for (const update::NamedParameter& parameter : m_parameters)
        mine += parameter.tensor.grad().defined() ? '\1' : '\0';
    const base::Result<std::vector<std::string>> all = m_ranks.allGather(mine);
    if (!all)
        return all.error();
    std::vector<char> active(m_parameters.size(), 0);
    for (const std::string& flags : *all) {
        if (flags.size() != active.size())
            return base::failed("ranks train different parameters");
        for (std::size_t i = 0; i < active.size(); ++i)
            active[i] = static_cast<char>(active[i] | flags[i]);
    }
    return active;
}

std::vector<ShardedAdam::Bucket> ShardedAdam::buckets(const std::vector<char>& active) const
{
    const auto ranks = static_cast<std::size_t>(m_ranks.size());
    std::vector<Bucket> all;
    std::vector<std::size_t> last(ranks, 0); // the bucket that an owner's next parameter goes into
    std::vector<std::int64_t> bytes(ranks, 0); // what of the owner is in it
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        if (active[i] == 0)
            continue;
        const auto owner = static_cast<std::size_t>(m_owners[i]);
        const auto more = static_cast<std::int64_t>(m_parameters[i].tensor.nbytes());
        if (bytes[owner] > 0 && bytes[owner] + more > kBucketBytes) {
            ++last[owner];
            bytes[owner] = 0;
        }
        bytes[owner] += more;
        if (all.size() <= last[owner])
            all.resize(last[owner] + 1, Bucket(ranks));
        all[last[owner]][owner].push_back(i);
    }
    return all;
}

std::vector<at::Tensor> ShardedAdam::emptyShares(const Bucket& bucket) const
{
    std::vector<at::Tensor> shares;
    for (const std::vector<std::size_t>& some : bucket) {
        std::int64_t length = 0;
        for (const std::size_t i : some)
            length += m_parameters[i].tensor.numel();
        shares.push_back(at::empty({ length }, m_parameters.front().tensor.options().requires_grad(false)));
    }
    return shares;
}

// After it only the owners have gradients, of their own parameters.
base::Status ShardedAdam::sumGradients(const std::vector<Bucket>& buckets)
{
    for (const Bucket& bucket : buckets) {
        const std::vector<at::Tensor> shares = emptyShares(bucket);
        for (std::size_t r = 0; r < bucket.size(); ++r) {
            std::int64_t begin = 0;
            for (const std::size_t i : bucket[r]) {
                const at::Tensor& parameter = m_parameters[i].tensor;
                const at::Tensor place = shares[r].narrow(0, begin, parameter.numel());
                if (parameter.grad().defined())
                    place.view(parameter.sizes()).copy_(parameter.grad());
                else
                    place.zero_();
                begin += parameter.numel();
                parameter.mutable_grad() = at::Tensor();
                if (static_cast<int>(r) == m_ranks.rank())
                    parameter.mutable_grad() = place.view(parameter.sizes());
            }
        }
        if (base::Status summed = m_ranks.reduceShares(shares); !summed)
            return summed;
    }
    return {};
}

// The norm of every gradient comes from its owner; all ranks see the same ones, in one rank's order.
base::Result<update::StepReport> ShardedAdam::examine(const std::vector<char>& active) const
{
    const at::Tensor own = m_own.gradientNorms();
    std::string bytes;
    if (own.defined()) {
        const at::Tensor values = own.to(at::kDouble).contiguous(); // exact
        bytes.assign(static_cast<const char*>(values.const_data_ptr()), values.nbytes());
    }
    const base::Result<std::vector<std::string>> all = m_ranks.allGather(bytes);
    if (!all)
        return all.error();
    std::vector<at::Tensor> norms;
    std::vector<const std::string*> names;
    std::vector<std::size_t> next(all->size(), 0);
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        if (active[i] == 0)
            continue;
        const auto owner = static_cast<std::size_t>(m_owners[i]);
        double norm = 0;
        if (next[owner] + sizeof norm > (*all)[owner].size())
            return base::failed(fmt::format("rank {} sent too few norms", owner));
        (*all)[owner].copy(reinterpret_cast<char*>(&norm), sizeof norm, next[owner]);
        next[owner] += sizeof norm;
        norms.push_back(at::empty({}, m_parameters[i].tensor.options().requires_grad(false)).fill_(norm));
        names.push_back(&m_parameters[i].name);
    }
    if (norms.empty())
        return update::StepReport {};
    return update::examineNorms(at::stack(norms), names);
}

base::Status ShardedAdam::spreadParameters(const std::vector<Bucket>& buckets)
{
    const auto own = static_cast<std::size_t>(m_ranks.rank());
    for (const Bucket& bucket : buckets) {
        const std::vector<at::Tensor> shares = emptyShares(bucket);
        const auto each = [&](std::size_t rank, const auto& use) {
            std::int64_t begin = 0;
            for (const std::size_t i : bucket[rank]) {
                const at::Tensor value = m_parameters[i].tensor.detach();
                use(value, shares[rank].narrow(0, begin, value.numel()).view(value.sizes()));
                begin += value.numel();
            }
        };
        each(own, [](const at::Tensor& value, const at::Tensor& place) { place.copy_(value); });
        if (base::Status sent = m_ranks.gatherShares(shares); !sent)
            return sent;
        for (std::size_t r = 0; r < bucket.size(); ++r)
            if (r != own)
                each(r, [](const at::Tensor& value, const at::Tensor& place) { value.copy_(place); });
    }
    return {};
}

void ShardedAdam::zeroGrad()
{
    for (update::NamedParameter& parameter : m_parameters)
        parameter.tensor.mutable_grad() = at::Tensor();
}

base::Result<NamedTensors> ShardedAdam::gatherState() const
{
    if (m_ranks.size() == 1)
        return m_own.state();
    const at::NoGradGuard noGrad;
    std::map<std::string, at::Tensor> mine;
    for (const auto& [name, tensor] : m_own.state())
        mine.emplace(name, tensor);
    NamedTensors all;
    for (std::size_t i = 0; i < m_parameters.size(); ++i)
        for (const std::string& kind : update::Adam::stateKinds()) {
            const std::string name = kind + m_parameters[i].name;
            const auto found = mine.find(name);
            const at::Tensor value
                = (found != mine.end() ? found->second
                                       : update::Adam::emptyState(kind, m_parameters[i].tensor))
                      .contiguous();
            if (base::Status sent = m_ranks.broadcast(value, m_owners[i]); !sent)
                return sent.error();
            if (m_ranks.isLead())
                all.emplace_back(name, value.cpu()); // a device has no room for the state of all
        }
    return all;
}

base::Status ShardedAdam::restore(const NamedTensors& state)
{
    if (m_ranks.size() == 1)
        return m_own.restore(state);
    std::map<std::string, int> owners;
    for (std::size_t i = 0; i < m_parameters.size(); ++i)
        for (const std::string& kind : update::Adam::stateKinds())
            owners.emplace(kind + m_parameters[i].name, m_owners[i]);
    if (state.size() != owners.size())
        return base::badInput(
            fmt::format("{} tensors of optimiser state, expected {}", state.size(), owners.size()),
            "optimiser state", "the checkpoint belongs to other trained parameters");
    NamedTensors mine;
    for (const auto& [name, tensor] : state) {
        const auto owner = owners.find(name);
        if (owner == owners.end())
            return base::badInput("no such tensor in the optimiser", "optimiser state, " + name,
                "the checkpoint belongs to other trained parameters");
        if (owner->second == m_ranks.rank())
            mine.emplace_back(name, tensor);
    }
    return m_own.restore(mine);
}

} // namespace msrl::parallel
