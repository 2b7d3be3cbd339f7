# SPDX-License-Identifier: GPL-3.0-or-later
"""--help of every command reads the same, in words for people."""
import re

import engine


class Help(engine.CommandTest):
    def pages(self, *command):
        page = self.engine(*command, "--help").stdout
        yield " ".join(command), page
        _, _, inner = page.partition("Subcommands:\n")
        for name in re.findall(r"^  ([a-z][a-z-]*)", inner, re.MULTILINE):
            yield from self.pages(*command, name)

    def test_every_option_says_in_words_what_it_takes(self):
        pages = dict(self.pages())
        for command in ("run", "data check", "evaluate", "debug parse"):
            self.assertIn(command, pages)
        for command, page in pages.items():
            for name, word in re.findall(r"^  (-\S+)(?: (\S+))?", page, re.MULTILINE):
                with self.subTest(command=command, option=name):
                    # Types and checks as the library names them, and the word for an option that nobody thought of.
                    self.assertNotRegex(word, r"^(INT|UINT|FLOAT|BOOLEAN|VALUE)|[:{}\[\]]|=\S*\d")
            self.assertNotIn("REQUIRED", page)
            self.assertLessEqual(max(map(len, re.findall(r"^ {30}(.*)", page, re.MULTILINE)), default=0), 72, command)

    def test_ranges_choices_and_defaults_are_told(self):
        pages = dict(self.pages())
        flat = {command: re.sub(r"\s+", " ", page) for command, page in pages.items()}
        self.assertRegex(flat["run"], r"--threads N [^\[]*\[0 or more; default 0\]")
        self.assertRegex(flat["run"], r"--run FOLDER [^\[]*\[required\]")
        self.assertRegex(flat["run"], r"--gate project\|auto\|wait [^\[]*\[default project\]")
        self.assertRegex(flat["rejection-sample"], r"--min-score N [^\[]*\[0 to 1; default ")
        self.assertRegex(flat["evaluate"], r"--out PATH [^\[]*nothing is written\. \[with --model\]")
        self.assertRegex(flat["distill"], r"--paths N [^\[]*\[1 to \d+; default 16\]")


if __name__ == "__main__":
    engine.main()
