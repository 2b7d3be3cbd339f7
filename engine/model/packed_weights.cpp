// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/packed_weights.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>

#include <cstdint>
#include <optional>

namespace msrl::model {

namespace {

constexpr std::int64_t kLeastBytes = std::int64_t { 32 } << 20; // less stays in the caches
constexpr std::int64_t kMostBytes = std::int64_t { 2 } << 30;
constexpr std::int64_t kRowsExpected = 64; // a layout good for 8 to 128

// oneDNN's product with weights in its own layout; operators that LibTorch registers without a C++ header.
struct Operators
{
    std::optional<c10::OperatorHandle> reorder
        = c10::Dispatcher::singleton().findSchema({ "mkldnn::_reorder_linear_weight", "" });
    std::optional<c10::OperatorHandle> linear
        = c10::Dispatcher::singleton().findSchema({ "mkldnn::_linear_pointwise", "" });

    bool present() const { return reorder.has_value() && linear.has_value(); }
};

const Operators& operators()
{
    static const Operators found;
    return found;
}

at::Tensor pack(const at::Tensor& weight)
{
    torch::jit::Stack stack { weight.detach(), kRowsExpected };
    operators().reorder->callBoxed(&stack);
    return stack.front().toTensor();
}

std::int64_t bytesOf(const Weights& weights)
{
    auto bytes = static_cast<std::int64_t>(weights.head.nbytes());
    for (const TextLayerWeights& layer : weights.layers)
        bytes += static_cast<std::int64_t>(layer.qkv.weight.nbytes() + layer.out.nbytes()
            + layer.gateUp.weight.nbytes() + layer.down.nbytes());
    return bytes;
}

} // namespace

std::shared_ptr<const PackedWeights> packWeights(const Policy& policy)
{
    const Weights& weights = policy.weights;
    const std::int64_t bytes = bytesOf(weights);
    if (policy.device().type() != c10::kCPU || policy.dtype() != at::kFloat || bytes < kLeastBytes
        || bytes > kMostBytes || !operators().present())
        return nullptr;
    auto packed = std::make_shared<PackedWeights>();
    packed->head = pack(weights.head);
    for (const TextLayerWeights& layer : weights.layers)
        packed->layers.push_back(
            { pack(layer.qkv.weight), pack(layer.out), pack(layer.gateUp.weight), pack(layer.down) });
    return packed;
}

at::Tensor packedLinear(const at::Tensor& x, const at::Tensor& packed, const at::Tensor& bias)
{
    const c10::IValue noBias;
    torch::jit::Stack stack { x, packed, bias.defined() ? c10::IValue(bias) : noBias, std::string("none"),
        c10::List<std::optional<at::Scalar>>(), std::string() };
    operators().linear->callBoxed(&stack);
    return stack.front().toTensor();
}

} // namespace msrl::model
