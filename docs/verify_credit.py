"""Compute published credit ratings again without the platform: python verify_credit.py EXPORT.json [DIGEST]
The export is what a cycle's page offers as JSON; DIGEST is what the page or the audit log shows. Needs Python 3.11
and nothing else. Prints all that does not follow; exit status 1 if anything. Points are exact centi-points."""
import hashlib, json, sys
from fractions import Fraction as F
BAD, LETTERS = [], "ABCD"

def need(where, **checks):
    BAD.extend(f"{name.replace('_', '-')} at {where}" for name, held in checks.items() if not held)

def digest(purpose, value):  # SHA-256 over a purpose and canonical JSON (RFC 8785)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"market/{purpose}/1".encode() + text.encode()).hexdigest()

written = lambda value: f"{F(value).numerator}/{F(value).denominator}"
clamp = lambda value, top: min(max(value, F(0)), F(top))
half = lambda day: day and f"{day[:4]}H{1 if int(day[5:7]) < 7 else 2}"  # the half-year of a day
total = lambda lines, bad: sum((F(line["points"]) for line in lines if line["bad"] is bad), F(0))

def bars(item):  # the best grade an active item leaves open
    flags = item["flags"].split(";")
    if item["direction"] == "good": return "A"
    return "D" if "VETO_D" in flags else "C" if "VETO_C" in flags or item["severity"] == "very_serious" else "B" if item["severity"] == "serious" else "A"

def check_line(where, line, items, number):
    points, shown, kept = F(line["points"]), line["shown"], line["bad"] or (line["ceiling"] == "A" and not line["grave"])
    need(where, points=written(points) == line["points"] and points >= 0, ceiling=line["ceiling"] in LETTERS and kept)
    if shown is None: return
    item, factor = items[shown["item"]], F(shown["factor"])
    full, grave = int(item["points_centi"]) * factor, item["severity"] == "very_serious"
    factors = [number(f"repeat_{n}") for n in ("first", "second", "third")] if line["bad"] else [1]
    need(where, item=[line["bad"], shown["table"], line["ceiling"], line["grave"]] == [item["direction"] == "bad", int(item["points_centi"]), bars(item), grave],
         factor=factor in factors, counted={"": points == full, "same-fact": points == 0, "cap": points < full}[shown["why"]],
         cycles=[line["begins"], line["ends"]] == [half(shown["begins"]), half(shown["ends"])],
         line_digest=digest("credit-line", {**shown, **{k: line[k] for k in ("bad", "points", "ceiling", "grave")}}) == line["digest"])

def check_sheet(sheet, items, number):
    where, weights, weight, means = sheet["code"], [], number("weight_evaluation"), {True: [], False: []}
    for one in sheet["projects"]:
        place = f"{where} {one['project']}"
        for line in one["lines"]: check_line(f"{place} {line['digest'][:12]}", line, items, number)
        good, bad = min(total(one["lines"], False), number("good_cap_project")), total(one["lines"], True)
        need(place, numbers=0 <= one["quality"] <= 10000 and one["area"] > 0 < one["days"])
        for with_good, parts in means.items():
            record = clamp(number("base") + with_good * good - bad, 11000)
            parts.append(weight * one["quality"] + (1 - weight) * record)
            if with_good: need(place, record=one["record"] == written(record), composite=one["composite"] == written(parts[-1]))
        weights.append(one["area"] * one["days"])
    for line in sheet["lines"]: check_line(f"{where} {line['digest'][:12]}", line, items, number)
    good, bad = min(total(sheet["lines"], False), number("good_cap_enterprise")), total(sheet["lines"], True)
    part, bare = [sum(c * w for c, w in zip(p, weights)) / F(sum(weights)) if weights else number("unrated_project_part") for p in means.values()]
    lines = [x for x in [*sheet["lines"], *(line for one in sheet["projects"] for line in one["lines"])] if x["bad"]]
    ceiling = "D" if sum(x["grave"] for x in lines) >= 2 else max((x["ceiling"] for x in lines), default="A")
    need(where, good=sheet["good"] == written(good), bad=sheet["bad"] == written(bad), project_part=sheet["project_part"] == written(part),
         score=sheet["score_centi"] == round(clamp(part + good - bad, 11500)), tender=sheet["tender_centi"] == round(clamp(bare - bad, 11500)),
         ceiling=sheet["ceiling"] == ceiling, rated=not sheet["rated"] or bool(weights))
    kept = lambda some: [[x[k] for k in ("digest", "bad", "points", "ceiling", "grave", "begins", "ends")] for x in some]
    bound = {**{k: v for k, v in sheet.items() if k != "digest"}, "lines": kept(sheet["lines"]),
             "projects": [{**one, "lines": kept(one["lines"])} for one in sheet["projects"]]}
    need(where, sheet_digest=digest("credit-sheet", bound) == sheet["digest"])
    return (-sheet["score_centi"], len(lines), -sum(weights), where)

