"""A web server under load whose threads are stopped at random, by people whose connections end at random."""
import collections
import json
import pathlib
import random
import signal
import subprocess
import threading
import time

import peers
from harness import HERE, JDKS, ROOM, Program, Results, cpu_ms, log, median, until
from sonde import Server, Session, Sonde

PROGRAMS = HERE.parents[1] / "shell/src/test/java/dev/sonde/shell/jetty"
JETTY = "12.1.13"
JARS = (*(f"org.eclipse.jetty:jetty-{part}:{JETTY}" for part in ("server", "http", "io", "util")), "org.slf4j:slf4j-api:2.0.18")
RATE, CLIENTS, VISITORS = 2000, 50, 4
PLACES = ("WebShop.handle", "WebShop.handle:+1", "WebShop.handle:+2", "WebShop.order", "WebShop.order:+1", "WebShop.order:+2", "WebShop.order:+3",
          "WebShop.order:+4", "WebShop.order:+6", "WebShop.order:+7", "WebShop.discount", "WebShop.discount:+1", "WebShop$Basket.fill",
          "WebShop$Basket.fill:+1", "WebShop$Basket.fill:+2", "WebShop$Basket.code", "WebShop$Price.cents", "WebShop$Price.cents:+1",
          "WebShop$Reduced.cents", "WebShop$Stock.reserve")


def build():
    """The programs of the tests, and the class path that they run on."""
    jars = [peers.maven(jar, f"jetty/{jar.split(':')[1]}.jar") for jar in JARS]
    classes = ROOM / "jetty"
    peers.javac(classes, "-cp", ":".join(map(str, jars)), PROGRAMS / "WebShop.java", PROGRAMS / "WebLoad.java")
    return ":".join(map(str, [classes, *jars]))


class Audit:
    """Who was stopped and who went on, by what the server wrote down."""

    def __init__(self, server):
        self.file = open(pathlib.Path(server.room) / "home/audit.jsonl", encoding="utf-8")
        self.file.seek(0, 2)
        self.rest = ""
        self.stops = self.steps = self.longest_ms = 0
        self.standing, self.causes = set(), collections.Counter()

    def read(self):
        *whole, self.rest = (self.rest + self.file.read()).split("\n")
        for row in map(json.loads, whole):
            if row["type"] == "stop":
                self.standing.add((row["session"], row["stop"]))
                self.stops += not row["stepped"]
                self.steps += row["stepped"]
            elif row["type"] == "release":
                self.standing.discard((row["session"], row["stop"]))
                self.causes[row["cause"]] += 1
                self.longest_ms = max(self.longest_ms, row["parkedMs"])
        return self.stops


class Visitor(threading.Thread):
    """Sets five breakpoints of the twenty, looks, steps, sends on, forgets; and is gone, mostly without a word. Again and again."""

    def __init__(self, number, server, pid, places):
        super().__init__(daemon=True)
        self.random = random.Random(number)
        self.server, self.at, self.places = server, f"@{pid}", places
        self.enough = threading.Event()
        self.visits = self.dropped = 0
        self.problems = []

    def run(self):
        while not self.enough.is_set():
            try:
                self.visit()
            except Exception as problem:
                self.problems.append(repr(problem)[:200])

    def visit(self):
        session = Session(self.server, "--", "--keep-going", alone=True)
        try:
            self.visits += 1
            session.ask(self.at)
            ids = []
            for place in self.places:
                _, rows = session.ask(f"break '{place}' --max-park {self.random.choice((1, 2, 5))}s --json")
                ids += [str(row["id"]) for row in rows if row["type"] == "breakpoint"]
            if len(ids) != len(self.places):
                raise RuntimeError(f"{len(ids)} breakpoints of {len(self.places)}")
            for _ in range(self.random.randint(10, 60)):
                if self.enough.is_set():
                    break
                self.look(session, ids)
        finally:
            self.leave(session)

    def look(self, session, ids):
        dice = self.random.random()
        _, standing = session.ask("stops --wait 2s --json")
        if not any(row["type"] == "stop" for row in standing):
            session.ask(f"enable {' '.join(ids)} --json")  # the guard has disabled those that held up others
        elif dice < 0.15:
            session.ask(self.random.choice(("next", "step", "stepout", "next 2")) + " --wait 2s --json")
        elif dice < 0.25:
            session.ask(self.random.choice(("locals", "args", "fields", "stack", "list")) + " --json")
        elif dice < 0.30:
            time.sleep(self.random.random() * 3)
        else:
            session.ask("continue --json")

    def leave(self, session):
        if self.random.random() < 0.7:
            self.dropped += 1
            session.process.send_signal(signal.SIGKILL)
            session.process.wait()
        else:
            session.close()


