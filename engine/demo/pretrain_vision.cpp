// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/demo/pixels.h"
#include "engine/demo/pretrain.h"
#include "engine/model/forward.h"
#include "engine/update/optimiser.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>

namespace msrl::demo {

namespace {

constexpr std::int64_t kImages = 96; // per step
constexpr double kLr = 2e-3;
constexpr std::int64_t kPictureWarmup = 30;
constexpr std::int64_t kPlaces = 4;
constexpr std::int64_t kClasses = 5; // of colour and of shape: empty, and the four

struct PictureBatch
{
    at::Tensor pixels; // [images,3,S,S]
    at::Tensor labels; // [images,cells,2] int64: colour, shape
};

PictureBatch drawBatch(base::RandomStream& random)
{
    std::vector<Image> images;
    at::Tensor labels = at::zeros({ kImages, kPlaces, 2 }, at::TensorOptions(at::kLong));
    auto label = labels.accessor<std::int64_t, 3>();
    for (std::int64_t i = 0; i < kImages; ++i) {
        std::vector<SceneObject> parts(1 + static_cast<std::size_t>(random.below(3)));
        for (SceneObject& part : parts) {
            part.color = static_cast<std::size_t>(random.below(kColors.size()));
            part.shape = static_cast<std::size_t>(random.below(kShapes.size()));
        }
        const Scene scene = makeImage(random, parts);
        for (const SceneObject& object : scene.objects) {
            const auto cell = static_cast<std::int64_t>(object.cell);
            label[i][cell][0] = 1 + static_cast<std::int64_t>(object.color);
            label[i][cell][1] = 1 + static_cast<std::int64_t>(object.shape);
        }
        images.push_back(drawScene(scene, random).front());
    }
    return { pixelsOf(images), labels };
}

at::Tensor drawHead(base::RandomStream& random, std::int64_t outputs, std::int64_t inputs)
{
    at::Tensor head = at::empty({ outputs, inputs }, at::TensorOptions(at::kFloat));
    const double deviation = 1.0 / std::sqrt(3.0 * static_cast<double>(inputs));
    float* value = head.data_ptr<float>();
    for (std::int64_t i = 0; i < head.numel(); ++i)
        value[i] = static_cast<float>(deviation * random.normal());
    return head;
}

at::Tensor classLoss(const at::Tensor& logits, const at::Tensor& labels)
{
    return at::cross_entropy_loss(logits.reshape({ -1, logits.size(-1) }), labels.reshape({ -1 }));
}

} // namespace

base::Status pretrainVision(Pretraining& work)
{
    model::setTrainable(work.policy, { model::Part::Vision, model::Part::Projector });
    // A reader of the image tokens for this phase only: colour, shape and place.
    const std::int64_t outputs = 2 * kClasses + kPlaces;
    const std::int64_t hidden = work.policy.config.text.hidden;
    base::RandomStream random(work.options.seed, "demo-vision");
    at::Tensor head = drawHead(random, outputs, hidden).requires_grad_();
    std::vector<update::NamedParameter> parameters { { "head.weight", head } };
    for (const model::Parameter& parameter : model::trainableParameters(work.policy))
        parameters.push_back({ parameter.name, parameter.value });
    update::Adam adam({ { "vision", parameters, kLr, 0.01 } }, { 0.9, 0.999, 1e-8, 0.0 });
    const at::Tensor places = at::arange(kPlaces, at::TensorOptions(at::kLong)).repeat({ kImages });
    const std::int64_t total = work.options.visionSteps;
    for (std::int64_t step = 0; step < total; ++step) {
        if (work.stop.stop_requested())
            return base::stopped("pre-training of the vision tower");
        const PictureBatch batch = drawBatch(random);
        const at::Tensor scores = at::linear(model::imageFeatures(work.policy, batch.pixels), head);
        const at::Tensor colors = scores.narrow(-1, 0, kClasses);
        const at::Tensor shapes = scores.narrow(-1, kClasses, kClasses);
        const at::Tensor loss = classLoss(colors, batch.labels.select(-1, 0))
                                    .add(classLoss(shapes, batch.labels.select(-1, 1)))
                                    .add(classLoss(scores.narrow(-1, 2 * kClasses, kPlaces), places));
        adam.zeroGrad();
        loss.backward();
        const double warm = std::min(1.0, static_cast<double>(step + 1) / kPictureWarmup);
        const update::StepReport report
            = adam.step(warm * (1 - 0.9 * static_cast<double>(step) / static_cast<double>(total)));
        if (report.skipped)
            return base::failed("a gradient is not finite: " + report.offender, "demo base, vision");
        if (work.onProgress) {
            const at::Tensor right = colors.argmax(-1)
                                         .eq(batch.labels.select(-1, 0))
                                         .logical_and(shapes.argmax(-1).eq(batch.labels.select(-1, 1)));
            work.onProgress({ "vision", step + 1, total, loss.item<double>(),
                right.to(at::kFloat).mean().item<double>() });
        }
    }
    return {};
}

} // namespace msrl::demo
