"""Repeat a draw of experts without the server: python verify_draw.py RECORD.json
The record is what GET /api/tenders/{number}/draw answers. Needs Python 3.11 and nothing else. Prints all that
does not hold; exit status 1 if anything."""
import hashlib, hmac, json, sys
from datetime import datetime
BAD, PARTIES = [], {"authority", "platform", "tenderer"}

def need(where, **checks):
    BAD.extend(f"{name.replace('_', '-')} at {where}" for name, held in checks.items() if not held)

def digest(purpose, value):  # SHA-256 over a purpose and canonical JSON (RFC 8785)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"market/{purpose}/1".encode() + text.encode()).hexdigest()

def first_of_each_employer(roster, seed):  # pseudonyms by HMAC(seed, pseudonym)
    rank = lambda one: hmac.digest(bytes.fromhex(seed), bytes.fromhex(one["pseudonym"]), "sha256")
    taken = {}
    for one in sorted(roster, key=rank):
        taken.setdefault(one["employer"], one["pseudonym"])
    return list(taken.values())

def check_round(tender, one, seats, disclosed):
    where, acts, at = f"round {one['round']}", one["acts"], lambda text: datetime.fromisoformat(text)
    came = [act["party"] for act in acts]
    need(where, parties=set(came) <= set(one["parties"]) <= PARTIES, party_twice=len(set(came)) == len(came),
         roster_digest=digest("roster", sorted([x["pseudonym"], x["employer"]] for x in one["roster"])) == one["roster_digest"],
         commit_time=all(at(one["begun_at"]) <= at(act["committed_at"]) < at(one["commit_until"]) for act in acts))
    fixed_at = max((at(act["committed_at"]) for act in acts), default=None)  # no reveal before the last commitment
    need(where, reveal_before_commit=all(at(act["revealed_at"]) >= fixed_at for act in acts if act["nonce"]))
    for act in acts:
        said = {"tender": tender, "round": one["round"], "party": act["party"], "nonce": act["nonce"]}
        need(f"{where} {act['party']}", commitment=not act["nonce"] or digest("draw-commitment", said) == act["commitment"])
    silent = [act["party"] for act in acts if not act["nonce"] and act["party"] != "platform"]
    need(where, withheld=set(one["withheld"]) == set(silent if one["reason"] == "not-revealed" else ()))
    for x in one["roster"] if disclosed else ():
        named = digest("expert", {"expert": x["expert"], "salt": x["salt"]})
        need(f"{where} {x['pseudonym'][:8]}", pseudonym=named == x["pseudonym"])
    mine = sorted((seat for seat in seats if seat["round"] == one["round"]), key=lambda seat: seat["place"])
    if one["stage"] != "drawn":
        return need(where, seats_without_a_draw=not mine and not one["seed"])
    fixed = {"tender": tender, "version": one["version"], "round": one["round"], "roster": one["roster_digest"],
             "filters": one["filters"], "reveals": {act["party"]: act["nonce"] for act in acts}}
    wanted = first_of_each_employer(one["roster"], one["seed"])[: one["seats"] + one["reserves"]]
    drawn_as = ["member"] * one["seats"] + ["reserve"] * (len(wanted) - one["seats"])
    need(where, seed=digest("draw-seed", fixed) == one["seed"], order=[seat["pseudonym"] for seat in mine] == wanted,
         alone="platform" in came and len(came) > 1 and all(act["nonce"] for act in acts),
         reveal_time=all(act["party"] == "platform" or at(act["revealed_at"]) < at(one["reveal_until"]) for act in acts),
         places=[(seat["place"], seat["drawn_as"]) for seat in mine] == [*enumerate(drawn_as, 1)])

def check_replacements(rounds, seats):  # who left, in their order: the next reserve there is takes the seat
    drawn = {one["round"]: datetime.fromisoformat(one["ended_at"]) for one in rounds if one["stage"] == "drawn"}
    heirs, states = {x["succeeds"]: x["pseudonym"] for x in seats if x["succeeds"]}, {x["pseudonym"]: x["drawn_as"] for x in seats}
    gone = sorted((seat for seat in seats if seat["left_number"]), key=lambda seat: seat["left_number"])
    need("seats", left_numbers=[seat["left_number"] for seat in gone] == [*range(1, len(gone) + 1)], heirs=set(heirs) <= set(states),
         grounds=all(bool(x["ground"]) == bool(x["left_number"]) == bool(x["left_at"]) for x in seats))
    for seat in gone:
        name, then = seat["pseudonym"], datetime.fromisoformat(seat["left_at"])
        follows = states[name] == "member" and seat["kind"] == "expert" and seat["ground"] != "redrawn"
        states[name] = "left"
        ready = sorted((x["round"], x["place"], x["pseudonym"]) for x in seats
                       if states[x["pseudonym"]] == "reserve" and drawn[x["round"]] <= then)
        heir = ready[0][2] if follows and ready else None
        need(name[:8], successor=heirs.get(name) == heir)
        states.update({heir: "member"} if heir else {})
    need("seats", states=all(states[seat["pseudonym"]] == seat["state"] for seat in seats))

def check(record):
    BAD.clear()
    try:
        for one in record["rounds"]:
            check_round(record["tender"], one, record["seats"], record["disclosed"])
        check_replacements(record["rounds"], record["seats"])
    except Exception as problem:
        BAD.append(f"malformed: {problem!r}")
    return BAD

if __name__ == "__main__":
    print("\n".join(check(json.load(open(sys.argv[1], encoding="utf-8")))) or "the draw holds")
    sys.exit(1 if BAD else 0)
