"""Check an opening without the server: python verify_opening.py TRANSCRIPT.json PLATFORM_KEY_HEX...
Needs Python 3.11 and the package cryptography. Prints all that does not hold; exit status 1 if anything."""
# fmt: off
# ruff: noqa: ALL - dense on purpose: one hundred lines that a stranger can read in one sitting
import base64, functools, hashlib, itertools, json, sys
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
BAD, KEYS, TOP = [], {}, {}
FIELDS = {"publications": "version proof", "not_opened": "header proof withdrawal", "refusals": "refusal proof",
          "bids": "header act signature signing_key registration receipt proof actor_salt opening",
          "releases": "message signature proof published_shares", "findings": "commitment fault code key_id subset"}
FAULTS = {"platform": "bytes-altered", "nobody": "too-few-bids too-few-releases",
          "bidder": "key-commitment chunk package payload-digest form bidder-tag bidder-code no-subset-works",
          "keyholder": "share-does-not-open share-wrong share-missing"}
def need(where, **checks): BAD.extend(f"{code.replace('_', '-')} at {where}" for code, ok in checks.items() if not ok)
def canonical(value): return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
def h(purpose, data): return hashlib.sha256(f"market/{purpose}/1".encode() + data).hexdigest()
def dig(purpose, value): return h(purpose, canonical(value))
def raw(text): return bytes.fromhex(text or "")
def kid(key): return h("key", raw(key))[:32]
def good(data, signature, key):
    try: return Ed25519PublicKey.from_public_bytes(raw(key)).verify(signature, data) is None
    except (InvalidSignature, ValueError): return False
def signed(purpose, value, signature, key): return good(f"market/{purpose}/1".encode() + canonical(value), raw(signature), key)
def node(left, right): return hashlib.sha256(b"\1" + left + right).digest()
def climb(leaf, at, size, path):  # RFC 6962 2.1.1: the root above a leaf
    if size == 1 or not path or not 0 <= at < size: return leaf if (size, at, path) == (1, 0, []) else b""
    k = 1 << (size - 1).bit_length() - 1
    return node(climb(leaf, at, k, path[:-1]), path[-1]) if at < k else node(path[-1], climb(leaf, at - k, size - k, path[:-1]))
def roots(m, n, path, old):  # RFC 6962 2.1.2: both roots that a consistency path gives
    if m == n or not path: return (old or b"".join(path),) * 2 if m == n and len(path) == (not old) else (b"", b"")
    k = 1 << (n - 1).bit_length() - 1
    a, b = roots(m, k, path[:-1], old) if m <= k else roots(m - k, n - k, path[:-1], b"")
    return (a, node(b, path[-1])) if m <= k else (node(path[-1], a), node(path[-1], b))
def once(pairs): return dict(pairs) if len(dict(pairs)) == len(pairs) else {}["a field stands twice"]
def load(data): return json.loads(data, object_pairs_hook=once, parse_float=lambda text: {}["float " + text])
def jws(token):
    parts = [base64.b64decode(p + "=" * (-len(p) % 4), b"-_", validate=True) for p in token.split(".")]
    same = ".".join(base64.urlsafe_b64encode(p).rstrip(b"=").decode() for p in parts) == token
    key = KEYS.get(load(parts[0])["kid"]) if same and load(parts[0])["alg"] == "Ed25519" else None
    return {"demonstration": True} | (load(parts[1]) if good(token.rpartition(".")[0].encode(), parts[2], key) else {})
def proof(where, p, subject, act):
    leaf, path = hashlib.sha256(b"\0" + canonical(p["leaf"])).digest(), [raw(step) for step in p["path"]]
    e, key, images = p["leaf"]["entry"], KEYS.get(p["leaf"]["key_id"]), [{"table": r["table"], "digest": dig("row", r)} for r in p["rows"]]
    need(where, entry_signature=signed("entry", e, p["leaf"]["signature"], key), fields=len(p) == 4, act=act in ("", e["act"]),
         subject=e["subject"] == subject, row_images=images == e["rows"], inclusion=climb(leaf, p["position"], TOP["size"], path).hex() == TOP["root"])
    return e, p["position"]
