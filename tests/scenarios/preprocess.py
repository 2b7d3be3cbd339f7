# SPDX-License-Identifier: GPL-3.0-or-later
"""preprocess against recorded pixels and grids of both reference pipelines, and videos made here."""
import base64
import hashlib
import json
import pathlib
import shutil

import engine
import pictures
import tensors

DATA = pathlib.Path(__file__).resolve().parents[1] / "data"
MODEL, PICTURES = DATA / "model", DATA / "preprocess"


class PreprocessTest(engine.ToolTest):
    def setUp(self):
        super().setUp()
        self.out = self.work / "pixels.safetensors"

    def model(self, size, source="hf_disk", **changes):
        folder = self.work / f"{source}-{size}"
        folder.mkdir(exist_ok=True)
        config = json.loads((MODEL / source / "config.json").read_text())
        config["vision_config"]["image_size"] = [size, size] if source == "hf_disk" else size
        config.update(changes)
        (folder / "config.json").write_text(json.dumps(config))
        return folder

    def ask(self, model, *options):
        """What is said, and the tensors written."""
        done = self.engine("preprocess", "--model", model, *options, "--out", self.out, "--json")
        return json.loads(done.stdout), tensors.read(self.out)

    def not_done(self, words, model, *options):
        self.refused(words, "preprocess", "--model", model, *options, "--out", self.work / "none.safetensors")
        self.assertFalse((self.work / "none.safetensors").exists())


