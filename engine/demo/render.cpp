// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/demo/render.h"

#include "engine/vision/encode.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>

namespace msrl::demo {

namespace {

using Color = std::array<double, 3>;

constexpr std::array<Color, 4> kRgb { Color { 0.9, 0.1, 0.1 }, Color { 0.1, 0.7, 0.1 },
    Color { 0.15, 0.2, 0.95 }, Color { 0.95, 0.9, 0.1 } };
constexpr double kGround = 0.5;
constexpr double kNoise = 0.05; // standard deviation of every ground pixel
constexpr double kTint = 0.05; // standard deviation of an object's colour, per channel
constexpr double kCentre = 13.5;
constexpr std::int64_t kShift = 3; // pixels that the centre may lie off, each way
constexpr double kSmallest = 7; // radius
constexpr double kLargest = 10;

// How one object is drawn in all frames of its scene.
struct Look
{
    double y = 0;
    double x = 0;
    double radius = 0;
    Color tint {};
};

Look drawLook(base::RandomStream& random)
{
    Look look;
    look.y = kCentre + static_cast<double>(random.between(-kShift, kShift));
    look.x = kCentre + static_cast<double>(random.between(-kShift, kShift));
    look.radius = kSmallest + (kLargest - kSmallest) * random.uniform();
    for (double& channel : look.tint)
        channel = kTint * random.normal();
    return look;
}

// Is the point, relative to the centre, inside the shape of radius r?
bool inside(std::string_view shape, double y, double x, double r)
{
    if (shape == "circle")
        return y * y + x * x <= r * r;
    if (shape == "square")
        return std::abs(y) <= r * 0.85 && std::abs(x) <= r * 0.85;
    if (shape == "triangle")
        return y <= r * 0.8 && y >= -r && std::abs(x) <= (y + r) * 0.6;
    return (std::abs(y) <= r * 0.3 && std::abs(x) <= r) || (std::abs(x) <= r * 0.3 && std::abs(y) <= r);
}

std::uint8_t toByte(double value)
{
    return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0, 1.0) * 255.0));
}

Image drawGround(base::RandomStream& random)
{
    Image image {};
    for (std::uint8_t& value : image)
        value = toByte(kGround + kNoise * random.normal());
    return image;
}

void drawObject(Image& image, const SceneObject& object, const Look& look, bool acted)
{
    std::size_t cell = object.cell;
    std::size_t color = object.color;
    if (acted && object.action.kind == Action::Kind::Moves)
        cell = neighbour(cell, object.action.value);
    if (acted && object.action.kind == Action::Kind::Turns)
        color = object.action.value;
    const std::size_t top = kCellSide * (cell / 2);
    const std::size_t left = kCellSide * (cell % 2);
    for (std::size_t row = 0; row < kCellSide; ++row) {
        for (std::size_t column = 0; column < kCellSide; ++column) {
            if (!inside(kShapes[object.shape], static_cast<double>(row) - look.y,
                    static_cast<double>(column) - look.x, look.radius))
                continue;
            for (std::size_t channel = 0; channel < 3; ++channel)
                image[((top + row) * kImageSide + left + column) * 3 + channel]
                    = toByte(kRgb[color][channel] + look.tint[channel]);
        }
    }
}

} // namespace

std::vector<Image> drawScene(const Scene& scene, base::RandomStream& random)
{
    std::vector<Look> looks;
    for (std::size_t i = 0; i < scene.objects.size(); ++i)
        looks.push_back(drawLook(random));
    std::vector<Image> frames;
    for (std::size_t frame = 0; frame < (scene.video ? kVideoFrames : 1); ++frame) {
        Image image = drawGround(random);
        for (std::size_t i = 0; i < scene.objects.size(); ++i)
            drawObject(image, scene.objects[i], looks[i], scene.video && frame >= scene.changeFrame);
        frames.push_back(image);
    }
    return frames;
}

base::Result<std::string> encodePng(const Image& image)
{
    return vision::encodePng({ kImageSide, kImageSide, { image.begin(), image.end() } });
}

} // namespace msrl::demo
