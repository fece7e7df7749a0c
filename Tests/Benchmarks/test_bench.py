"""The benchmark's own parts: a time is worth what the work behind it is. Run by `make test`."""

import csv
import hashlib
import pathlib
import sys
import tempfile
import unittest
from dataclasses import asdict

import directory
import measure
import peer_csv
import report


class Folder(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.place = pathlib.Path(held.name)
        self.source = self.place / "people.csv"


class Directory(Folder):
    def test_the_same_seed_makes_the_same_file(self):
        digests = set()
        for seed in (1, 1, 2):
            directory.generate(self.source, 500, seed)
            digests.add(hashlib.sha256(self.source.read_bytes()).hexdigest())
        self.assertEqual(len(digests), 2)

    def test_it_has_what_makes_a_directory_hard(self):
        directory.generate(self.source, 5_000)
        with open(self.source, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), 5_000)
        self.assertEqual({row["type"] for row in rows}, {"user", "shared", "room", "equipment", "list"})
        self.assertEqual({row["aliases"].count("@") for row in rows if row["type"] == "user"}, {0, 1, 2, 3, 4})
        self.assertTrue(any('"' in row["name"] for row in rows))
        self.assertTrue(any("田" in row["name"] for row in rows))
        addresses = [a for row in rows for a in [row["email"], *filter(None, row["aliases"].split(";"))]]
        self.assertEqual(len(addresses), len({a.lower() for a in addresses}))
        self.assertTrue(all(address.isascii() for address in addresses))


class Peer(Folder):
    def sync(self):
        return peer_csv.sync(str(self.source), str(self.place / "peer.db"), directory.DOMAIN)

    def test_it_comes_to_what_is_expected_and_then_writes_nothing(self):
        expected = asdict(directory.generate(self.source, 3_000))
        first = self.sync()
        self.assertEqual(first.pop("written"), sum(expected.values()) - expected["foreign"])
        self.assertEqual(first, expected)
        self.assertEqual(self.sync(), {**expected, "written": 0})

    def test_it_follows_changes(self):
        def write(*rows):
            lines = ["id,email,aliases,name,type,members", *rows]
            self.source.write_text("\n".join(lines) + "\n", encoding="utf-8")

        write("1,a@example.com,b@example.com,A,user,", "2,c@example.com,,C,user,", "3,l@example.com,,L,list,1;2;x@y.z")
        self.assertEqual(
            self.sync(), {"accounts": 2, "lists": 1, "aliases": 1, "members": 3, "foreign": 0, "written": 7}
        )
        # A renamed account, an alias that moves, an account that goes and leaves its list.
        write("1,new@example.com,,A,user,", "3,l@example.com,b@example.com,L,list,1;x@y.z")
        answer = self.sync()
        self.assertEqual((answer["accounts"], answer["lists"], answer["aliases"], answer["members"]), (1, 1, 1, 2))
        self.assertEqual(self.sync()["written"], 0)


class Measure(Folder):
    def test_it_counts_a_child_too(self):
        burn = "import time\nx = bytearray(60_000_000)\nwhile time.process_time() < 0.3: pass\n"
        outer = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {burn!r}])\n"
        done = measure.measure([sys.executable, "-c", outer], str(self.place / "x"))
        self.assertEqual(done.status, 0)
        self.assertGreater(done.cpu, 0.3)
        self.assertGreater(done.wall, 0.3)
        self.assertGreater(done.peak, 60_000_000)

    def test_it_reports_a_failure(self):
        done = measure.measure([sys.executable, "-c", "print('no'); raise SystemExit(3)"], str(self.place / "x"))
        self.assertEqual((done.status, done.output.strip()), (3, b"no"))


class Report(unittest.TestCase):
    RUNS = {
        work: {
            "peer": [{"wall": 2.0, "cpu": 2.0, "peak": 100e6}, {"wall": 4.0, "cpu": 2.0, "peak": 120e6}],
            "rollcall": [{"wall": wall, "cpu": 1.0, "peak": 90e6}, {"wall": 2 * wall, "cpu": 1.0, "peak": 95e6}],
        }
        for work, wall in (("first", 1.0), ("second", 1.2))
    }

    def test_ratios_are_taken_pair_by_pair_and_held_to_the_targets(self):
        results = report.summary(self.RUNS)
        self.assertEqual(results["first"]["ratios"], [0.5, 0.5])
        met = {what: good for what, _, _, good in report.verdicts(200_000, results)}
        self.assertEqual(list(met.values()), [True, False, True, True])
        self.assertEqual(len(report.verdicts(1_000_000, results)), 2)

    def test_table_and_chart_show_every_row(self):
        results = report.summary(self.RUNS)
        self.assertEqual(report.table(200_000, results).count("rollcall / peer"), 2)
        drawn = report.chart({200_000: results})
        self.assertEqual(drawn.count("Rollcall "), 2)
        self.assertTrue(drawn.endswith("</svg>\n"))


if __name__ == "__main__":
    unittest.main()