def rates(load, seconds, process):
    """Requests a second, the longest of them in ms, and the server's CPU in µs for each."""
    first, cpu, start = len(load.seconds), cpu_ms(process.pid), time.monotonic()
    time.sleep(seconds)
    rows = load.seconds[first:]
    ops = sum(int(row["ops"]) for row in rows)
    return median(int(row["ops"]) for row in rows[1:]), max(int(row["longest"]) for row in rows), (cpu_ms(process.pid) - cpu) * 1e3 / max(1, ops)


def breakpoints(options):
    results = Results("breakpoints")
    path, server = build(), Server.running()
    for rep in range(options.reps):
        for jdk in options.jdks:
            with Program(jdk, path, "dev.sonde.shell.jetty.WebShop") as shop, \
                    Program(jdk, path, "dev.sonde.shell.jetty.WebLoad", shop.ready[-1], CLIENTS, RATE) as load:
                time.sleep(10)
                before, longest_before, cpu_before = rates(load, 20, shop.process)
                Session(server).close()  # there is an audit from its first line on
                audit = Audit(server)
                pick = list(PLACES)
                random.Random(rep).shuffle(pick)
                share = len(pick) // VISITORS
                visitors = [Visitor(f"{rep}-{i}", server, shop.process.pid, pick[i * share:(i + 1) * share]) for i in range(VISITORS)]
                first, start = len(load.seconds), time.monotonic()
                for visitor in visitors:
                    visitor.start()
                while audit.read() < options.stops and any(v.is_alive() for v in visitors) and time.monotonic() - start < 3600:
                    time.sleep(0.5)
                for visitor in visitors:
                    visitor.enough.set()
                for visitor in visitors:
                    visitor.join(120)
                took = time.monotonic() - start
                during = median(int(row["ops"]) for row in load.seconds[first + 1:])
                until("no thread of ours", lambda: not any((task / "comm").read_text().startswith("sonde")
                                                           for task in pathlib.Path(f"/proc/{shop.process.pid}/task").iterdir()), 60, 0.1)
                jcmd = next(iter(JDKS.values())) / "bin/jcmd"
                dump = subprocess.run([str(jcmd), str(shop.process.pid), "Thread.print"], check=True, capture_output=True, text=True).stdout
                time.sleep(5)  # its classes are compiled anew
                after, longest_after, cpu_after = rates(load, 20, shop.process)
                stops = audit.read()
                for visitor in visitors:
                    for problem in visitor.problems:
                        log("a visitor's", problem)
                log(jdk, "released", dict(audit.causes), "first failure:", load.seconds[-1]["first"])
                results.put(peer=Sonde.name, jdk=jdk, rep=rep, kind="2,000 requests/s", stops=stops, steps=audit.steps, seconds=took,
                            visits=sum(v.visits for v in visitors), dropped=sum(v.dropped for v in visitors), problems=sum(len(v.problems) for v in visitors),
                            failed=int(load.seconds[-1]["errors"]), standing=dump.count("dev.sonde.agent."),
                            unreleased=len(audit.standing), longest_park_ms=audit.longest_ms,
                            before=before, during=during, after=after, speed=100 * after / before,
                            longest_before_ms=longest_before, longest_after_ms=longest_after, cpu_before_us=cpu_before, cpu_after_us=cpu_after)
    return results.rows, ("kind", "peer", "jdk"), (
        ("stopped", "stops", "%.0f"), ("stepped", "steps", "%.0f"), ("visits", "visits", "%.0f"), ("dropped", "dropped", "%.0f"), ("requests failed", "failed", "%.0f"),
        ("left standing", "standing", "%.0f"), ("unreleased", "unreleased", "%.0f"), ("longest stop ms", "longest_park_ms", "%.0f"),
        ("requests/s before", "before", "%.0f"), ("during", "during", "%.0f"), ("after", "after", "%.0f"), ("after, %", "speed", "%.1f"),
        ("CPU us a request before", "cpu_before_us", "%.0f"), ("after", "cpu_after_us", "%.0f")), None