def combine(header, given):  # the content key of every complete subset
    keys = []
    for _, group in itertools.groupby(header["shares"], lambda s: s["subset"]):
        parts = [(given.get((*s["subset"], s["key_id"])) or "", s["digest"]) for s in group]
        if all(part and h("share-digest", raw(part)) == d for part, d in parts):
            keys.append(functools.reduce(int.__xor__, (int(part, 16) for part, _ in parts)).to_bytes(32, "big"))
    return keys
def signer(w, b, e, at, deadline):  # returns the code that the logged row of the signing key shows
    key, (logged, place) = b["signing_key"], proof(w + ".registration", b["registration"], kid(b["signing_key"]), "")
    mine = [r["code"] for r in b["registration"]["rows"] if (r["table"], r["signing_key"], r["revoked_at"]) == ("parties_signing_key", key, None)]
    need(w, bid_signature=signed("bid-act", b["act"], b["signature"], key), key_not_registered=mine, key_too_late=logged["at"] < deadline and place < at,
         actor=mine and h("actor", raw(b["actor_salt"]) + mine[0].encode()) == e["actor"])
    return mine[0] if mine else ""
def outcome(w, t, b, code, small):
    hd, c, by, o = b["header"], dig("commitment", b["header"]), {r["message"]["key_id"] for r in t["releases"]}, b["opening"]
    about = [x for x in t["findings"] if x["commitment"] == c]
    verdicts, said = [x["code"] for x in about if x["subset"] is None], {(x["code"], *x["subset"], x["key_id"]) for x in about if x["subset"]}
    given = {(*s["subset"], s["key_id"]): s["share"] for r in t["releases"] for g in r["published_shares"] if g["envelope"] == c for s in g["shares"]}
    bad = {("share-missing" if p not in given else "share-wrong" if given[p] else "share-does-not-open", *p) for s in hd["shares"]
           for p in [(*s["subset"], s["key_id"])] if s["key_id"] in by and h("share-digest", raw(given.get(p))) != s["digest"]}
    keys, enough = combine(hd, given), len(by & set(hd["policy"]["key_ids"])) >= hd["policy"]["k"]
    wrong = [key for key in keys if h("cek", key) != hd["key_commitment"]]
    why = {"too-few-bids": hd["lot"] in small, "too-few-releases": not enough and hd["lot"] not in small, "bytes-altered": True,
           "key-commitment": wrong, "no-subset-works": enough and not keys}
    need(w, outcome=len(verdicts) == (not o), shares_not_secret=not (o and given), share_findings=o or not (given or said) or said == bad,
         finding_unfounded=all(why.get(v, enough and not wrong and (keys or said)) for v in verdicts))
    if not o: return
    r, who = o["readout"], o["readout"]["bidder"]["uscc"]
    shown = raw(h("readout", raw(o["salt_r"]) + canonical(r))) + raw(o["documents_digest"])
    need(w, payload_digest=h("payload", shown) == hd["payload_digest"], too_few_bids=hd["lot"] not in small, bidder_code=who == code,
         form=r["form"].replace("bid/", "single/") == hd["kind"] + "/1" and bool(r["price_fen"]) == (hd["kind"] != "technical"),
         bidder_tag=h("bidder", raw(r["salt_b"]) + who.encode()) == hd["bidder_tag"])
