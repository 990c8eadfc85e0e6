#!/usr/bin/env python3
"""Measures the portal from a second process, over loopback: how long its pages take, alone and while much else goes on.

  portal.py PROGRAM --data FOLDER | --database URL [--url URL --pid PID] [--district NUMBER] [--requests N] [--streams N] [--upload-mb N]
            [--delivery ZIP] [--route PATH …] [--searches N] [--json FILE]

FOLDER is a data folder (SQLite) that is filled already; of a PostgreSQL database (--database, with psql) only searches are measured.
PROGRAM serve is started on it, unless --url says where a server runs on it (then --pid, for its memory). People, and a district "Bench" beside the others, are added with the program's own commands; the folder
is left with them. What is measured, each as the 50th and 95th percentile of milliseconds for N requests in turn:

  alone     every page of the district, those that are linked as deeper ones too
  streams   the same pages with so many streams of a run's progress open, whose run moves on twice a second
  apply     sign-ins, and pages of the district, while a delivery of "Bench" is read and applied (--delivery; without: left out)
  searches  with --searches N nothing but these: N searches of Data Browsing by kind (whole names, words and parts of them, e-mails, ids, lists of
            ids, what is rare, what very many have), of one who sees all and of those who see some schools; the list of members by each of them; and records
  upload    memory that the server takes while it receives so many megabytes: RssAnon of /proc/PID/status, every 5 ms, the highest
            beyond what it was before

Requests keep below the portal's own limits for one session (60 a second); what is refused for its rate is sent again and not counted.
"""
import argparse, http.client, json, os, random, re, resource, selectors, socket, sqlite3, statistics, subprocess, sys, threading, time, urllib.parse
from pathlib import Path

PASSWORD = "a sentence that is long enough"
PACE = 1 / 45
DISTRICT = "Bench"


