# SPDX-License-Identifier: GPL-3.0-or-later
"""Data sets with video files and with images inside their rows, through captions, distillation and the audit's pictures."""
import base64
import json
import pathlib

import engine
import pictures

SHORT = ("--bypass", "sft", "--bypass", "rl_text", "--bypass", "rl_caption", "--until", "distil")


class MediaInRows(engine.EngineTest):
    def setUp(self):
        super().setUp()
        self.data = self.demo / self.node(self.project(), "unlabelled")["params"]["path"]

    def rows(self):
        return [json.loads(line) for line in self.data.read_text().splitlines()]

    def rewrite(self, rows):
        self.data.write_text("".join(json.dumps(row) + "\n" for row in rows))

    def media(self, rows):
        for row in rows:
            yield from row.get("media", [])
            yield from (row[key] for key in ("media_a", "media_b") if key in row)

    def as_files(self):
        """Folders of frames become uncompressed videos, images move into their rows."""
        rows, kinds = self.rows(), set()
        for medium in self.media(rows):
            if "image" in medium:
                data = (self.data.parent / medium["image"]).read_bytes()
                medium["image"] = "data:image/png;base64," + base64.b64encode(data).decode()
                kinds.add("image")
                continue
            frames = sorted((self.data.parent / medium["video"]).glob("*.png"))
            medium["video"] += ".avi"
            medium.update(frames=len(frames), frame_rule="hf")  # this rule shows every frame once
            pictures.write_avi(self.data.parent / medium["video"], [pictures.read_png(path) for path in frames], 5)
            kinds.add("video")
        self.assertEqual(kinds, {"image", "video"})
        self.rewrite(rows)

    def shown(self, run):
        """Sample -> the pixels of every picture that its auditor sees."""
        rows = self.query_of(run, "select sample_id, media from candidates order by sample_id")
        return {sample: [[pictures.read_png(pathlib.Path(file)) for file in medium["files"]] for medium in json.loads(media)]
                for sample, media in rows}

    def query_of(self, run, sql):
        self.run_folder, kept = run, self.run_folder
        rows = self.query(sql)
        self.run_folder = kept
        return rows

    def test_files_and_rows_train_the_same_student(self):
        first, second = self.demo / "run-folders", self.demo / "run-files"
        self.run_demo(*SHORT, run=first)
        self.as_files()
        self.run_demo(*SHORT, run=second)
        self.assertEqual(self.report(first)["parameters_sha256"], self.report(second)["parameters_sha256"])
        shown = self.shown(first)
        self.assertGreater(len(shown), 4)
        self.assertEqual(self.shown(second), shown)
        self.assertTrue(list((second / "artefacts" / "pictures").glob("*.png")))
        self.assertFalse((first / "artefacts" / "pictures").exists())

    def test_frames_of_a_file_are_written_for_people(self):
        self.as_files()
        video = next(medium["video"] for medium in self.media(self.rows()) if "video" in medium)
        file = self.data.parent / video
        frames = sorted(file.with_suffix("").glob("*.png"))
        said = json.loads(self.engine("pictures", file, self.demo / "nothing.mp4", frames[0], "--folder", self.demo / "shown",
                                      "--frames", len(frames), "--frame-rule", "hf", "--json").stdout)["media"]
        self.assertEqual([pictures.read_png(pathlib.Path(name)) for name in said[0]["pictures"]],
                         [pictures.read_png(frame) for frame in frames])
        self.assertIn("nothing.mp4", said[1]["problem"])
        self.assertEqual([pictures.read_png(pathlib.Path(name)) for name in said[2]["pictures"]], [pictures.read_png(frames[0])])

    def test_a_step_keeps_the_images_of_its_rows(self):
        project = self.project()
        self.node(project, "rl_multimodal")["params"].update(steps=1, log_samples_every=1, prompts_per_step=16)
        self.write_project(project)
        self.data = self.demo / self.node(project, "labelled")["params"]["path"]
        self.as_files()
        self.run_demo("--bypass", "sft", "--bypass", "rl_text", "--bypass", "rl_caption", "--bypass", "distil", "--until", "rl_multimodal")
        media = [medium for (text,) in self.query("select media from samples where stage = 'rl_multimodal'") for medium in json.loads(text)]
        videos = [medium for medium in media if isinstance(medium, dict)]
        images = [medium for medium in media if isinstance(medium, str)]
        self.assertTrue(videos and images)
        self.assertEqual({medium["frame_rule"] for medium in videos}, {"hf"})
        for image in images:
            self.assertEqual(pathlib.Path(image).parent, self.run_folder / "artefacts" / "pictures")
            pictures.read_png(pathlib.Path(image))

    def refused(self, *words):
        done = self.run_demo(expect=2)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for word in (self.data.name + ":", *words):
            self.assertIn(word, done.stderr)
        self.assertFalse(self.run_folder.exists(), "something was written")

    def test_a_broken_medium_is_refused_before_work(self):
        self.as_files()
        rows = self.rows()
        videos = [medium for medium in self.media(rows) if "video" in medium]
        path = self.data.parent / videos[-1]["video"]
        whole = path.read_bytes()
        path.write_bytes(whole[:len(whole) // 2])
        self.refused(path.name, "cut off")
        pictures.write_avi(path, [], 5)
        self.refused(path.name, "no frames")
        path.write_bytes(whole)
        videos[-1]["frames"] = 99
        self.rewrite(rows)
        self.refused(path.name, "99 frames")
        videos[-1]["frames"] = 2
        image = next(medium for medium in self.media(rows) if "image" in medium)
        image["image"] = image["image"][:-200]
        self.rewrite(rows)
        self.refused("image in the row")

    def test_tiles_over_the_limit_are_refused(self):
        self.set_parameter("rl_multimodal", "max_sample_tiles", 1)
        done = self.run_demo(expect=2)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for word in ("node rl_multimodal", "tiles, the limit is 1", "max_sample_tiles"):
            self.assertIn(word, done.stderr)
        self.assertFalse(self.run_folder.exists(), "something was written")

    def test_the_dataset_says_how_many_frames_a_file_shows(self):
        rows = self.rows()
        self.as_files()
        changed = self.rows()
        for medium in self.media(changed):
            if "video" in medium:
                del medium["frames"], medium["frame_rule"]
        self.rewrite(changed)
        frames = {len(list((self.data.parent / medium["video"]).glob("*.png"))) for medium in self.media(rows) if "video" in medium}
        self.set_parameter("unlabelled", "video_frames", max(frames) + 1)
        self.set_parameter("unlabelled", "frame_rule", "hf")
        self.refused(f"{max(frames) + 1} frames wanted")


if __name__ == "__main__":
    engine.main()
