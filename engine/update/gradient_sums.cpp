// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/update/gradient_sums.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <memory>
#include <utility>

namespace msrl::update {

struct GradientSums::Hook : torch::autograd::PostAccumulateGradHook
{
    Hook(GradientSums& all, std::size_t ofWorker, std::size_t ofParameter)
        : sums(all)
        , worker(ofWorker)
        , parameter(ofParameter)
    {
    }
    void operator()(const at::Tensor&) override { sums.take(worker, parameter); }

    GradientSums& sums;
    std::size_t worker;
    std::size_t parameter;
};

GradientSums::GradientSums(
    std::vector<at::Tensor> targets, std::vector<std::vector<at::Tensor>> leaves, std::size_t workers)
    : m_targets(std::move(targets))
    , m_leaves(std::move(leaves))
    , m_sums(m_leaves.size(), std::vector<at::Tensor>(m_targets.size()))
    , m_last(m_leaves.size(), 0)
    , m_arrived(m_targets.size())
    , m_workers(workers)
{
    for (std::size_t worker = 0; worker < m_leaves.size(); ++worker)
        for (std::size_t i = 0; i < m_targets.size(); ++i)
            torch::autograd::impl::set_post_acc_grad_hooks(
                m_leaves[worker][i], std::make_unique<Hook>(*this, worker, i));
}

void GradientSums::take(std::size_t worker, std::size_t parameter)
{
    const at::NoGradGuard noGrad;
    const at::Tensor part = std::exchange(m_leaves[worker][parameter].mutable_grad(), at::Tensor());
    at::Tensor& sum = m_sums[worker][parameter];
    if (sum.defined())
        sum.add_(part);
    else
        sum = part.to(m_targets[parameter].scalar_type());
    if (m_last[worker] != 0 && m_arrived[parameter].fetch_add(1) + 1 == m_workers)
        addUp(parameter);
}

void GradientSums::addUp(std::size_t parameter)
{
    at::Tensor& target = m_targets[parameter].mutable_grad();
    for (std::vector<at::Tensor>& sums : m_sums) {
        at::Tensor part = std::exchange(sums[parameter], at::Tensor());
        if (!part.defined())
            continue;
        if (target.defined())
            target.add_(part);
        else
            target = std::move(part);
    }
}

void GradientSums::finish()
{
    const at::NoGradGuard noGrad;
    for (std::size_t i = 0; i < m_targets.size(); ++i)
        addUp(i);
}

} // namespace msrl::update
