"""The README's tables: the newest run of each section, a column for each tool, a cell for each JDK."""
import collections
import json

from harness import HERE, ROOM, median

README = HERE.parents[1] / "README.md"
BEGIN, END = "<!-- scripts/bench/bench --readme writes from here -->", "<!-- to here -->"
TOOLS = {"floor": "floor", "sonde": "Sonde", "arthas 4.1.5": "Arthas 4.1.5", "btrace 2.2.6": "BTrace 2.2.6", "byteman 4.0.27 compiled": "Byteman 4.0.27",
         "jfr": "JFR", "async-profiler 4.6": "async-profiler 4.6", "jcmd VM.version": "jcmd"}

# For each table: its title, its section, the name that tells rows apart; then what a line says, which rows it is of, their value, its form.
TABLES = (
    ("CPU ns added to a call of 4 ns", "overhead", "mode", (
        ("condition on an argument, false", "false", "added_ns", "%.1f"),
        ("condition on a field, false", "field", "added_ns", "%.1f"),
        ("condition on a field of an argument, false", "argument", "added_ns", "%.1f"),
        ("true, and held back by the rate limit", "limited", "added_ns", "%.1f"),
        ("counted", "count", "added_ns", "%.1f"),
        ("counted, with two readings of the clock", "timed", "added_ns", "%.0f"),
        ("an object of five fields captured", "capture", "added_ns", "%.0f"),
        ("the same, bytes of garbage", "capture", "bytes", "%.0f"))),
    ("A line of a method of 4 ns", "overhead", "mode", (
        ("hooked, and nothing armed: ns", "line-off", "added_ns", "%.2f"),
        ("armed, condition false: ns", "line-false", "added_ns", "%.1f"),
        ("a breakpoint, condition false: ns", "break-false", "added_ns", "%.1f"),
        ("a snapshot of ten locals: ns", "snap", "added_ns", "%.0f"))),
    ("A method of 8 ns with three callees", "trace", "mode", (
        ("a tree of each call: ns added", "trace", "added_ns", "%.0f"),)),
    ("Into a JVM never met, ms", "attach", "kind", (
        ("first output", "first contact", "first_ms", "%.0f"),
        ("CPU of the target, ms", "first contact", "target_cpu_ms", "%.0f"),
        ("agent loaded, method woven, first hit seen", "to the first hit after that", "first_ms", "%.0f"))),
    ("More in the target than before", "footprint", "moment", (
        ("attached, nothing woven: classes", "attached", "classes", "%.0f"),
        ("its metaspace, KB", "attached", "metaspace_kb", "%.0f"),
        ("its RSS, KB", "attached", "rss_kb", "%.0f"),
        ("one probe armed: classes", "during", "classes", "%.0f"),
        ("its metaspace, KB", "during", "metaspace_kb", "%.0f"),
        ("its RSS, KB", "during", "rss_kb", "%.0f"),
        ("its threads", "during", "threads", "%.0f"),
        ("gone again: classes", "after", "classes", "%.0f"),
        ("threads", "after", "threads", "%.0f"),
        ("open files", "after", "files", "%.0f"))),
    ("50,000 calls a second, each sent with its arguments and result", "hits", "moment", (
        ("calls a second", "reading", "called", "%.0f"),
        ("delivered a second", "reading", "delivered", "%.0f"),
        ("cores of the target, first seconds", "first seconds", "cpu", "%.2f"),
        ("cores of the target", "reading", "cpu", "%.2f"),
        ("the client stops reading: calls a second", "stopped", "called", "%.0f"),
        ("it reads again: cores of the target", "again", "cpu", "%.2f"))),
    ("50,000 calls a second, and SIGSTOP holds the ssh client for a minute", "held", "moment", (
        ("calls a second before", "reading", "called", "%.0f"),
        ("calls a second meanwhile", "held", "called", "%.0f"),
        ("heap of the target before, MB", "reading", "heap_mb", "%.0f"),
        ("heap of the target meanwhile, MB", "held", "heap_mb", "%.0f"),
        ("live on the server's heap before, MB", "reading", "server_mb", "%.1f"),
        ("live on the server's heap meanwhile, MB", "held", "server_mb", "%.1f"))),
    ("Afterwards", "heal", "kind", (
        ("a method's speed after `clear`, % of before", "clear", "speed", "%.1f"),
        ("the same after `kill -9` of the server", "kill -9", "speed", "%.1f"),
        ("no thread of ours left after, ms", "kill -9", "gone_ms", "%.0f"))),
    ("A web server with 2,000 requests/s, its threads stopped 1,000 times", "breakpoints", "kind", (
        ("requests that failed", "2,000 requests/s", "failed", "%.0f"),
        ("threads left standing", "2,000 requests/s", "standing", "%.0f"),
        ("requests a second after, % of before", "2,000 requests/s", "speed", "%.1f"))),
    ("Among 50,000 loaded classes", "search", "kind", (
        ("`classes '*Order*'`, first, ms", "first classes '*Order*'", "first_ms", "%.0f"),
        ("again, ms", "classes '*Order*' again", "first_ms", "%.0f"),
        ("a watch on 50 classes, armed and removed, ms", "watch on a glob of 50 classes, armed and removed", "first_ms", "%.0f"),
        ("RSS above attach, KB", "after the looks, above attached", "rss_kb", "%.0f"))))


def newest(section):
    """The rows of the newest run of a section that had Sonde in it, for each JDK."""
    file = ROOM / f"{section}.jsonl"
    rows = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    rows = [row for row in rows if "run" in row and "failed" not in row]
    last = {row["jdk"]: row["run"] for row in rows if row["peer"] == "sonde"}
    return [row for row in rows if row["run"] == last.get(row["jdk"])]


def tool(row):
    return "jfr" if row["peer"].startswith("jfr") else row["peer"]


def number(value, form):
    text = form % value
    if abs(value) >= 100:
        text = "%.0f" % value
    if "." not in text:
        return f"{int(text):,}"
    return "0.0" if float(text) == 0 else text


def markdown():
    """All tables of which there are rows."""
    parts = []
    for title, section, key, lines in TABLES:
        found = collections.defaultdict(list)
        jdks = set()
        for row in newest(section):
            for _, kind, name, _ in lines:
                if row.get(key) == kind and row.get(name) is not None:
                    found[kind, name, tool(row), row["jdk"]].append(row[name])
                    jdks.add(row["jdk"])
        shown = [name for name in TOOLS if any(name == known for _, _, known, _ in found)]
        if "sonde" not in shown:
            continue
        parts.append("| " + " | ".join([f"{title} (JDK {' / '.join(map(str, sorted(jdks)))})", *(TOOLS[name] for name in shown)]) + " |")
        parts.append("|---|" + "--:|" * len(shown))
        for label, kind, name, form in lines:
            if not any((kind, name) == known[:2] for known in found):
                continue
            cells = []
            for peer in shown:
                values = [median(found.get((kind, name, peer, jdk), [])) for jdk in sorted(jdks)]
                cells.append("" if all(v is None for v in values) else " / ".join("–" if v is None else number(v, form) for v in values))
            parts.append("| " + " | ".join([label, *cells]) + " |")
        parts.append("")
    return "\n".join(parts)


def into_readme():
    """Replaces what stands between the two marks of the README."""
    text = README.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN)
    _, tail = rest.split(END)
    README.write_text(f"{head}{BEGIN}\n\n{markdown()}\n{END}{tail}", encoding="utf-8")
