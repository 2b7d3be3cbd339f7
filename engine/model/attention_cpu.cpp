// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/attention_cpu.h"

#include "engine/model/attention_kernel.h"
#include "engine/model/attention_schedule.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace msrl::model {
namespace {

using kernels::AttentionGroup;
using kernels::AttentionRow;
using kernels::AttentionSizes;
using kernels::AttentionTask;
using kernels::KeyRows;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Arrays
{
    AttentionSizes sizes;
    const float* q = nullptr;
    const float* k = nullptr; // training: [N,KV,hd]; decoding: the cache [rows,KV,capacity,hd]
    const float* v = nullptr;
    std::int64_t capacity = 0; // 0: training
    const float* promptKeys = nullptr;
    const float* promptValues = nullptr;
    std::int64_t promptColumns = 0;
    float* out = nullptr;
    float* logSums = nullptr;
};

// Where a prompt's keys of one head begin, in the stored prompts or among the tokens.
std::int64_t promptOffset(const Arrays& a, const RowLayout& layout, std::int64_t prompt, std::int64_t kv)
{
    const auto p = static_cast<std::size_t>(prompt);
    if (!layout.parents.empty())
        return (layout.offsets[p] * a.sizes.kvHeads + kv) * a.sizes.headDim;
    return ((prompt * a.sizes.kvHeads + kv) * a.promptColumns + layout.begins[p]) * a.sizes.headDim;
}

KeyRows promptRows(const Arrays& a, const RowLayout& layout, std::int64_t prompt, std::int64_t kv)
{
    const std::int64_t at = promptOffset(a, layout, prompt, kv);
    const auto p = static_cast<std::size_t>(prompt);
    if (!layout.parents.empty())
        return { a.k + at, a.v + at, a.sizes.kvHeads * a.sizes.headDim,
            layout.offsets[p + 1] - layout.offsets[p] };
    return { a.promptKeys + at, a.promptValues + at, a.sizes.headDim, layout.lengths[p] };
}

AttentionTask taskFor(const Arrays& a, const RowLayout& layout, const AttentionGroup& group, std::int64_t kv)
{
    const std::int64_t hd = a.sizes.headDim;
    AttentionTask task { a.sizes, kv, {}, {}, a.q, a.out, a.logSums };
    if (group.prompt >= 0)
        task.prompt = promptRows(a, layout, group.prompt, kv);
    task.own.reserve(group.rows.size());
    for (const AttentionRow& row : group.rows) {
        const bool cached = a.capacity > 0;
        const std::int64_t at = cached ? (row.slot * a.sizes.kvHeads + kv) * a.capacity * hd
                                       : ((row.begin - row.cached) * a.sizes.kvHeads + kv) * hd;
        task.own.push_back(
            { a.k + at, a.v + at, cached ? hd : a.sizes.kvHeads * hd, row.cached + row.tokens });
    }
    return task;
}

Arrays arraysOf(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const PromptKeys& prompt)
{
    Arrays a { { q.size(1), k.size(1), q.size(2) }, q.const_data_ptr<float>(), k.const_data_ptr<float>(),
        v.const_data_ptr<float>() };
    if (prompt.keys.defined()) {
        a.promptKeys = prompt.keys.const_data_ptr<float>();
        a.promptValues = prompt.values.const_data_ptr<float>();
        a.promptColumns = prompt.keys.size(2);
    }
    return a;
}

void runForward(const Arrays& a, const RowLayout& layout, const SuffixCache* cache)
{
    forTasks(
        attentionSchedule(layout, cache), a.sizes.kvHeads, [&](const AttentionGroup& group, std::int64_t kv) {
            kernels::attendGroup(taskFor(a, layout, group, kv), group);
        });
}

class AttendRows : public torch::autograd::Function<AttendRows>
{
public:
    static at::Tensor forward(AutogradContext* ctx, const at::Tensor& q, const at::Tensor& k,
        const at::Tensor& v, const std::optional<at::Tensor>& promptKeys,
        const std::optional<at::Tensor>& promptValues, const RowLayout& layout)
    {
        const PromptKeys prompt { promptKeys.value_or(at::Tensor()), promptValues.value_or(at::Tensor()) };
        at::Tensor out = at::empty_like(q);
        at::Tensor logSums = at::empty({ q.size(0), q.size(1) }, q.options());
        Arrays a = arraysOf(q, k, v, prompt);
        a.out = out.mutable_data_ptr<float>();
        a.logSums = logSums.mutable_data_ptr<float>();
        runForward(a, layout, nullptr);
        ctx->save_for_backward({ q, k, v, prompt.keys, prompt.values, out, logSums });
        ctx->saved_data["offsets"] = layout.offsets;
        ctx->saved_data["prompts"] = layout.prompts;
        ctx->saved_data["begins"] = layout.begins;
        ctx->saved_data["lengths"] = layout.lengths;
        ctx->saved_data["parents"] = layout.parents;
        ctx->saved_data["promptGradient"] = prompt.keys.defined() && prompt.keys.requires_grad();
        return out;
    }

