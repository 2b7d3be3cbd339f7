// SPDX-License-Identifier: GPL-3.0-or-later
// The tensors of a model by their role in the forward. Matrices are [out, in], as on disk.
//
// Matrices that read the same input lie one after the other in one block (query | key | value, gate | up), so
// that one product serves all. The named parameters are row slices of these blocks and share their storage.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace msrl::model {

struct LinearWeights
{
    at::Tensor weight;
    at::Tensor bias; // undefined: none
};

struct NormWeights
{
    at::Tensor weight;
    at::Tensor bias; // undefined for RMSNorm
};

struct VisionLayerWeights
{
    NormWeights norm1;
    std::vector<LinearWeights> qkvParts; // query, key, value: the parameters
    LinearWeights qkv; // the block they lie in
    LinearWeights out;
    at::Tensor scale1;
    NormWeights norm2;
    LinearWeights fc1;
    LinearWeights fc2;
    at::Tensor scale2;
};

struct VisionWeights
{
    at::Tensor cls; // [1,1,C]; SigLIP has none
    at::Tensor positions; // [1,1+patches,C]; SigLIP [patches,C]
    LinearWeights patch; // [C,3,p,p]
    std::vector<VisionLayerWeights> layers;
    NormWeights postNorm; // SigLIP: stored, not used
};

struct ProjectorWeights
{
    NormWeights norm; // InternVL only
    LinearWeights linear1;
    LinearWeights linear2;
};

struct TextLayerWeights
{
    at::Tensor inputNorm;
    std::vector<LinearWeights> qkvParts;
    LinearWeights qkv;
    at::Tensor out;
    at::Tensor queryNorm; // undefined for Qwen2
    at::Tensor keyNorm;
    at::Tensor postNorm;
    std::vector<LinearWeights> gateUpParts;
    LinearWeights gateUp;
    at::Tensor down;
};

struct Weights
{
    VisionWeights vision;
    ProjectorWeights projector;
    at::Tensor imageNewline; // LLaVA-OneVision [D]: ends a row of features
    at::Tensor embedding; // [V,D]
    std::vector<TextLayerWeights> layers;
    at::Tensor norm;
    at::Tensor head; // the embedding itself when tied

    // Rotary positions [maxPositions, hd/2]: a function of the configuration, not parameters.
    at::Tensor cosines;
    at::Tensor sines;
};

} // namespace msrl::model
