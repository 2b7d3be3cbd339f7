// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/rollout/wave_decoder.h"

#include "engine/model/suffix_cache.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <numeric>
#include <optional>

namespace msrl::rollout {

WaveDecoder::WaveDecoder(
    const model::Policy& policy, const model::Prefix& prefix, const GenerateOptions& options)
    : m_policy(policy)
    , m_prefix(prefix)
    , m_options(options)
{
}

bool WaveDecoder::run(std::vector<Row> rows, const std::stop_token& stop,
    const std::function<void(std::int64_t, std::int64_t)>& tick)
{
    m_rows = std::move(rows);
    const std::size_t slots = std::min(m_rows.size(), static_cast<std::size_t>(m_options.maxRows));
    m_active.resize(slots);
    std::iota(m_active.begin(), m_active.end(), std::size_t { 0 });
    m_waiting = slots;
    std::vector<std::int64_t> prompts;
    for (std::size_t slot : m_active)
        prompts.push_back(static_cast<std::int64_t>(m_rows[slot].prompt));
    model::SuffixCache cache(m_policy.config.text, prompts,
        std::min<std::int64_t>(64, m_options.maxNewTokens),
        at::TensorOptions().dtype(m_policy.dtype()).device(m_policy.device()));
    while (!m_active.empty()) {
        if (stop.stop_requested())
            return false;
        const at::Tensor logits = decode(cache);
        sampleAll(logits);
        const std::int64_t finished = settle(cache);
        tick(finished, logits.size(0));
    }
    return true;
}

at::Tensor WaveDecoder::decode(model::SuffixCache& cache)
{
    const auto count = static_cast<std::int64_t>(m_active.size());
    at::Tensor ids = at::empty({ count, 1 }, at::TensorOptions().dtype(at::kLong));
    std::int64_t* id = ids.mutable_data_ptr<std::int64_t>();
    for (std::size_t slot = 0; slot < m_active.size(); ++slot)
        id[slot] = m_rows[m_active[slot]].next;
    cache.reserve(1);
    const at::Tensor hidden = model::extend(m_policy, m_prefix, ids.to(m_policy.device()), &cache);
    return model::logits(m_policy, m_prefix, hidden.squeeze(1)).to(at::kCPU, at::kFloat).contiguous();
}

void WaveDecoder::sampleAll(const at::Tensor& logits)
{
    const float* values = logits.const_data_ptr<float>();
    const auto vocabulary = static_cast<std::size_t>(logits.size(1));
    m_finished.assign(m_active.size(), 0);
    at::parallel_for(0, logits.size(0), 16, [&](std::int64_t begin, std::int64_t end) {
        SamplerScratch scratch;
        for (std::int64_t slot = begin; slot < end; ++slot) {
            const auto s = static_cast<std::size_t>(slot);
            m_finished[s]
                = takeToken(m_rows[m_active[s]], { values + s * vocabulary, vocabulary }, scratch) ? 1 : 0;
        }
    });
}

bool WaveDecoder::takeToken(Row& row, std::span<const float> logits, SamplerScratch& scratch) const
{
    const SampledToken token = sampleToken(logits, m_options.sampling, row.random.uniform(), scratch);
    Completion& out = *row.out;
    out.ids.push_back(token.id);
    out.logprobs.push_back(token.logprob);
    out.entropies.push_back(token.entropy);
    row.entropySum += token.entropy;
    row.next = token.id;
    if (m_options.topLogprobs > 0)
        out.topLogprobs.push_back(meanTopLogprob(logits, m_options.topLogprobs, scratch));
    if (!m_options.watchedIds.empty()) {
        const double total = logSumExp(logits);
        for (std::int64_t id : m_options.watchedIds)
            out.watchedLogprobs.push_back(
                static_cast<float>(static_cast<double>(logits[static_cast<std::size_t>(id)]) - total));
    }
    const bool stopped
        = std::find(m_options.stopIds.begin(), m_options.stopIds.end(), token.id) != m_options.stopIds.end()
        || (m_options.isFinished && m_options.isFinished(out.ids));
    std::optional<Finish> end;
    if (stopped || static_cast<std::int64_t>(out.ids.size()) >= m_options.maxNewTokens)
        end = stopped ? Finish::Stop : Finish::Length;
    if (m_options.onToken && !m_options.onToken(row.number, out, end) && !end)
        end = Finish::Stop;
    if (!end)
        return false;
    out.finish = *end;
    out.meanEntropy = row.entropySum / static_cast<double>(out.ids.size());
    return true;
}

std::int64_t WaveDecoder::settle(model::SuffixCache& cache)
{
    std::int64_t finished = 0;
    std::vector<std::int64_t> keep;
    std::vector<std::size_t> active;
    for (std::size_t slot = 0; slot < m_active.size(); ++slot) {
        if (m_finished[slot] != 0) {
            ++finished;
            if (m_waiting == m_rows.size())
                continue;
            m_active[slot] = m_waiting++;
            cache.restart(
                static_cast<std::int64_t>(slot), static_cast<std::int64_t>(m_rows[m_active[slot]].prompt));
        }
        keep.push_back(static_cast<std::int64_t>(slot));
        active.push_back(m_active[slot]);
    }
    if (finished == 0)
        return 0;
    // Rows of one prompt side by side share its keys while these are in the cache of the processor.
    std::vector<std::size_t> order(keep.size());
    std::iota(order.begin(), order.end(), std::size_t { 0 });
    std::stable_sort(order.begin(), order.end(),
        [&](std::size_t a, std::size_t b) { return m_rows[active[a]].prompt < m_rows[active[b]].prompt; });
    std::vector<std::int64_t> slots(keep.size());
    m_active.resize(keep.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        slots[i] = keep[order[i]];
        m_active[i] = active[order[i]];
    }
    cache.select(slots);
    return finished;
}

} // namespace msrl::rollout
