#!/usr/bin/env python3
"""only_tracer_died.py RESULTS.xml: whether every test that failed did so because the leak check itself died.

LeakSanitizer stops all threads at the end of a process and looks at them from a tracer; the one of g++ 12 sometimes gets a signal there. It says so, in
words that nothing else says. A leak, an assertion or a crash of the program has other words, and stays a failure.
"""
import sys
import xml.etree.ElementTree as xml

DIED = "LeakSanitizer has encountered a fatal error"
FOUND = ("detected memory leaks", "ERROR: AddressSanitizer", "runtime error:", "[  FAILED  ]", ": Failure\n", "not ok ")

died, others = [], []
for case in xml.parse(sys.argv[1]).getroot().iter("testcase"):
    if case.get("status") != "fail":
        continue
    said = "".join(part.text or "" for part in case.iter("system-out"))
    only = DIED in said and not any(words in said for words in FOUND)
    (died if only else others).append(case.get("name"))
for name in died:
    print(f"The leak check died in {name}; it is run again.")
sys.exit(0 if died and not others else 1)
