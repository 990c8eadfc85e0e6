#!/usr/bin/env python3
"""Measures exports against what zlib alone needs to deflate the same bytes at the same level.

  export.py PROGRAM [--data FOLDER --district NAME] [--students N] [--rounds N] [--threads N] [--json FILE]      N: threads of zlib; as many as cores, like exports

FOLDER is a data folder (SQLite) that holds the district's roster; a receiver "Bench …" is added to it, and exports are noted there: give it a
copy. Without one a district of N students (10,000) is made and synced first, in a folder that is removed again.

  plain      rollbook export: all tables, as they are
  receiver   rollbook hand-on: ids, user names and e-mail addresses as pseudonyms, students and teachers who are active alone

Each round makes both exports and deflates the members of both zips (bench/deflate.cc), in turn; the clock of an export runs from the start of
the program to its end, that of zlib from the first byte in memory to the last. Ratios are those of a round; the median counts. Beside it the
same of processor time, which a machine that is busy otherwise changes less. Each export is compared with the one of the round before, byte by byte.
"""
import argparse, filecmp, json, os, resource, statistics, subprocess, sys, tempfile, time, zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POLICY = ["attributes=users.sourcedId=pseudonym,users.username=pseudonym,users.email=pseudonym,users.phone=leave-out,users.sms=leave-out",
          "others=as-is", "roles=student,teacher", "active-only=yes"]


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {done.stdout[-400:]}{done.stderr[-400:]}")
    return done.stdout


def processor_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def make_store(program, data, students, folder):
    run(program, "make-district", "--students", students, "--seed", "1", folder / "delivery")
    run(program, "district", "add", "Oak", "--data", data)
    run(program, "source", "add", "sis", "--district", "Oak", "--live", "--apply-by-itself", "--data", data)
    run(program, "sync", folder / "delivery", "--district", "Oak", "--source", "sis", "--data", data)


class Kind:
    def __init__(self, name, command, folder):
        self.name, self.command, self.zip, self.before = name, command, folder / f"{name}.zip", folder / f"{name}-before.zip"
        self.members, self.bytes, self.packed = folder / f"{name}-members", 0, 0
        self.wall, self.alone, self.processor, self.processor_alone = [], [], [], []

    def export(self):
        if self.zip.exists():
            self.zip.rename(self.before)
        began, before = time.perf_counter(), processor_seconds()
        run(*self.command, self.zip)
        self.wall.append(time.perf_counter() - began)
        self.processor.append(processor_seconds() - before)
        if self.before.exists() and not filecmp.cmp(self.zip, self.before, shallow=False):
            sys.exit(f"{self.name}: the same revision does not give the same bytes.")
        if not self.members.exists():
            with zipfile.ZipFile(self.zip) as archive:
                archive.extractall(self.members)  # checks their checksums
                self.packed = sum(one.compress_size for one in archive.infolist())

    def deflate(self, tool, threads):
        seconds, processor, self.bytes, packed = run(tool, *sorted(self.members.iterdir()), "--threads", threads).split()
        self.alone.append(float(seconds))
        self.processor_alone.append(float(processor))
        if abs(int(packed) - self.packed) > 0.02 * self.packed + 1000:
            sys.exit(f"{self.name}: zlib makes {packed} bytes, the export {self.packed}: not the same work.")

    def line(self):
        ratios = [w / a for w, a in zip(self.wall, self.alone)]
        processor = statistics.median(p / a for p, a in zip(self.processor, self.processor_alone))
        return (f"| {self.name} | {int(self.bytes) / 1e6:,.1f} | {self.packed / 1e6:,.1f} | {statistics.median(self.wall):.2f} | {statistics.median(self.alone):.2f} | "
                f"{', '.join(f'{r:.2f}' for r in ratios)} | {statistics.median(ratios):.2f} | {statistics.median(self.processor):.1f} : {statistics.median(self.processor_alone):.1f} = {processor:.2f} |")


def main():
    parse = argparse.ArgumentParser(usage=__doc__)
    parse.add_argument("program")
    for name, value in (("data", None), ("district", "Oak"), ("json", None)):
        parse.add_argument(f"--{name}", default=value)
    for name, value in (("students", 10_000), ("rounds", 3), ("threads", os.cpu_count())):
        parse.add_argument(f"--{name}", type=int, default=value)
    given = parse.parse_args()
    program = str(Path(given.program).resolve())
    with tempfile.TemporaryDirectory(prefix="rollbook-bench-") as temporary:
        folder = Path(temporary)
        data = Path(given.data) if given.data else folder / "data"
        if not given.data:
            make_store(program, data, given.students, folder)
        tool = folder / "deflate"
        run(os.environ.get("CXX", "g++"), "-std=c++20", "-O2", "-pthread", "-o", tool, ROOT / "bench/deflate.cc", "-lz")
        where = ["--district", given.district, "--data", data]
        name = f"Bench {time.time_ns()}"
        run(program, "receiver", "add", name, *where, "--kind", "oneroster-1.1", *POLICY)
        kinds = [Kind("plain", [program, "export", *where, "--force"], folder),
                 Kind("receiver", [program, "hand-on", name, *where, "--out"], folder)]
        for _ in range(given.rounds):
            for kind in kinds:
                kind.export()
                kind.deflate(tool, given.threads)
        run(program, "receiver", "remove", name, *where)
        print(f"| export | bytes, MB | packed, MB | seconds | zlib alone, {given.threads} thread{'s' * (given.threads > 1)} | ratios | median | processor time |")
        print("|---|---:|---:|---:|---:|---|---:|---:|")
        for kind in kinds:
            print(kind.line())
        if given.json:
            Path(given.json).write_text(json.dumps({k.name: {"seconds": k.wall, "zlib": k.alone, "processor": k.processor, "zlib processor": k.processor_alone, "bytes": int(k.bytes), "packed": k.packed} for k in kinds}, indent=1))


main()