class Session:
    """A person who is signed in, on one connection."""

    def __init__(self, url):
        self.url = urllib.parse.urlsplit(url)
        self.cookies, self.csrf, self.connection, self.last = {}, "", None, 0.0

    def connect(self):
        self.connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=120)
        self.connection.connect()
        self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, method, path, form=None):
        """Answers (status, milliseconds, body, headers)."""
        body = urllib.parse.urlencode({"csrf": self.csrf, **form}).encode() if form is not None else None
        headers = {"Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        while True:
            time.sleep(max(0.0, self.last + PACE - time.monotonic()))
            self.last = time.monotonic()
            if self.connection is None:
                self.connect()
            began = time.perf_counter()
            try:
                self.connection.request(method, path, body, headers)
                response = self.connection.getresponse()
                text = response.read()
            except (http.client.HTTPException, OSError):
                self.connection.close()
                self.connection = None
                continue
            took = (time.perf_counter() - began) * 1000
            if response.will_close:
                self.connection.close()
                self.connection = None
            for name, value in response.getheaders():
                if name.lower() == "set-cookie":
                    cookie = value.split(";")[0].split("=", 1)
                    self.cookies[cookie[0]] = cookie[1]
            if response.status == 429:
                time.sleep(float(response.getheader("retry-after", "1")))
                continue
            found = re.search(rb'name="csrf" value="([^"]*)"', text)
            if found:
                self.csrf = found.group(1).decode()
            return response.status, took, text.decode("utf-8", "replace"), dict(response.getheaders())

    def welcome(self, link):
        self.ask("GET", link)
        status, *_ = self.ask("POST", link, {"password": PASSWORD, "again": PASSWORD})
        assert status == 303, f"the link of a new person was answered with {status}"
        self.ask("GET", "/account")
        return self

    def sign_in(self, email):
        self.ask("GET", "/sign-in")
        status, took, *_ = self.ask("POST", "/sign-in", {"email": email, "password": PASSWORD, "next": ""})
        assert status == 303, f"signing in was answered with {status}"
        return took


class Server:
    def __init__(self, given):
        self.given, self.process = given, None
        self.url, self.pid = given.url, given.pid
        if self.url:
            return
        self.process = subprocess.Popen([given.program, "serve", *place(given), "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            found = re.search(r"listens on (\S+)", line)
            if found:
                self.url, self.pid = found.group(1), self.process.pid
                break
        assert self.url, "the server did not start"
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(60)

    def memory(self):
        """RssAnon in KB."""
        with open(f"/proc/{self.pid}/status") as status:
            return int(re.search(r"RssAnon:\s+(\d+)", status.read()).group(1))


class Highest:
    """The highest memory of the server while it is watched."""

    def __init__(self, server):
        self.server, self.highest, self.over = server, 0, False

    def __enter__(self):
        self.before = self.server.memory()
        self.thread = threading.Thread(target=self.look)
        self.thread.start()
        return self

    def look(self):
        while not self.over:
            self.highest = max(self.highest, self.server.memory())
            time.sleep(0.005)

    def __exit__(self, *_):
        self.over = True
        self.thread.join()
        self.added_mb = max(0, self.highest - self.before) / 1024


def place(given):
    return ["--database", given.database] if given.database else ["--data", given.data]


def rollbook(given, *words):
    done = subprocess.run([given.program, *words, *place(given)], capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}{done.stdout}"
    return done.stdout


def person(given, server, email, districts):
    said = json.loads(rollbook(given, "person", "add", email, "Benno Bench", "--format", "json"))
    for district in districts:
        rollbook(given, "person", "grant", email, "--district", district, "--level", "system")
    return Session(server.url).welcome(said["welcome"] if "welcome" in said else said["people"][0]["welcome"])


def percentiles(times):
    times = sorted(times)
    return {"p50": round(statistics.median(times), 1), "p95": round(times[min(len(times) - 1, int(len(times) * 0.95))], 1), "n": len(times)}


def routes_of(session, district, more):
    """The pages of a district, and of each kind of page that they link to one example."""
    base = f"/districts/{district}"
    paths = [base] + [f"{base}/{name}" for name in ("gallery", "history", "rosters", "upload", "quality", "browse", "members", "administration")] + ["/help/rules", "/account"]
    kinds = {re.sub(r"\d+", "N", path) for path in paths}
    for path in list(paths):
        _, _, text, _ = session.ask("GET", path)
        for link in re.findall(r'href="(/districts/[^"#]*)"', text):
            link = link.replace("&amp;", "&")
            kind = re.sub(r"\d+", "N", link)
            if link.startswith(base) and kind not in kinds and not link.endswith((".csv", "/received")) and "rail=" not in link:
                kinds.add(kind)
                paths.append(link)
    paths += more
    return [path for path in paths if session.ask("GET", path)[0] == 200]


def measure(session, paths, requests):
    times = {path: [] for path in paths}
    for _ in range(requests):
        for path in paths:
            status, took, *_ = session.ask("GET", path)
            if status == 200:
                times[path].append(took)
    return {path: percentiles(all) for path, all in times.items() if all}


class HeldRun:
    """A run of the bench district that seems to be in the hand of another machine, so that its streams stay open and what is uploaded waits."""

    def __init__(self, given, district):
        self.path, self.district = Path(given.data) / "operations.db", district

    def sql(self, text, *values):
        database = sqlite3.connect(self.path, timeout=30)
        with database:
            rows = database.execute(text, values).fetchall()
        database.close()
        return rows

    def __enter__(self):
        self.run = self.sql("SELECT coalesce(max(id), 0) + 1 FROM runs")[0][0]
        self.sql(
            "INSERT INTO runs(id, district, kind, state, created, who, delivery, held_because, digest, modes, work, report, worker, lease, progress) "
            "VALUES(?, ?, 'delivery', 'running', '2026-01-01T00:00:00Z', 'bench', '', '', '', '', '', '', 'elsewhere 1 1 1', ?, 'reading 0 1000000')",
            self.run, self.district, int(time.time()) + 86400)
        self.over = False
        self.thread = threading.Thread(target=self.move)
        self.thread.start()
        return self

    def move(self):
        done = 0
        while not self.over:
            done = (done + 1000) % 1_000_000
            self.sql("UPDATE runs SET progress = ? WHERE id = ?", f"reading {done} 1000000", self.run)
            time.sleep(0.5)

    def __exit__(self, *_):
        self.over = True
        self.thread.join()
        self.sql("UPDATE runs SET state = 'done', outcome = 'failed', finished = '2026-01-01T00:00:00Z' WHERE id = ?", self.run)


class Streams:
    """Event streams that are open, read by one thread."""

    def __init__(self, sessions, path, number):
        self.selector, self.sockets, self.events, self.open, self.over = selectors.DefaultSelector(), [], 0, 0, False
        self.thread = threading.Thread(target=self.read)
        self.thread.start()
        for i in range(number):
            session = sessions[i % len(sessions)]
            while True:
                time.sleep(PACE / min(4, len(sessions)))
                stream = socket.create_connection((session.url.hostname, session.url.port))
                cookies = "; ".join(f"{n}={v}" for n, v in session.cookies.items())
                stream.sendall(f"GET {path} HTTP/1.1\r\nHost: {session.url.netloc}\r\nCookie: {cookies}\r\n\r\n".encode())
                head = stream.recv(4096)
                if b" 429 " in head[:20]:
                    stream.close()
                    time.sleep(1)
                    continue
                assert b" 200 " in head[:20], head[:300]
                break
            stream.setblocking(False)
            self.sockets.append(stream)
            self.selector.register(stream, selectors.EVENT_READ)
            self.open += 1

    def read(self):
        while not self.over:
            for key, _ in self.selector.select(0.2):
                try:
                    bytes = key.fileobj.recv(65536)
                except BlockingIOError:
                    continue
                self.events += bytes.count(b"event: ")
                if not bytes:
                    self.selector.unregister(key.fileobj)
                    self.open -= 1

    def close(self):
        self.over = True
        self.thread.join()
        for stream in self.sockets:
            stream.close()


def parts_of_upload(csrf, source, name, bytes):
    """A form with a file of so many bytes, in pieces, and how long it is."""
    boundary = "----the-boundary-of-a-bench"
    field = lambda name, value: f'--{boundary}\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
    before = (field("csrf", csrf) + field("source", source) + f'--{boundary}\r\ncontent-disposition: form-data; name="files"; filename="{name}"\r\n\r\n').encode()
    after = f"\r\n--{boundary}--\r\n".encode()
    if isinstance(bytes, Path):
        size, content = bytes.stat().st_size, read_pieces(bytes)
    else:
        size, content = bytes, invented_pieces(bytes)

    def pieces():
        yield before
        yield from content
        yield after

    return boundary, len(before) + size + len(after), pieces()


def read_pieces(path):
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            yield piece


def invented_pieces(size):
    piece = os.urandom(1 << 20)
    while size > 0:
        yield piece[:size]
        size -= len(piece)


def upload(session, district, source, name, bytes):
    """Answers (run, seconds)."""
    session.ask("GET", f"/districts/{district}/upload?source={source}")
    boundary, length, pieces = parts_of_upload(session.csrf, source, name, bytes)
    connection = http.client.HTTPConnection(session.url.hostname, session.url.port, timeout=600)
    connection.putrequest("POST", f"/districts/{district}/upload")
    connection.putheader("Cookie", "; ".join(f"{n}={v}" for n, v in session.cookies.items()))
    connection.putheader("Content-Type", f"multipart/form-data; boundary={boundary}")
    connection.putheader("Content-Length", str(length))
    connection.endheaders()
    began = time.monotonic()
    for piece in pieces:
        connection.send(piece)
    response = connection.getresponse()
    text = response.read()
    assert response.status == 303, f"the upload was answered with {response.status}: {text[-2000:]}"
    return int(re.search(r"(\d+)$", response.getheader("location")).group(1)), time.monotonic() - began


def narrow(given, email, orgs):
    """The command grants whole districts; these are organizations, as they are noted."""
    whose = f"account = (SELECT id FROM accounts WHERE email = '{email}')"
    rows = ", ".join(f"({org})" for org in orgs)
    sql = (f"CREATE TEMPORARY TABLE narrowed AS WITH o(org) AS (VALUES {rows}) SELECT g.account, g.district, o.org, g.level, g.demographics FROM grants g, o WHERE {whose};"
           f"DELETE FROM grants WHERE {whose}; INSERT INTO grants(account, district, org, level, demographics) SELECT * FROM narrowed;")
    if given.database:
        subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", given.database, "-c", "SET search_path = rollbook", "-c", sql], check=True)
        return
    database = sqlite3.connect(Path(given.data) / "operations.db", timeout=30)
    database.executescript(sql)
    database.close()


def varied_searches(session, base, number):
    """Searches by kind, of what there is: [(kind, words)], the same for the same roster."""
    chance = random.Random(7)
    people = {}
    for first in "abcdefghijklmnopqrstuvwxyz":
        for second in "aeioulrn":
            _, _, text, _ = session.ask("GET", f"{base}/browse.json?kind=users&q={first}{second}")
            for row in json.loads(text).get("rows", []):
                people[row["id"]] = row
        if len(people) > 5 * number:
            break
    people = [people[id] for id in sorted(people)]
    chance.shuffle(people)
    assert len(people) > 100, "there are too few people to search for"

    def email(person):
        _, _, text, _ = session.ask("GET", person["to"].replace("/browse/record?", "/browse/record.json?"))
        return next((field["value"] for field in json.loads(text)["fields"] if field["field"] == "email" and field["value"]), person["id"])

    words = lambda person: person["name"].split() or [person["id"]]
    kinds = {
        "a whole name": lambda p: p["name"],
        "one word": lambda p: words(p)[-1],
        "parts of a name": lambda p: " ".join(word[:3] for word in words(p)),
        "two letters": lambda p: words(p)[0][:2],
        "one letter": lambda p: words(p)[-1][:1],
        "an e-mail": email,
        "an id": lambda p: p["id"],
        "part of an id": lambda p: p["id"][: max(3, len(p["id"]) - 2)],
        "20 ids": lambda p: ",".join(one["id"] for one in chance.sample(people, min(20, len(people)))),
        "200 ids": lambda p: ",".join(one["id"] for one in chance.sample(people, min(200, len(people)))),
        "nothing there": lambda p: "zq" + words(p)[-1],
        "two letters each": lambda p: f"{words(p)[0][:1]} {words(p)[-1][:1]}",
    }
    return [(kind, of(people[(7 * i + j) % len(people)])) for i in range(-(-number // len(kinds))) for j, (kind, of) in enumerate(kinds.items())], people


def staff(sessions, base, people, results):
    """The list of members, by who looks at it."""
    table = {}
    for who, one in sessions.items():
        for kind, query in (("first page", ""), ("a rare name", None), ("nobody", "q=zqzqzq"), ("a grade", "grade=05"), ("a word and a grade", "q=a&grade=05")):
            for i in range(10):
                asked = query if query is not None else "q=" + urllib.parse.quote(people[i]["name"])
                status, took, *_ = one.ask("GET", f"{base}/members/staff?{asked}")
                if status == 200:
                    table.setdefault(f"{kind}, {who}", []).append(took)
    results["staff"] = {kind: percentiles(all) for kind, all in table.items()}
    compare("staff", None, results["staff"])


def measure_searches(given, server, session, results):
    base = f"/districts/{given.district}"
    searches, people = varied_searches(session, base, given.searches)
    _, _, text, _ = session.ask("GET", f"{base}/browse.json?kind=orgs&q=school")
    schools = [row for row in json.loads(text).get("rows", []) if row["detail"] == "school"]
    sessions = {"who sees all": session}
    # A key is one less than what a grant calls it. The organizations of many are not all: their records have to be told from others'.
    keys = sorted(int(re.search(r"[?&]key=(\d+)", school["to"]).group(1)) + 1 for school in schools)
    for who, orgs in (("one school", keys[:1]), ("40 schools", keys[:40]), ("600 schools", range(keys[0], keys[0] + 600))) if keys else ():
        email = f"bench-{who.replace(' ', '-')}-{time.time_ns()}@example.org"
        said = json.loads(rollbook(given, "person", "add", email, "Bea Bench", "--format", "json"))
        rollbook(given, "person", "grant", email, "--district", given.district, "--level", "system")
        narrow(given, email, orgs)
        sessions["who sees " + who] = Session(server.url).welcome(said["welcome"] if "welcome" in said else said["people"][0]["welcome"])
    for who, one in sessions.items():
        times, found = {}, 0
        for path in [f"{base}/browse?q=warm"] * 3:
            one.ask("GET", path)
        for kind, text in searches:
            status, took, page, _ = one.ask("GET", f"{base}/browse?" + urllib.parse.urlencode({"q": text}))
            assert status == 200, f"{kind}: {status}"
            times.setdefault(kind, []).append(took)
            found += '<th scope="row">' in page
        table = results[who] = {kind: percentiles(all) for kind, all in times.items()}
        table["all searches"] = percentiles([took for all in times.values() for took in all])
        compare(f"{who}: {found} of {len(searches)} found something", None, table)
    staff(sessions, base, people, results)
    times = {}
    for path in ("orgs", "schools"):
        for org in ([{"to": schools[0]["to"]}] if path == "schools" else json.loads(session.ask("GET", f"{base}/browse.json?kind=orgs&q=d")[2])["rows"][:3]):
            for _ in range(5):
                times.setdefault("a school" if path == "schools" else "another organization", []).append(session.ask("GET", org["to"])[1])
    for person in people[:40]:
        status, took, page, _ = session.ask("GET", person["to"])
        times.setdefault("a person's record", []).append(took)
        for list_of in ("enrollments", "classes"):
            link = next((link for link in re.findall(r'href="([^"]*browse/record\?table=' + list_of + r'[^"]*)"', page)), None)
            if link:
                times.setdefault(f"a record of {list_of}", []).append(session.ask("GET", link.replace("&amp;", "&"))[1])
                without = re.sub(r"&key=\d+", "", link.replace("&amp;", "&"))
                times.setdefault(f"a record of {list_of}, by id alone", []).append(session.ask("GET", without)[1])
    results["records"] = {kind: percentiles(all) for kind, all in times.items()}
    compare("records", None, results["records"])


def compare(name, was, now):
    print(f"\n{name:<58} {'p50':>8} {'p95':>8} {'times':>7}")
    for path, one in now.items():
        ratio = f"{one['p95'] / was[path]['p95']:.2f}" if was and path in was and was[path]["p95"] else ""
        print(f"{path[:58]:<58} {one['p50']:>8} {one['p95']:>8} {ratio:>7}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--data")
    parser.add_argument("--database")
    parser.add_argument("--url")
    parser.add_argument("--pid", type=int)
    parser.add_argument("--district", default="1")
    parser.add_argument("--requests", type=int, default=100)
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--upload-mb", type=int, default=1024)
    parser.add_argument("--delivery", type=Path)
    parser.add_argument("--route", action="append", default=[])
    parser.add_argument("--searches", type=int)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, given.streams + 200)), hard))

    if not given.data and not (given.database and given.searches):
        parser.error("--data, or --database with --searches")
    stamp = time.strftime("%Y%m%d-%H%M%S")
    bench = f"{DISTRICT} {stamp}"
    number = int(re.search(r"District (\d+)", rollbook(given, "district", "add", bench)).group(1))
    rollbook(given, "source", "add", "bench", "--district", bench, "--live", "--apply-by-itself")
    source = None if given.database else sqlite3.connect(Path(given.data) / "operations.db").execute("SELECT id FROM sources WHERE district = ?", (number,)).fetchone()[0]
    server = Server(given)
    results = {"program": given.program, "data": given.data, "district": given.district}
    try:
        emails = [f"bench-{stamp}-{i}@example.org" for i in range(6)]
        people = [person(given, server, email, [given.district, bench]) for email in emails]
        session = people[0]  # the last one signs in again and again; an account has only so many sessions
        if given.searches:
            measure_searches(given, server, session, results)
            if given.json:
                given.json.write_text(json.dumps(results, indent=1) + "\n")
            return
        paths = routes_of(session, given.district, given.route)
        measure(session, paths, 3)
        alone = results["alone"] = measure(session, paths, given.requests)
        compare("alone", None, alone)
        sign_ins = results["sign-ins alone"] = percentiles([Session(server.url).sign_in(emails[-1]) for _ in range(20)])
        print(f"{'POST /sign-in':<58} {sign_ins['p50']:>8} {sign_ins['p95']:>8}")

        with HeldRun(given, number) as held:
            if given.streams:
                streams = Streams(people[:-1], f"/districts/{number}/history/{held.run}/events", given.streams)
                try:
                    before = streams.events
                    began = time.monotonic()
                    results["with streams"] = measure(session, paths, given.requests)
                    seconds = time.monotonic() - began
                    compare(f"with {streams.open} streams open", alone, results["with streams"])
                    results["streams"] = {"open": streams.open, "events per second": round((streams.events - before) / seconds)}
                    print(f"{results['streams']['events per second']} events a second came through")
                finally:
                    streams.close()
            if given.upload_mb:
                with Highest(server) as highest:
                    run, seconds = upload(session, number, source, "users.csv", given.upload_mb << 20)
                results["upload"] = {"MB": given.upload_mb, "seconds": round(seconds, 1), "memory added, MB": round(highest.added_mb, 1)}
                print(f"\nupload of {given.upload_mb} MB: {seconds:.1f} s, {highest.added_mb:.1f} MB of memory added to {highest.before / 1024:.1f}")
                session.ask("POST", f"/districts/{number}/history/{run}/cancel", {})
        if given.delivery:
            run, _ = upload(session, number, source, given.delivery.name, given.delivery)
            over, during, sign = (lambda: held.sql("SELECT state FROM runs WHERE id = ?", run)[0][0] == "done"), {path: [] for path in paths}, []
            began = time.monotonic()
            with Highest(server) as highest:
                while not over():
                    sign.append(Session(server.url).sign_in(emails[-1]))
                    for path in paths:
                        status, took, *_ = session.ask("GET", path)
                        if status == 200:
                            during[path].append(took)
            results["during an apply"] = {path: percentiles(all) for path, all in during.items() if all}
            compare("while a delivery is read and applied", alone, results["during an apply"])
            results["sign-ins during an apply"] = percentiles(sign)
            print(f"{'POST /sign-in':<58} {results['sign-ins during an apply']['p50']:>8} {results['sign-ins during an apply']['p95']:>8} "
                  f"{results['sign-ins during an apply']['p95'] / sign_ins['p95']:>7.2f}")
            outcome = held.sql("SELECT outcome FROM runs WHERE id = ?", run)[0][0]
            results["apply"] = {"outcome": outcome, "seconds": round(time.monotonic() - began, 1), "memory added, MB": round(highest.added_mb, 1)}
            print(f"the run: {outcome} in {results['apply']['seconds']} s, {highest.added_mb:.0f} MB of memory added")
    finally:
        server.stop()
    if given.json:
        given.json.write_text(json.dumps(results, indent=1) + "\n")


main()
