#!/usr/bin/env python3
"""People who left are let go on PostgreSQL, and after the commands that the guide tells nothing of them is in any byte of the cluster: its tables, its
write-ahead log, its own log. Nor in a backup made afterwards.

  with_postgres.sh python3 let_go_on_postgres_test.py ROLLBOOK      with a cluster that nobody else uses
"""
import csv, os, re, subprocess, sys, tempfile, urllib.parse
from pathlib import Path

CANARY = "Zyxomma"  # short: what is compressed is cut into pieces now and then
program = str(Path(sys.argv[1]).resolve())
server = os.environ["ROLLBOOK_TEST_POSTGRES"]
host = urllib.parse.parse_qs(urllib.parse.urlsplit(server).query)["host"][0]
environment = {**os.environ, "PGHOST": host, "PGUSER": "rollbook", "ROLLBOOK_DATABASE": f"postgresql:///rollbook?host={host}&user=rollbook"}
guide = (Path(__file__).resolve().parents[2] / "docs/guide/operate-a-server.md").read_text()


def run(*words):
    done = subprocess.run(words, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, f"{' '.join(map(str, words))}\n{done.stdout}{done.stderr}"
    return done.stdout


def rollbook(*words):
    return run(program, *words, "--district", "Oak")


def sql(text):
    return run("psql", "-qAt", "-v", "ON_ERROR_STOP=1", "-d", "rollbook", "-c", text).strip()


def places():
    """Files below the folder of the cluster with the canary in them, whatever its case, and pieces of two files in one name."""
    found = {"/".join(path.relative_to(host).parts[:2]) for path in Path(host).rglob("*") if path.is_file() and CANARY.lower().encode() in path.read_bytes().lower()}
    return sorted(found)


def change(folder, table, of):
    path = folder / f"{table}.csv"
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    header = list(rows[0])
    rows = [row for row in rows if of(row)]
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


with tempfile.TemporaryDirectory() as temp:
    temp = Path(temp)
    os.chdir(temp)
    environment["ROLLBOOK_KEY"] = "07" * 32
    run("psql", "-q", "-d", "postgres", "-c", "CREATE DATABASE rollbook")
    run(program, "district", "add", "Oak")
    rollbook("source", "add", "sis", "--live", "--apply-by-itself")
    run(program, "make-district", "--students", "200", "--seed", "7", "first")
    leave = set()

    def canary(row):
        if row["role"] == "student" and len(leave) < 8:
            leave.add(row["sourcedId"])
            row.update(givenName=CANARY, middleName=f"{CANARY}-{len(leave)}", email=f"{CANARY}.{len(leave)}@oak.example", identifier=f"{CANARY}{len(leave)}")
        return True

    change(temp / "first", "users", canary)
    change(temp / "first", "demographics", lambda row: row["sourcedId"] not in leave or row.update(cityOfBirth=CANARY) is None)
    assert "Applied" in rollbook("sync", "first", "--source", "sis")
    rollbook("edit", "users", sorted(leave)[0], f"familyName={CANARY}")
    assert CANARY in rollbook("find", CANARY), "it is searched for"
    # As the server does by itself: samples of values are kept for its planner.
    sql("ANALYZE")
    assert CANARY in sql("SELECT string_agg(stavalues1::text, ' ') FROM pg_statistic"), "else nothing is proved of samples"
    run("cp", "-r", "first", "second")
    change(temp / "second", "users", lambda row: row["sourcedId"] not in leave)
    change(temp / "second", "enrollments", lambda row: row["userSourcedId"] not in leave)
    change(temp / "second", "demographics", lambda row: row["sourcedId"] not in leave)
    assert "Applied" in rollbook("sync", "second", "--source", "sis")
    subprocess.run([program, "find", "nobody-at-all", "--district", "Oak"], env=environment, capture_output=True)  # it follows
    sql("CHECKPOINT")  # from memory to files
    assert {"data/base", "data/pg_wal"} <= set(places()), f"else nothing is proved: {places()}"

    gone = rollbook("retention", "--keep", "leavers=365", "--today", "2031-01-01")
    assert "8 people" in gone, gone
    before = places()
    block = re.search(r"```\n(psql -d rollbook .*?)```", guide, re.S).group(1)
    run("bash", "-ec", block)
    after = places()
    assert after == [], f"after what the guide tells it is still in {after}; before in {before}"

    rollbook("find", "--rebuild", "amir")
    assert places() == [], "nor is it in what is searched for, made anew"
    run(program, "backup", "copy")
    text = subprocess.run(["pg_restore", "-f", "-", "copy/rollbook.dump"], capture_output=True, check=True).stdout
    assert b"rollbook_district_1.users" in text.replace(b'"', b""), "else nothing is proved of backups"
    assert CANARY.lower().encode() not in text.lower(), "it is in a backup made afterwards"
    assert CANARY.lower().encode().hex().encode() not in text and CANARY.encode().hex().encode() not in text, "it is in bytes of a backup made afterwards"
    run(program, "verify")
    print(f"before: {', '.join(before)}; after: nowhere")
