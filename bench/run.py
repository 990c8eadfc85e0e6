#!/usr/bin/env python3
"""Measures whole runs of rollbook against each other and against what else there is, side by side.

  run.py [build/release/rollbook] [10k] [100k] [1m] [-n RUNS] [--json FILE]

Districts are made once, with the program itself, and kept in $ROLLBOOK_BENCH_DATA (default: build/bench-data): A_<size>, its next
night B_<size>, the zip of A, A with its rows in random order, and A with about a finding in every eighth row.
$ROLLBOOK_BASELINES names a folder with limits.cpp, unz.cpp, duck.mjs and validate_duckdb.sql; $DUCK the one with DuckDB's
node_modules. What is not there is left out, and said.

Commands run in turn, A B C A B C …, after one round to warm up, so that a busy moment meets them all. Time and processor time are
medians. Memory is measured in runs of its own, because looking costs time: RssAnon of /proc/PID/status, read every two
milliseconds, the highest of three runs. (Mapped files are no memory of ours; the peak that the system keeps, VmHWM, counts them.)
"""
import json, os, platform, shutil, statistics, subprocess, sys, time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}
TODAY = "2025-10-01"
notes = []


def note(text):
    if text not in notes:
        notes.append(text)
        print(f"note: {text}", file=sys.stderr)


class Tools:
    """Small programs, compiled where the districts are kept."""

    def __init__(self, data):
        self.data = data

    def compiled(self, source, *flags):
        target = self.data / source.stem
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            command = [os.environ.get("CXX", "g++"), "-std=c++20", *flags[:1], "-pthread", "-o", str(target), str(source), *flags[1:]]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode != 0:
                note(f"{source.name} does not compile here: {done.stderr.strip().splitlines()[0] if done.stderr.strip() else 'no reason given'}")
                return None
        return str(target)


def make_districts(rollbook, tools, data, size):
    students = str(SIZES[size])
    a, b, archive, mixed, spoilt = (data / name for name in (f"A_{size}", f"B_{size}", f"A_{size}.zip", f"A_{size}_shuffled", f"A_{size}_spoilt"))

    def once(path, make):
        if path.exists():
            return
        print(f"making {path.name} …", file=sys.stderr)
        part = path.with_name("part-" + path.name)
        shutil.rmtree(part, ignore_errors=True)
        part.unlink(missing_ok=True)
        make(part)
        part.rename(path)

    def district(*more):
        return lambda part: subprocess.run([rollbook, "make-district", "--students", students, "--seed", "1", *more, str(part)], check=True)

    def changed(change):
        def make(part):
            part.mkdir()
            for file in sorted(a.iterdir()):
                if not change(file, part / file.name):
                    os.link(file, part / file.name)
        return make

    def shuffle(file, to):
        return file.name != "manifest.csv" and subprocess.run([tools.compiled(ROOT / "bench/shuffle.cc", "-O2"), str(file), str(to)], check=True)

    def spoil(file, to):
        damages = {"enrollments.csv": ["role", "10", "pupil", "beginDate", "21", "8/27/2018"], "users.csv": ["enabledUser", "53", "yes"]}.get(file.name)
        return damages and subprocess.run([tools.compiled(ROOT / "bench/spoil.cc", "-O2"), str(file), str(to), *damages], check=True)

    once(a, district())
    once(b, district("--churn", "1"))
    once(archive, district())
    once(mixed, changed(shuffle))
    once(spoilt, changed(spoil))
    return a, b, archive, mixed, spoilt