def check(t):
    TOP.update(t["checkpoint"])
    f, last, (frozen, end) = t["frozen"], t["publications"][-1]["version"], proof("freeze_proof", t["freeze_proof"], dig("freeze", t["frozen"]), "bidding:tender:freeze")
    closed, opened, sizes = {x["commitment"]: x["why"] for x in f["not_opened"]}, [b["opening"] for b in t["bids"]], [x["checkpoint"]["size"] for x in (f, t)]
    ids, n, blank, versions = [kid(x["opening_key"]) for x in last["keyholders"]], len(last["keyholders"]), {"version": 0, "deadline": 0}, {}
    for name, fields in FIELDS.items(): need(name, fields=all(set(x) == set(fields.split()) for x in t[name]))
    for where, c in (("checkpoint", t["checkpoint"]), ("frozen.checkpoint", f["checkpoint"])):
        need(where, checkpoint_signature=signed("checkpoint", {k: c[k] for k in c if k not in ("key_id", "signature")}, c["signature"], KEYS.get(c["key_id"])))
    for i, p in enumerate(t["publications"]):
        versions[dig("version", p["version"])] = p["version"] | blank == last | blank and p["version"]
        need(f"publications.{i}", tender=p["version"]["tender"] == t["tender"], order=proof(f"publications.{i}", p["proof"], dig("version", p["version"]), "")[1] < end)
    begin, names = min(p["proof"]["position"] for p in t["publications"]), [x["commitment"] for x in f["bids"]]
    small = {lot for lot in last["lots"] if sum(x["lot"] == lot and x["kind"] != "technical" for x in f["bids"]) < last["minimum_bids"]}
    places = [x["position"] for x in f["bids"] + f["not_opened"]]
    need("frozen", version=f["version_digest"] == dig("version", last), deadline=f["deadline"] == last["deadline"] <= frozen["at"], tender=f["tender"] == t["tender"],
         list_order=names == sorted(names) and list(closed) == sorted(closed), list_double=len({*names, *closed}) == len(places) == len(set(places)),
         list_beyond_checkpoint=max(places, default=-1) < sizes[0] <= end, consistency=roots(*sizes, [raw(x) for x in t["consistency"]], raw(f["checkpoint"]["root"])) ==
         (raw(f["checkpoint"]["root"]), raw(TOP["root"])), threshold=2 <= last["k"] <= n <= 7, keyholders=n == len(set(ids)) == len({x["institution"] for x in last["keyholders"]})
         == len({x["signing_key"] for x in last["keyholders"]}), count=(len(t["bids"]), len(t["not_opened"])) == (len(f["bids"]), len(f["not_opened"])))
    need("transcript", form=t["form"] == "transcript/1", fields=set(t) == {*FIELDS, *"form tender frozen freeze_proof opening_proof checkpoint consistency".split()})
    codes = []
    for i, (b, x) in enumerate(zip(t["bids"], f["bids"])):
        w, hd, (e, at), sup = f"bids.{i}", b["header"], proof(f"bids.{i}", b["proof"], dig("commitment", b["header"]), "bidding:sealed"), b["header"]["supersedes"]
        act = {"action": "replace" if sup else "submit", "tender": t["tender"], "version_digest": hd["version_digest"], "commitment": x["commitment"], "supersedes": sup}
        word = jws(b["receipt"])
        told = {"action": act["action"], "tender": t["tender"], "commitment": x["commitment"], "entry": dig("entry", e), "promise": "included-at-freeze", "demonstration": True}
        wanted = [([*s], ids[m]) for s in itertools.combinations(range(n), last["k"]) for m in s]
        need(w, commitment=dig("commitment", hd) == x["commitment"], lot=hd["lot"] == x["lot"] and hd["lot"] in last["lots"], kind=hd["kind"] == x["kind"], tender=hd["tender"] == t["tender"],
             position=at == x["position"], order=begin < at < end, late=e["at"] < f["deadline"] > word.get("received_at", "~"), version=versions.get(hd["version_digest"]),
             suite=hd["suite"] == "DHKEM-X25519-HKDF-SHA256/HKDF-SHA256/AES-256-GCM", policy=hd["policy"] == {"k": last["k"], "key_ids": ids}, recovery=hd["recovery"], act=b["act"] == act,
             shares=[(s["subset"], s["key_id"]) for s in hd["shares"]] == wanted, supersedes=not sup or closed.get(sup) == "superseded", receipt=word == told | {"received_at": word.get("received_at")},
             padded_size=hd["padded_size"] > 0 == hd["padded_size"] % (1 << 16 if hd["padded_size"] <= 8 << 20 else 1 << 20))
        codes.append(signer(w, b, e, at, f["deadline"]) if any(opened) or b["signing_key"] else w)
        outcome(w, t, b, codes[-1], small)
    need("bids", bidder_twice=len({(c, b["header"]["lot"], b["header"]["kind"]) for c, b in zip(codes, t["bids"])}) == len(codes), envelope_twice=len({b["header"]["envelope_id"] for b in t["bids"]}) == len(codes))
    for i, (r, x) in enumerate(zip(t["not_opened"], f["not_opened"])):
        w, c, out = f"not_opened.{i}", dig("commitment", r["header"]), r["withdrawal"]
        spots = [proof(w, r["proof"], c, "bidding:sealed"), *([proof(w + ".withdrawal", out, c, "bidding:withdrawn")] if out else [])]
        why = {"superseded": c in {y["header"]["supersedes"] for y in t["bids"] + t["not_opened"]}, "withdrawn": out, "version": not versions.get(r["header"]["version_digest"])}
        need(w, commitment=c == x["commitment"], why=why[x["why"]] and bool(out) == (x["why"] == "withdrawn"), position=spots[-1][1] == x["position"], tender=r["header"]["tender"] == t["tender"],
             order=all(begin < at < end for _, at in spots), late=all(e["at"] < f["deadline"] for e, _ in spots))
    early = [r["proof"]["position"] for r in t["refusals"] if r["proof"]["position"] < end]
    need("refusals", count=len(set(early)) == len(early) == f["refusals"])
    for i, r in enumerate(t["refusals"]):
        word, e = jws(r["refusal"]), r["proof"]["leaf"]["entry"]
        proof(f"refusals.{i}", r["proof"], word.get("commitment"), "bidding:refused")
        need(f"refusals.{i}", refusal=(word.get("tender"), word.get("entry")) == (t["tender"], dig("entry", e)), refused_but_listed=word.get("action") == "withdraw" or word.get("commitment") not in names)
    signers, places = {kid(x["opening_key"]): x["signing_key"] for x in last["keyholders"]}, [end]
    for i, r in enumerate(t["releases"]):
        m, w = r["message"], f"releases.{i}"
        places.append(proof(w, r["proof"], dig("release", m), "bidding:release")[1])
        need(w, keyholder=m["key_id"] in signers, release_signature=signed("release", m, r["signature"], signers.get(m["key_id"])), freeze=m["freeze"] == dig("freeze", f),
             tender=m["tender"] == t["tender"], order=places[-1] > end, foreign_share=all(s["key_id"] == m["key_id"] for g in r["published_shares"] for s in g["shares"]))
    by = {r["message"]["key_id"] for r in t["releases"]}
    need("releases", release_double=len(by) == len(t["releases"]), too_few_releases=not any(opened) or len(by & set(signers)) >= last["k"])
    spots = {(dig("commitment", b["header"]), s["key_id"], *s["subset"]) for b in t["bids"] for s in b["header"]["shares"] if s["key_id"] in by} | {(c, None) for c in names}
    for i, x in enumerate(t["findings"]):
        need(f"findings.{i}", fault=x["code"] in FAULTS[x["fault"]].split() and (x["subset"] is None) == (x["fault"] != "keyholder"), finding_place=(x["commitment"], x["key_id"], *(x["subset"] or ())) in spots)
    if t["opening_proof"]: need("opening_proof", order=proof("opening_proof", t["opening_proof"], dig("readouts", opened), "bidding:tender:open")[1] > max(places))
    else: need("opening_proof", opening_not_logged=not any(opened))
if __name__ == "__main__":
    try:
        KEYS.update({kid(key): key for key in sys.argv[2:]})
        check(load(open(sys.argv[1], "rb").read()))
    except Exception as problem: BAD.append(f"malformed: {problem!r}")
    print("\n".join(BAD) or "the opening holds")
    sys.exit(bool(BAD))