def letters(export, ranks, number):  # before ceilings
    edges = {letter: number(f"grade_{letter.lower()}") for letter in "ABC"}
    if export["mode"] == "absolute":
        return {rank[3]: next((x for x in "ABC" if -rank[0] >= edges[x]), "D") for rank in ranks}
    rated = sorted(rank for rank, sheet in zip(ranks, export["sheets"]) if sheet["rated"])
    found, share, begin = {rank[3]: "D" for rank in ranks}, F(0), 0
    for letter in "ABC":
        share += number(f"quota_{letter.lower()}") / 100
        found.update({rank[3]: letter for rank in rated[begin : round(share * len(rated))]})
        begin = max(begin, round(share * len(rated)))
    found.update({r[3]: "C" for r in rated if -r[0] >= edges["B"] and not r[1] and found[r[3]] == "D"})
    return found | {r[3]: max(found[r[3]], "C") for r in rated if -r[0] < edges["C"]}

def check(export, logged=""):
    BAD.clear()
    try:
        rules, units = export["rules"], {"points": 100, "square-metres": 100}
        items = {row["code"]: {"flags": "", **row} for row in rules["tables"]["items"]}
        numbers = {row["id"]: F(row["value"]) * units.get(row["unit"], 1) for row in rules["tables"]["parameters"]}
        need("rules", digest=digest("credit-rule-set", rules["tables"]) == rules["digest"])
        quota, codes = export["cycle"] is not None and numbers["grade_by_quota"], [sheet["code"] for sheet in export["sheets"]]
        need("export", format=export["format"] == "market-credit-export/1", mode=export["mode"] == ("quota" if quota else "absolute"), order=codes == sorted(set(codes)))
        ranks = [check_sheet(sheet, items, numbers.__getitem__) for sheet in export["sheets"]]
        before = letters(export, ranks, numbers.__getitem__) if export["whole"] or not quota else {}
        for sheet in export["sheets"] if before else ():
            unrated = not sheet["rated"] and sheet["ceiling"] in "AB"
            follows = sheet["ceiling"] if not sheet["rated"] else max(before[sheet["code"]], sheet["ceiling"])
            need(sheet["code"], grade=sheet["grade"] == ("unrated" if unrated else follows))
        bound = {k: export[k] for k in ("format", "cycle", "whole", "as_of", "published_at", "legal_basis", "mode")}
        bound |= {"version": rules["version"], "rules": rules["digest"], "sheets": [[s["code"], s["digest"]] for s in export["sheets"]]}
        need("export", digest=digest("credit-export", bound) == export["digest"], logged=logged in ("", export["digest"]))
    except Exception as problem:
        BAD.append(f"malformed: {problem!r}")
    return BAD

if __name__ == "__main__":
    print("\n".join(check(json.load(open(sys.argv[1], encoding="utf-8")), *sys.argv[2:])) or "every rating follows from the export")
    sys.exit(1 if BAD else 0)