class Command:
    def __init__(self, name, argv, fine=(0,), env=None, ours=True):
        self.name, self.argv, self.fine, self.ours = name, argv, fine, ours
        self.env = {**os.environ, **(env or {})}
        self.wall, self.cpu, self.memory, self.failed = [], [], [], None

    def start(self):
        return subprocess.Popen(self.argv, env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def finish(self, process, status):
        process.returncode = os.waitstatus_to_exitcode(status)
        error = process.stderr.read().decode(errors="replace").strip()
        process.stderr.close()
        if process.returncode not in self.fine and self.failed is None:
            self.failed = f"exit {process.returncode}: {error[-200:]}"
            note(f"{self.name}: {self.failed}")

    def time(self, kept):
        before = time.perf_counter()
        process = self.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - before
        self.finish(process, status)
        if kept:
            self.wall.append(wall)
            self.cpu.append(usage.ru_utime + usage.ru_stime)

    def measure_memory(self):
        process, highest = self.start(), 0
        while True:
            pid, status, _ = os.wait4(process.pid, os.WNOHANG)
            if pid != 0:
                break
            try:
                with open(f"/proc/{process.pid}/status") as about:
                    for line in about:
                        if line.startswith("RssAnon:"):
                            highest = max(highest, int(line.split()[1]) / 1024)
                            break
            except OSError:
                pass
            time.sleep(0.002)
        self.finish(process, status)
        self.memory.append(highest)

    @property
    def seconds(self):
        return statistics.median(self.wall)

    @property
    def mebibytes(self):
        return max(self.memory) if self.memory else float("nan")


def commands_for(rollbook, tools, data, size):
    a, b, archive, mixed, spoilt = make_districts(rollbook, tools, data, size)
    csvs = [str(file) for file in sorted(a.glob("*.csv"))]

    def check(path):
        return [rollbook, "check", str(path), "--format", "json", "--quiet", "--threads", "2", "--today", TODAY]

    commands = [
        Command("check", check(a)),
        Command("check, zip", check(archive)),
        Command("check, shuffled rows", check(mixed)),
        Command("check, many findings", check(spoilt), fine=(1,)),
        Command("diff", [rollbook, "diff", str(a), str(b), "--format", "json", "--threads", "2"], fine=(1,)),
    ]
    if "ROLLBOOK_BASELINES" not in os.environ:
        note("$ROLLBOOK_BASELINES is not set: no baselines")
        return commands, csvs
    baselines = Path(os.environ["ROLLBOOK_BASELINES"])
    if limits := (baselines / "limits.cpp").exists() and tools.compiled(baselines / "limits.cpp", "-O3", "-march=native"):
        commands.append(Command("structural scan", [limits, "quote", *csvs], env={"T": "2"}, ours=False))
    if unz := (baselines / "unz.cpp").exists() and tools.compiled(baselines / "unz.cpp", "-O2", "-ldeflate", "-lisal", "-lz"):
        commands.append(Command("libdeflate", [unz, "libdeflate2", str(archive)], ours=False))
    duck = os.environ.get("DUCK", os.path.join(os.environ.get("TMPDIR", "/tmp"), "duck"))
    if not (baselines / "duck.mjs").exists() or shutil.which("node") is None or not Path(duck, "node_modules/@duckdb/node-api").exists():
        note(f"DuckDB is not there ({duck}/node_modules/@duckdb/node-api, node, duck.mjs): left out")
        return commands, csvs
    run = ["node", str(baselines / "duck.mjs")]
    commands.append(Command("DuckDB validate", [*run, "validate", str(a)], env={"DUCK": duck}, ours=False))
    commands.append(Command("DuckDB diff", [*run, "diff", str(a), str(b)], env={"DUCK": duck}, ours=False))
    return commands, csvs


def judge(size, by, bytes_unpacked):
    """What was asked for, what was seen. Limits are asked of large districts; on small ones starting a program and writing a report weigh more."""
    rows = []

    def ask(what, value, limit, at_most, unit=" ×", of=("1m",)):
        good = value <= limit if at_most else value >= limit
        rows.append((what, f"{value:.2f}{unit}", f"{'at most' if at_most else 'at least'} {limit:g}{unit}", f"asked of {of[0]}" if size not in of else "yes" if good else "**no**"))

    check, diff = by["check"], by["diff"]
    if "structural scan" in by:
        ask("check : structural scan", check.seconds / by["structural scan"].seconds, 7, True)
    if "DuckDB validate" in by:
        ask("DuckDB validate : check", by["DuckDB validate"].seconds / check.seconds, 10 if size == "1m" else 13, False, of=("1m", "100k"))
        ask("DuckDB diff : diff", by["DuckDB diff"].seconds / diff.seconds, 12, False, of=("1m", "100k"))
    ask("shuffled rows : check", by["check, shuffled rows"].seconds / check.seconds, 1.4, True)
    ask("many findings : check", by["check, many findings"].seconds / check.seconds, 1.5, True)
    ask("many findings : check, memory", by["check, many findings"].mebibytes / check.mebibytes, 1.5, True)
    if "libdeflate" in by:
        ask("zip : libdeflate + check", by["check, zip"].seconds / (by["libdeflate"].seconds + check.seconds), 1, True)
    ask("check, memory", check.mebibytes, 512, True, " MiB")
    ask("zip, memory : unpacked bytes", by["check, zip"].mebibytes * 2**20 / bytes_unpacked, 1.2, True)
    return rows


def measure(rollbook, tools, data, size, runs):
    commands, csvs = commands_for(rollbook, tools, data, size)
    for turn in range(runs + 1):
        for command in commands:
            command.time(kept=turn > 0)
    for command in commands:
        for _ in range(3 if command.ours else 1):
            command.measure_memory()

    size_in_bytes = sum(os.path.getsize(file) for file in csvs)
    base = commands[0].seconds
    print(f"\n### {size}: {SIZES[size]:,} students, {size_in_bytes / 1e6:,.0f} MB, median of {runs}\n")
    print("| what | seconds | min–max | processor seconds | anonymous MiB | : check |\n|---|---:|---:|---:|---:|---:|")
    for c in commands:
        print(f"| {c.name}{' — failed' if c.failed else ''} | {c.seconds:.3f} | {min(c.wall):.3f}–{max(c.wall):.3f} | {statistics.median(c.cpu):.3f} | {c.mebibytes:.0f} | {c.seconds / base:.2f} |")
    print("\n| asked | seen | limit | kept |\n|---|---:|---:|---|")
    for row in judge(size, {c.name: c for c in commands}, size_in_bytes):
        print("| " + " | ".join(row) + " |")
    return {c.name: {"wall": c.wall, "cpu": c.cpu, "anonymous_mib": c.memory, "failed": c.failed} for c in commands}


def machine():
    model = "an unknown processor"
    with open("/proc/cpuinfo") as about:
        for line in about:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return f"{model}, {os.cpu_count()} cores, Linux {platform.release()}"


def main():
    rollbook, sizes, runs, output = None, [], 5, None
    arguments = sys.argv[1:]
    while arguments:
        word = arguments.pop(0)
        if word in SIZES:
            sizes.append(word)
        elif word == "-n" and arguments:
            runs = int(arguments.pop(0))
        elif word == "--json" and arguments:
            output = arguments.pop(0)
        elif rollbook is None and Path(word).is_file():
            rollbook = str(Path(word).resolve())
        else:
            sys.exit(__doc__)
    rollbook = rollbook or str(ROOT / "build/release/rollbook")
    if not Path(rollbook).exists():
        sys.exit(f"There is no {rollbook}; build it first.")
    data = Path(os.environ.get("ROLLBOOK_BENCH_DATA", ROOT / "build/bench-data"))
    data.mkdir(parents=True, exist_ok=True)
    print(f"{time.strftime('%Y-%m-%d')}, {machine()}, {rollbook}")
    results = {size: measure(rollbook, Tools(data), data, size, runs) for size in sizes or ["10k", "100k"]}
    for text in notes:
        print(f"\nNote: {text}.")
    if output:
        Path(output).write_text(json.dumps(results, indent=1))


main()