    static variable_list backward(AutogradContext* ctx, const variable_list& gradients)
    {
        const variable_list saved = ctx->get_saved_variables();
        const auto integers = [&](const char* key) { return ctx->saved_data[key].toIntVector(); };
        const RowLayout layout { integers("offsets"), integers("prompts"), integers("begins"),
            integers("lengths"), {}, integers("parents") };
        const PromptKeys prompt { saved[3], saved[4] };
        const at::Tensor gOut = gradients[0].contiguous();
        at::Tensor gq = at::empty_like(saved[0]);
        at::Tensor gk = at::empty_like(saved[1]);
        at::Tensor gv = at::empty_like(saved[2]);
        at::Tensor gPromptKeys;
        at::Tensor gPromptValues;
        if (ctx->saved_data["promptGradient"].toBool()) {
            gPromptKeys = at::zeros_like(prompt.keys);
            gPromptValues = at::zeros_like(prompt.values);
        }
        Arrays a = arraysOf(saved[0], saved[1], saved[2], prompt);
        a.out = const_cast<float*>(saved[5].const_data_ptr<float>()); // only read in the backward
        a.logSums = const_cast<float*>(saved[6].const_data_ptr<float>());
        const float* gOutData = gOut.const_data_ptr<float>();
        float* gqData = gq.mutable_data_ptr<float>();
        float* gkData = gk.mutable_data_ptr<float>();
        float* gvData = gv.mutable_data_ptr<float>();
        float* gKeys = gPromptKeys.defined() ? gPromptKeys.mutable_data_ptr<float>() : nullptr;
        float* gValues = gPromptValues.defined() ? gPromptValues.mutable_data_ptr<float>() : nullptr;
        if (!layout.parents.empty()) { // the prompts' keys are tokens like others
            gKeys = gkData;
            gValues = gvData;
        }
        forTasks(attentionSchedule(layout, nullptr), a.sizes.kvHeads,
            [&](const AttentionGroup& group, std::int64_t kv) {
                kernels::AttentionBackwardTask task { taskFor(a, layout, group, kv), gOutData, gqData, gkData,
                    gvData };
                if (gKeys && group.prompt >= 0) {
                    const std::int64_t at = promptOffset(a, layout, group.prompt, kv);
                    task.gPromptKeys = gKeys + at;
                    task.gPromptValues = gValues + at;
                    task.gPromptStride = task.forward.prompt.stride;
                }
                kernels::attendGroupBackward(task, group);
            });
        return { gq, gk, gv, gPromptKeys, gPromptValues, {} };
    }
};

// Writes each row's new keys or values behind what its slot holds.
void store(const at::Tensor& from, at::Tensor& to, const RowLayout& layout, const SuffixCache& cache)
{
    const std::int64_t kvHeads = from.size(1);
    const std::int64_t hd = from.size(2);
    const float* source = from.const_data_ptr<float>();
    float* target = to.mutable_data_ptr<float>();
    for (std::size_t b = 0; b + 1 < layout.offsets.size(); ++b) {
        const std::int64_t first = cache.lengths()[b] - layout.offsets[b];
        for (std::int64_t t = layout.offsets[b]; t < layout.offsets[b + 1]; ++t) {
            for (std::int64_t kv = 0; kv < kvHeads; ++kv)
                std::copy_n(source + (t * kvHeads + kv) * hd, hd,
                    target + ((cache.rows()[b] * kvHeads + kv) * cache.capacity() + first + t) * hd);
        }
    }
}

std::optional<at::Tensor> denseIfDefined(const at::Tensor& x)
{
    return x.defined() ? std::optional(x.contiguous()) : std::nullopt;
}

} // namespace

at::Tensor attendRowsCpu(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
    const PromptKeys& prompt, const RowLayout& layout)
{
    if (at::GradMode::is_enabled())
        return AttendRows::apply(q.contiguous(), k.contiguous(), v.contiguous(), denseIfDefined(prompt.keys),
            denseIfDefined(prompt.values), layout);
    at::Tensor out = at::empty_like(q);
    Arrays a = arraysOf(q, k, v, prompt);
    a.out = out.mutable_data_ptr<float>();
    runForward(a, layout, nullptr);
    return out;
}

at::Tensor attendCachedCpu(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
    const PromptKeys& prompt, const RowLayout& layout, SuffixCache& cache, std::size_t layer)
{
    store(k, cache.keys(layer), layout, cache);
    store(v, cache.values(layer), layout, cache);
    at::Tensor out = at::empty_like(q);
    Arrays a = arraysOf(q, cache.keys(layer), cache.values(layer), prompt);
    a.capacity = cache.capacity();
    a.out = out.mutable_data_ptr<float>();
    runForward(a, layout, &cache);
    return out;
}

} // namespace msrl::model