class Images(PreprocessTest):
    def test_grids_and_pixels_are_the_reference_ones(self):
        cases = 0
        for picture in json.loads((PICTURES / "images.json").read_text())["images"]:
            for case in picture["cases"]:
                if case["image_size"] != 56 and case["max_num"] != 6:
                    continue
                for resize in ("pil", "torchvision"):
                    said, written = self.ask(self.model(case["image_size"]), "--image", PICTURES / picture["file"],
                                             "--max-tiles", case["max_num"], "--resize", resize)
                    where = (picture["file"], case["image_size"], case["max_num"], resize)
                    self.assertEqual(said["resize"], resize)
                    self.assertEqual(said["grid"], {"cols": case["cols"], "rows": case["rows"]}, where)
                    self.assertEqual(said["tiles"], case["tiles"], where)
                    side = case["image_size"] // 14 // 2
                    self.assertEqual(said["tokens"], case["tiles"] * side * side, where)
                    pixels = written["pixel_values"]
                    self.assertEqual(pixels.shape, [case["tiles"], 3, case["image_size"], case["image_size"]])
                    self.assertEqual(hashlib.sha256(pixels.values.tobytes()).hexdigest(), case[resize]["sha256_float_tchw"], where)
                    cases += 1
        self.assertGreater(cases, 60)

    def test_transparency_before_white(self):
        """As transformers 5; images without transparency stay as they are."""
        seen = set()
        for picture in json.loads((PICTURES / "images.json").read_text())["images"]:
            case = next(case for case in picture["cases"] if case["image_size"] == 56 and case["max_num"] == 12)
            want = case.get("torchvision_hf5_alpha_over_white", case["torchvision"])
            seen.add(want is case["torchvision"])
            _, written = self.ask(self.model(56), "--image", PICTURES / picture["file"], "--resize", "torchvision", "--alpha", "white")
            sha = hashlib.sha256(written["pixel_values"].values.tobytes()).hexdigest()
            self.assertEqual(sha, want["sha256_float_tchw"], picture["file"])
        self.assertEqual(seen, {True, False})

    def test_an_image_in_memory_is_that_of_the_file(self):
        picture = PICTURES / "e_56x56_RGB.png"
        uri = "data:image/png;base64," + base64.b64encode(picture.read_bytes()).decode()
        said, written = self.ask(self.model(56), "--image", uri)
        want, wanted = self.ask(self.model(56), "--image", picture)
        self.assertEqual(written["pixel_values"].values, wanted["pixel_values"].values)
        self.assertEqual({**said, "image": ""}, {**want, "image": ""})
        self.not_done(["image in the row", "base64"], self.model(56), "--image", uri[:-3])
        self.not_done(["image in the row", "PNG"], self.model(56), "--image", uri[:-40])

    def test_the_original_form_says_how_images_are_cut(self):
        wide = PICTURES / "k_171x129_RGB.png"
        tiles = lambda *options, **changes: self.ask(self.model(56, "original", **changes), "--image", wide, *options)[0]["tiles"]
        self.assertEqual(tiles(max_dynamic_patch=12, use_thumbnail=True), 13)
        self.assertEqual(tiles(max_dynamic_patch=12, use_thumbnail=False), 12)
        self.assertLessEqual(tiles(max_dynamic_patch=4, use_thumbnail=True), 5)
        self.assertEqual(tiles("--max-tiles", 12, max_dynamic_patch=4), 13)
        self.assertEqual(tiles(dynamic_image_size=False), 1)
        self.not_done(["config.json", "max_dynamic_patch"], self.model(56, "original", max_dynamic_patch=0), "--image", wide)

    def test_refusals(self):
        model, picture = self.model(56), PICTURES / "e_56x56_RGB.png"
        said = self.engine("preprocess", "--help").stdout
        for option in ("--max-tiles", "--resize", "--video", "--frames", "--frame-rule", "--seconds", "--fps"):
            self.assertIn(option, said)
        self.not_done(["config.json"], model, "--image", model / "config.json")
        self.not_done(["missing.png"], model, "--image", self.work / "missing.png")
        self.not_done(["--max-tiles"], model, "--image", picture, "--max-tiles", 0)
        self.not_done(["k_171x129", "13 tiles, the limit is 12"], model, "--image", PICTURES / "k_171x129_RGB.png", "--max-sample-tiles", 12)
        self.not_done(["--resize"], model, "--image", picture, "--resize", "nearest")
        self.not_done(["--alpha"], model, "--image", picture, "--alpha", "black")
        self.not_done(["--alpha"], model, "--video", picture, "--alpha", "white")
        self.refused(["no/x.safetensors: cannot be written"], "preprocess", "--model", model, "--image", picture, "--out", self.work / "no" / "x.safetensors")
        self.not_done(["--image", "--video"], model)
        self.not_done(["--image", "--video"], model, "--image", picture, "--video", picture)
        self.not_done(["--frames"], model, "--image", picture, "--frames", 2)
        (model / "preprocessor_config.json").write_text('{"min_patches": 4}')
        self.not_done(["--max-tiles", "at least 4"], model, "--image", picture, "--max-tiles", 2)


