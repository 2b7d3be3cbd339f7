# SPDX-License-Identifier: GPL-3.0-or-later
"""--device: refused in one line and before any work where there is no card; the plug-in's doubles stand for other machines."""
import json
import os
import pathlib
import subprocess

import engine


def double(name):
    return pathlib.Path(engine.ENGINE).resolve().parent.parent / "tests" / "cuda_plugins" / f"libcuda_plugin_{name}.so"


class Device(engine.EngineTest):
    def with_plugin(self, plugin, *arguments, launcher=()):
        return subprocess.run([*launcher, engine.ENGINE, *map(str, arguments)], capture_output=True, text=True, timeout=300,
                              env=os.environ | {"MSRL_CUDA_PLUGIN": str(plugin)})

    def run_arguments(self, device):
        return ("run", self.demo / "project.msrl", "--run", self.run_folder, "--gate", "auto", "--device", device)

    def refused(self, done, *words):
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_every_command_that_computes_refuses_a_device_that_is_not_there(self):
        rows = self.demo / "data" / "rows.jsonl"
        rows.write_text((self.demo / "data" / "labelled.jsonl").read_text().splitlines()[0] + "\n")
        out, base = self.demo / "out", self.demo / "base"
        before = sorted(self.demo.rglob("*"))
        for arguments in (("run", self.demo / "project.msrl", "--run", out), ("sweep", self.demo / "project.msrl", "--group", out),
                          ("score", "--model", base, "--data", rows, "--out", out),
                          ("evaluate", "--benchmark", "own", "--data", rows, "--model", base, "--out", out),
                          ("serve", "--model", base), ("bench", "rollout", "--model", base), ("bench", "update", "--model", base)):
            with self.subTest(arguments[0]):
                for device in ("cuda", "cuda:0"):
                    self.refused(self.with_plugin(double("no_driver"), *arguments, "--device", device),
                                 "device: this machine has no NVIDIA driver", "choose cpu")
                self.refused(self.with_plugin("", *arguments, "--device", "gpu"), "unknown device 'gpu'", "cpu, cuda or cuda:N")
                self.assertEqual(sorted(self.demo.rglob("*")), before, "something was written")

    def test_a_plugin_that_is_missing_or_of_another_version_is_named(self):
        self.refused(self.with_plugin("/nowhere/plugin.so", *self.run_arguments("cuda")), "/nowhere/plugin.so: no such file")
        self.refused(self.with_plugin(double("old_version"), *self.run_arguments("cuda")), "version 0.0.9", "build both together")
        self.refused(self.with_plugin(double("other_abi"), *self.run_arguments("cuda")), "interface 99")
        self.refused(self.with_plugin(double("no_entry"), *self.run_arguments("cuda")), "no CUDA plug-in of msrl-engine")
        self.refused(self.with_plugin(double("two_devices"), *self.run_arguments("cuda:7")), "no cuda:7", "2 CUDA devices")
        self.assertFalse(self.run_folder.exists())

    def test_ranks_tell_it_once(self):
        launcher = ("mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n", "2")
        done = self.with_plugin(double("no_driver"), *self.run_arguments("cuda"), launcher=launcher)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stderr.count("no NVIDIA driver"), 1, done.stderr)
        self.assertFalse(self.run_folder.exists())

    def test_the_cpu_needs_no_plugin(self):
        done = self.with_plugin("/nowhere/plugin.so", "inspect", self.demo / "base", "--json")
        self.assertEqual(json.loads(done.stdout)["devices"], [])
        done = self.with_plugin("/nowhere/plugin.so", "bench", "rollout", "--model", self.demo / "base", "--device", "cpu",
                                "--prompts", 1, "--group", 1, "--new", 2, "--text", 16, "--tiles", 0, "--repeat", 1, "--json")
        self.assertEqual(json.loads(done.stdout)["device"], "cpu", done.stderr)

    def test_inspect_shows_the_memory_of_the_devices(self):
        done = self.with_plugin(double("two_devices"), "inspect", self.demo / "base", "--json")
        self.assertEqual(json.loads(done.stdout)["devices"],
                         [{"device": f"cuda:{i}", "used_bytes": i << 30, "total_bytes": 80 << 30} for i in range(2)])
        self.assertIn("cuda:1: 1024.0 MiB of 81920.0 MiB in use",
                      self.with_plugin(double("two_devices"), "inspect", self.demo / "base").stdout)


if __name__ == "__main__":
    engine.main()
