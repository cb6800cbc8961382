"""Measures the audit: on pages that this repository wrote and labelled, on pages made from them, on a folder of others.

    python benchmarks/audit.py [--labelled FOLDER] [--misses]

FOLDER: ledger.csv (seed_file, char_start, char_end, observable, verdict), and where they are contradictions.csv and
defects.csv, beside documents/ with the pages.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests" / "audit")]

from audit_labelled import LabelledPage, pages  # noqa: E402

from audit_measure import HEAD, WRONG, Score, Wanted, add, matched  # noqa: E402
from audit_synthetic import denied, reworded, spliced, with_wrong_number  # noqa: E402
from ketsim.audit import AuditedDocument, Judgement, audit_text  # noqa: E402
from ketsim.audit.contradictions import contradictions  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labelled", type=Path, help="folder with a ledger of other pages")
    parser.add_argument("--misses", action="store_true", help="print what was not found")
    options = parser.parse_args()
    own(pages())
    synthetic(pages())
    speed(pages())
    if options.labelled is not None:
        others(options.labelled, misses=options.misses)


def claims(found: AuditedDocument) -> list[tuple[int, int, str, str]]:
    return [(c.claim.start, c.claim.end, c.claim.observable, c.verdict) for c in found.claims]


def audited(page: LabelledPage) -> AuditedDocument:
    return audit_text(page.text, f"{page.name}.md")


def own(every: tuple[LabelledPage, ...]) -> None:
    """Pages of this repository; those with `held: true` were written after the patterns and are not tuned to."""
    print("Pages written and labelled here")
    print(HEAD)
    for held in (False, True):
        total, clashes, kinds, sales = Score(), [0, 0], [0, 0], [0, 0, 0]
        for page in every:
            if page.held != held:
                continue
            found = audited(page)
            wanted = [Wanted(label.start, label.end, label.observable, label.verdict) for label in page.labels]
            alone = Score()
            for score in (alone, total):
                add(score, wanted, claims(found))
            print(alone.row(page.name))
            pairs = matched(wanted, [(c.claim.start, c.claim.end) for c in found.claims])
            keys = {label.key: pairs.get(i) for i, label in enumerate(page.labels) if label.key}
            said = {frozenset((c.a, c.b)) for c in found.contradictions}
            clashes[0] += sum(frozenset((keys[a], keys[b])) in said for a, b, _ in page.clashes)
            clashes[1] += len(page.clashes)
            types = {defect.type for defect in found.defects}
            kinds[0] += sum(kind in types for kind in page.defects)
            kinds[1] += len(page.defects)
            single = [d for d in found.defects if d.type == "sale-solicitation"]
            sales[0] += min(len(single), page.sales)
            sales[1] += page.sales
            sales[2] += len(single) if not page.sales else 0
        if total.wanted:
            print(total.row("held out" if held else "all used while writing"))
            print(
                f"  contradictions {clashes[0]}/{clashes[1]}, kinds of defects {kinds[0]}/{kinds[1]}, "
                f"sale offers {sales[0]}/{sales[1]}, false sale flags {sales[2]}"
            )
    print()


def synthetic(every: tuple[LabelledPage, ...]) -> None:
    """Sentences changed by rule, each audited as a page of its own that names the drug."""
    right = [
        (page.text[label.start : label.end], label)
        for page in every
        for label in page.labels
        if label.verdict == "supported" and not label.observable.startswith(("anecdote", "advert"))
    ]
    print("Pages made from them by rule")
    swapped = [(with_wrong_number(text), label) for text, label in right]
    report(
        "numbers ten times too large, no longer supported",
        [_verdicts(text) for text, _ in swapped if text],
        "supported",
    )
    negated = [(denied(text), label) for text, label in right if label.polarity == "affirm"]
    verdicts = [_verdicts(text) for text, _ in negated if text]
    print(f"  {'denied, then called wrong':<52} {sum(bool(set(WRONG) & v) for v in verdicts)}/{len(verdicts)}")
    kept = same = 0
    for place, (text, label) in enumerate(right):
        found = audit_text(f"About ketamine.\n\n{reworded(text, place)}.\n", "reworded.txt")
        names = {c.claim.observable for c in found.claims}
        kept += label.observable in names
        same += any(c.claim.observable == label.observable and c.verdict == label.verdict for c in found.claims)
    print(f"  {'reworded: the same observable':<52} {kept}/{len(right)}")
    print(f"  {'reworded: and the same verdict':<52} {same}/{len(right)}")
    lines = list(spliced([text for text, _ in right]))
    caught = sum(_has(f"About ketamine.\n\n{line}.\n", "spliced-text") for line in lines)
    clean = sum(_has(f"About ketamine.\n\n{text}.\n", "spliced-text") for text, _ in right)
    print(f"  {'inserted anchors found':<52} {caught}/{len(lines)}, false {clean}/{len(right)}")
    print()


def _verdicts(text: str) -> set[str]:
    found = audit_text(f"About ketamine.\n\n{text}.\n", "changed.txt")
    return {claim.verdict for claim in found.claims} - {"not-checkable"}


def _has(text: str, kind: str) -> bool:
    return any(defect.type == kind for defect in audit_text(text, "spliced.txt").defects)


def report(what: str, verdicts: list[set[str]], without: str) -> None:
    print(f"  {what:<52} {sum(without not in v for v in verdicts)}/{len(verdicts)}")


def speed(every: tuple[LabelledPage, ...]) -> None:
    text = "\n\n".join(page.text for page in every)
    text = (text * (20_000 // len(text) + 1))[:20_000]
    audit_text(text, "warm.md")
    started = time.process_time()
    for _ in range(10):
        audit_text(text, "speed.md")
    print(f"100 pages of 20 kB: {(time.process_time() - started) * 10:.0f} s of processor time\n")


def others(folder: Path, *, misses: bool) -> None:
    """Other people's labelled pages, in the ledger's form."""
    rows = list(csv.DictReader((folder / "ledger.csv").open(encoding="utf-8", newline="")))
    print(f"Labelled pages of {folder.name}")
    print(HEAD)
    total, strict = Score(), Score()
    every, owners, place_of = [], [], {}
    for number, name in enumerate(sorted({row["seed_file"] for row in rows})):
        found = audit_text((folder / "documents" / name).read_bytes().decode("utf-8"), name)
        mine = [row for row in rows if row["seed_file"] == name]
        wanted = [Wanted(int(r["char_start"]), int(r["char_end"]), r["observable"], r["verdict"]) for r in mine]
        alone = Score()
        for score in (alone, total):
            add(score, wanted, claims(found))
        add(strict, wanted, claims(found), strict=True)
        print(alone.row(name[:24]))
        pairs = matched(wanted, [(c.claim.start, c.claim.end) for c in found.claims])
        place_of |= {row["id"]: len(every) + pairs[i] for i, row in enumerate(mine) if i in pairs}
        every += found.claims
        owners += [number] * len(found.claims)
        defects_of(folder, name, found, misses=misses)
    print(total.row("all"))
    print(strict.row("all, overlap both ways"))
    clashes_of(folder, every, owners, place_of, misses=misses)


def defects_of(folder: Path, name: str, found: AuditedDocument, *, misses: bool) -> None:
    path = folder / "defects.csv"
    if not path.is_file():
        return
    rows = [r for r in csv.DictReader(path.open(encoding="utf-8", newline="")) if r["seed_file"] == name]
    used: set[int] = set()
    hits = 0
    for row in rows:
        start, end = int(row["char_start"]), int(row["char_end"])
        rated = [
            (-(min(end, d.end) - max(start, d.start)) / (max(end, d.end) - min(start, d.start)), i)
            for i, d in enumerate(found.defects)
            if i not in used
            and d.type == row["defect_type"]
            and (min(end, d.end) - max(start, d.start)) * 2 >= end - start
        ]
        if rated:
            used.add(min(rated)[1])
            hits += 1
        elif misses:
            print(f"    missed: {row['defect_type']} {start}-{end}")
    sale = [row for row in rows if row["defect_type"] == "sale-solicitation"]
    flagged = [i for i, d in enumerate(found.defects) if d.type == "sale-solicitation"]
    print(
        f"  defects: recall {hits}/{len(rows)}, precision {len(used)}/{len(found.defects)}; "
        f"sale offers {sum(i in used for i in flagged)}/{len(sale)}, false {sum(i not in used for i in flagged)}"
    )


def clashes_of(
    folder: Path, every: Sequence[Judgement], owners: list[int], place_of: dict[str, int], *, misses: bool
) -> None:
    path = folder / "contradictions.csv"
    if not path.is_file():
        return
    rows = list(csv.DictReader(path.open(encoding="utf-8", newline="")))
    inside = [c for c in contradictions(every) if owners[c.a] == owners[c.b]]
    said = {frozenset((c.a, c.b)) for c in (*inside, *contradictions(every, owners))}
    for nature in ("genuine", "tension", "apparent"):
        mine = [row for row in rows if row["nature"] == nature]
        hits = [frozenset((place_of.get(r["claim_a"]), place_of.get(r["claim_b"]))) in said for r in mine]
        print(f"  contradictions, {nature}: {sum(hits)}/{len(mine)}")
        if misses:
            for row, hit in zip(mine, hits, strict=True):
                if not hit:
                    print(f"    missed: {row['observable_a']} / {row['observable_b']}")
    print(f"  contradictions reported in all: {len(said)}")


if __name__ == "__main__":
    main()