class Videos(PreprocessTest):
    def setUp(self):
        super().setUp()
        width, height, rows = pictures.read_png(PICTURES / "a_57x43_RGB.png")
        # Eleven pictures that differ everywhere.
        self.shown = [(width, height, [bytes(value ^ (23 * k) & 255 for value in row) for row in rows]) for k in range(11)]
        self.video = self.work / "clip.avi"
        pictures.write_avi(self.video, self.shown, 5)

    def pixels_of(self, index, model, *options):
        path = self.work / "one.png"
        pictures.write_png(path, self.shown[index])
        return self.ask(model, "--image", path, *options)[1]["pixel_values"].values

    def expect(self, indices, *options, resize="pil"):
        model = self.model(56)
        said, written = self.ask(model, "--video", self.video, *options, "--resize", resize)
        self.assertEqual(said["frames"], indices)
        self.assertEqual((said["total_frames"], said["fps"], said["width"], said["height"]), (11, 5.0, 57, 43))
        self.assertEqual((said["tiles"], said["tokens"]), (len(indices), 4 * len(indices)))
        pixels = written["pixel_values"]
        self.assertEqual(pixels.shape, [len(indices), 3, 56, 56])
        size = 3 * 56 * 56
        for k, index in enumerate(indices):
            one = self.pixels_of(index, model, "--max-tiles", 1, "--resize", resize)
            self.assertEqual(pixels.values[k * size:(k + 1) * size], one, (k, index))
        return said

    def test_frames_and_pixels(self):
        # Segments of 2.5: 1.25 + round(0, 2.5, 5, 7.5), halves to even.
        said = self.expect([1, 3, 6, 9], "--frames", 4)
        self.assertEqual(said["prompt"], "Frame1: <image>\nFrame2: <image>\nFrame3: <image>\nFrame4: <image>\n")
        # 11 / 4 = 2.75: 1.375, 4.125, 6.875, 9.625.
        said = self.expect([1, 4, 6, 9], "--frames", 4, "--frame-rule", "hf", resize="torchvision")
        self.assertEqual(said["prompt"], "Frame1: <image>\nFrame2: <image>\nFrame3: <image>\nFrame4: <image>")
        self.expect([5], "--fps", 0.5, "--frame-rule", "hf")  # int(11 / 5 * 0.5) = 1: 5.5
        self.expect([5, 7], "--frames", 2, "--seconds", 1, 1.6)  # frames 5 to 8, segments of 1.5: 5.75, 7.75
        self.assertIn("4 of 11 frames", self.engine("preprocess", "--model", self.model(56), "--video", self.video, "--frames", 4).stdout)

    def test_a_folder_of_frames_is_read_alike(self):
        folder = self.work / "frames"
        folder.mkdir()
        for k, picture in enumerate(self.shown):
            pictures.write_png(folder / f"{k:03}.png", picture)
        for rule in ("original", "hf"):
            of_file, of_folder = (self.ask(self.model(56), "--video", path, "--frames", 5, "--frame-rule", rule)
                                  for path in (self.video, folder))
            self.assertEqual(of_file[0]["frames"], of_folder[0]["frames"])
            self.assertEqual(of_file[1]["pixel_values"].values, of_folder[1]["pixel_values"].values)

    def test_frames_can_be_tiled(self):
        said, written = self.ask(self.model(56), "--video", self.video, "--frames", 2, "--max-tiles", 12)
        self.assertEqual(said["tiles_per_frame"], [13, 13])  # as the recorded grid of this size
        self.assertEqual(written["pixel_values"].shape[0], 26)
        self.not_done(["clip.avi", "26 tiles, the limit is 25"], self.model(56), "--video", self.video, "--frames", 2,
                      "--max-tiles", 12, "--max-sample-tiles", 25)

    def test_refusals(self):
        model = self.model(56)
        empty, half, text = (self.work / name for name in ("empty.avi", "half.avi", "text.mp4"))
        pictures.write_avi(empty, [], 5)
        half.write_bytes(self.video.read_bytes()[:20_000])
        text.write_text("nothing to see")
        self.not_done(["empty.avi", "no frames"], model, "--video", empty)
        self.not_done(["half.avi", "cut off"], model, "--video", half)
        self.not_done(["text.mp4", "not a video"], model, "--video", text)
        self.not_done(["gone.mp4"], model, "--video", self.work / "gone.mp4")
        self.not_done(["12 frames", "of 11"], model, "--video", self.video, "--frames", 12, "--frame-rule", "hf")
        self.not_done(["--frames"], model, "--video", self.video, "--frames", 0)
        self.not_done(["--frame-rule"], model, "--video", self.video, "--frame-rule", "every")
        self.not_done(["original"], model, "--video", self.video, "--frame-rule", "hf", "--seconds", 0, 1)
        self.not_done(["hf"], model, "--video", self.video, "--fps", 1)
        (self.work / "bare").mkdir()
        self.not_done(["bare"], model, "--video", self.work / "bare")


class LlavaOneVision(PreprocessTest):
    def anyres(self):
        """The sizes of the published model: tiles of 384, all grids up to 6 x 6, anyres_max_9."""
        steps = range(384, 384 * 6 + 1, 384)
        return self.model(384, "llava_onevision", image_grid_pinpoints=[[h, w] for h in steps for w in steps],
                          vision_aspect_ratio="anyres_max_9")

    def test_grids_and_tokens_are_the_reference_ones(self):
        model, cases = self.anyres(), 0
        for case in json.loads((PICTURES / "llava_ov_anyres.json").read_text()):
            width, height = case["width"], case["height"]
            if width * height > 500_000:
                continue  # tests/engine/model looks at all of them without pixels
            path = self.work / "blank.png"
            pictures.write_png(path, (width, height, [bytes(3 * width)] * height))
            said = json.loads(self.engine("preprocess", "--model", model, "--image", path, "--resize", "torchvision", "--json").stdout)
            self.assertEqual(said["pinpoint"], {"width": case["best_width"], "height": case["best_height"]}, case)
            self.assertEqual(said["grid"], {"cols": case["best_width"] // 384, "rows": case["best_height"] // 384}, case)
            self.assertEqual([said["features"]["rows"], said["features"]["cols"]], case["grid_tokens"], case)
            self.assertEqual((said["tiles"], said["tokens"]), (case["tiles"], case["image_tokens"]), case)
            cases += 1
        self.assertGreater(cases, 5)

    def test_pixels_are_the_reference_ones(self):
        """Those of transformers' processor on Pillow, with mean and deviation 0.5."""
        for case in json.loads((PICTURES / "llava_ov_pixels.json").read_text())["images"]:
            said, written = self.ask(MODEL / "llava_onevision", "--image", PICTURES / case["file"])
            pixels = written["pixel_values"]
            self.assertEqual(pixels.shape, [1, *case["shape"]], case["file"])
            self.assertEqual(written["image_sizes"].values.tolist(), case["image_size"])
            as_bytes = bytes(round((value * 0.5 + 0.5) * 255) for value in pixels.values)
            self.assertEqual(hashlib.sha256(as_bytes).hexdigest(), case["uint8_sha256"], case["file"])
            for index, want in case["samples"]:
                self.assertAlmostEqual(pixels.values[index], want, delta=1e-6)

    def test_what_is_written_is_what_the_model_reads(self):
        model = self.work / "model"
        shutil.copytree(MODEL / "llava_onevision", model)
        said, written = self.ask(model, "--image", PICTURES / "b_150x100_RGB.png")
        self.assertEqual(written["image_sizes"].values.tolist(), [100, 150])
        self.assertEqual(written["pixel_values"].shape, [1, said["tiles"], 3, 42, 42])
        self.forward(model, written, [300] * said["tokens"])
        clip = self.work / "clip.avi"
        pictures.write_avi(clip, [pictures.read_png(PICTURES / "a_57x43_RGB.png")] * 3, 5)
        said, written = self.ask(model, "--video", clip, "--frames", 3)
        self.assertEqual(written["pixel_values_videos"].shape, [1, 3, 3, 42, 42])
        self.assertEqual(said["tokens"], 3 * 2 * 2 + 1)
        self.forward(model, written, [301] * said["tokens"])

    def forward(self, model, written, placeholders):
        ids = [5, *placeholders, 7]
        path = self.work / "in.safetensors"
        tensors.write(path, {"input_ids": tensors.Tensor("I64", [1, len(ids)], ids), **written})
        self.engine("debug", "forward", "--model", model, "--tensors", path, "--out", self.work / "logits.safetensors")

    def test_refusals(self):
        self.not_done(["10 tiles, the limit is 9"], MODEL / "llava_onevision", "--image", PICTURES / "b_150x100_RGB.png", "--max-sample-tiles", 9)
        self.not_done(["--max-tiles", "pinpoints"], MODEL / "llava_onevision", "--image", PICTURES / "e_56x56_RGB.png", "--max-tiles", 2)


if __name__ == "__main__":
    engine.main()
