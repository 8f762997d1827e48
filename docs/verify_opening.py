"""Check an opening without the server: python verify_opening.py TRANSCRIPT.json PLATFORM_KEY_HEX...
Needs Python 3.11 and the package cryptography. Prints all that does not hold; exit status 1 if anything."""
import base64, functools, hashlib, itertools, json, sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
class Obj(dict): __getattr__ = dict.__getitem__  # fields read as attributes
BAD, KEYS, TOP, SUITE = [], {}, Obj(), "DHKEM-X25519-HKDF-SHA256/HKDF-SHA256/AES-256-GCM"; FAULTS = {"platform": "bytes-altered", "nobody": "too-few-bids too-few-releases technical-not-passed", "keyholder": "share-does-not-open share-wrong share-missing", "bidder": "key-commitment chunk package payload-digest form bidder-tag bidder-code no-subset-works"}
def need(where, **checks): BAD.extend(f"{code.replace('_', '-')} at {where}" for code, ok in checks.items() if not ok)
canonical, h = lambda value: json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(), lambda purpose, data: hashlib.sha256(f"market/{purpose}/1".encode() + data).hexdigest(); signed = lambda purpose, value, signature, key: good(f"market/{purpose}/1".encode() + canonical(value), raw(signature), key)
node, raw, kid, dig = lambda left, right: hashlib.sha256(b"\1" + left + right).digest(), lambda text: bytes.fromhex(text or ""), lambda key: h("key", raw(key))[:32], lambda purpose, value: h(purpose, canonical(value))
def good(data, signature, key):
    try: return Ed25519PublicKey.from_public_bytes(raw(key)).verify(signature, data) is None
    except Exception: return False
def climb(leaf, at, size, path):  # RFC 6962 2.1.1: the root above a leaf
    if size == 1 or not path or not 0 <= at < size: return leaf if (size, at, path) == (1, 0, []) else b""
    k, rest, top = 1 << (size - 1).bit_length() - 1, path[:-1], path[-1]; return node(climb(leaf, at, k, rest), top) if at < k else node(top, climb(leaf, at - k, size - k, rest))
def roots(m, n, path, old):  # RFC 6962 2.1.2: both roots that a consistency path gives
    if m == n or not path: return (old or b"".join(path),) * 2 if m == n and len(path) == (not old) else (b"", b"")
    k = 1 << (n - 1).bit_length() - 1; a, b = roots(m, k, path[:-1], old) if m <= k else roots(m - k, n - k, path[:-1], b""); return (a, node(b, path[-1])) if m <= k else (node(path[-1], a), node(path[-1], b))
def load(data): return json.loads(data, object_pairs_hook=lambda pairs: Obj(pairs) if len(dict(pairs)) == len(pairs) else {}["a field stands twice"], parse_float=lambda text: {}["float " + text])
def jws(token, **told):  # what the platform said, if it signed it and it says what it was told to say
    parts = [base64.b64decode(p + "=" * (-len(p) % 4), b"-_", validate=True) for p in token.split(".")]; same = ".".join(base64.urlsafe_b64encode(p).rstrip(b"=").decode() for p in parts) == token
    key = KEYS.get(load(parts[0]).kid) if same and load(parts[0]).alg == "Ed25519" else None; word = load(parts[1]) if good(token.rpartition(".")[0].encode(), parts[2], key) else {}; return word if word.items() >= told.items() else {}
def proof(where, p, subject, act=""):  # an entry of the log; returns it with its position
    leaf, e, images = p.leaf, p.leaf.entry, [{"table": r.table, "digest": dig("row", r)} for r in p.rows]; top = climb(hashlib.sha256(b"\0" + canonical(leaf)).digest(), p.position, TOP.size, [raw(step) for step in p.path])
    return need(where, entry_signature=signed("entry", e, leaf.signature, KEYS.get(leaf.key_id)), inclusion=top.hex() == TOP.root and len(p) == 4, subject=e.subject == subject, act=act in ("", e.act), row_images=images == e.rows) or (e, p.position)
def signer(w, b, e, at, deadline):  # the code that the logged row of the signing key shows
    key, (logged, place) = b.signing_key, proof(w + ".registration", b.registration, kid(b.signing_key)); mine = [r.code for r in b.registration.rows if (r.table, r.signing_key, r.revoked_at) == ("parties_signing_key", key, None)] or [""]
    return need(w, bid_signature=signed("bid-act", b.act, b.signature, key), key_not_registered=mine[0], key_too_late=logged.at < deadline and place < at, actor=h("actor", raw(b.actor_salt) + mine[0].encode()) == e.actor) or mine[0]
def stood(w, t, b, same, begin, end):  # a bid made for other terms counts by its bidder's signed word, given in time
    s, c, w = b.get("stands"), dig("commitment", b.header), w + ".stands"; e, at = proof(w, s.proof, c, "bidding:stood") if s else (Obj(), 0); word = jws(s.receipt, action="stands", tender=t.tender, commitment=c, entry=dig("entry", e)) if s else {}
    return bool(s) and need(w, stands_act=s.act == {"action": "stands", "tender": t.tender, "version_digest": s.act.version_digest, "commitment": c, "supersedes": None}, stands_version=s.act.version_digest in same and b.header.version_digest not in same,
        order=begin < at < end, late=e.at < t.frozen.deadline > word.get("received_at", "~"), receipt=word, bid_signature=not b.signing_key or signed("bid-act", s.act, s.signature, b.signing_key)) is None
def outcome(w, t, b, code, small):  # a read-out that fits the header, or a finding with its reasons
    hd, c, o, keys, price = b.header, dig("commitment", b.header), b.opening, [], b.header.kind == "price"; about, rs = [x for x in t.findings if x.commitment == c], t.prices.releases if price and "prices" in t else t.releases
    by, waits, barred = {r.message.key_id for r in rs}, price and not ("prices" in t and t.prices.opening_proof), price and "prices" in t and c not in [x.price for x in t.prices.marks.bids if x.outcome == "passed"]; verdicts, said = [x.code for x in about if x.subset is None], {(x.code, *x.subset, x.key_id) for x in about if x.subset}
    shown = [((*s.subset, s.key_id), s.share) for r in rs for g in r.published_shares if g.envelope == c for s in g.shares]; given, spots = dict(shown), {(*s.subset, s.key_id): s.digest for s in hd.shares}
    bad = {("share-missing" if p not in given else "share-wrong" if given[p] else "share-does-not-open", *p) for p, d in spots.items() if p[-1] in by and h("share-digest", raw(given.get(p))) != d}
    for _, group in itertools.groupby(spots, lambda p: p[:-1]):
        shares = [given.get(p) if h("share-digest", raw(given.get(p))) == spots[p] else None for p in group]
        if all(shares): keys.append(functools.reduce(int.__xor__, (int(s, 16) for s in shares)).to_bytes(32, "big"))
    k, wrong = len(by & set(hd.policy.key_ids)) >= hd.policy.k, [key for key in keys if h("cek", key) != hd.key_commitment]; why = {"too-few-bids": hd.lot in small, "too-few-releases": not k and hd.lot not in small, "technical-not-passed": barred, "bytes-altered": True, "key-commitment": wrong, "no-subset-works": k and not keys}
    need(w, outcome=len(verdicts) == (not o) or waits and not (o or verdicts), price_not_passed=not (o and (barred or price and "prices" not in t)), shares_not_secret=not (o and given), share_twice=len(given) == len(shown), finding_place={x[1:] for x in said} <= {*spots},
        share_findings=o or not (given or said) or said == bad, finding_unfounded=all(why.get(v, k and not wrong and (keys or said)) for v in verdicts))
    if o:
        r, who, payload = o.readout, o.readout.bidder.uscc, raw(h("readout", raw(o.salt_r) + canonical(o.readout))) + raw(o.documents_digest)
        need(w, payload_digest=h("payload", payload) == hd.payload_digest, too_few_bids=hd.lot not in small, bidder_code=who == code, bidder_tag=h("bidder", raw(r.salt_b) + who.encode()) == hd.bidder_tag, form=(r.form, bool(r.price_fen)) == (hd.kind.replace("single", "bid") + "/1", hd.kind != "technical") and not (r.terms and hd.kind == "technical"))
def released(w, t, rs, after, marks, shown):  # k keyholders of the version signed the list, and the locked marks; the last position
    last, spots, by = t.publications[-1].version, [after], {r.message.key_id for r in rs}; signers = {kid(x.opening_key): x.signing_key for x in last.keyholders}
    for i, r in enumerate(rs):
        m, v = r.message, f"{w}.{i}"; spots.append(proof(v, r.proof, dig("release", m), "bidding:release")[1])
        need(v, keyholder=m.key_id in signers, release_signature=signed("release", m, r.signature, signers.get(m.key_id)), order=spots[-1] > after, marks=m.get("marks") == marks, freeze=(m.freeze, m.tender) == (dig("freeze", t.frozen), t.tender), foreign_share=all(s.key_id == m.key_id for g in r.published_shares for s in g.shares))
    return need(w, release_double=len(by) == len(rs), too_few_releases=not shown or len(by & {*signers}) >= last.k) or max(spots)
def opening(w, t, p, act, price, after):  # the entry of one opening holds its read-outs and whom it blames; it stands behind all releases
    shown, mine = [b.opening if (b.header.kind == "price") == price else None for b in t.bids], {dig("commitment", b.header) for b in t.bids if (b.header.kind == "price") == price}
    logged, blaming = [r.finding for r in p.rows if r.table == "bidding_finding" and r.finding.fault != "nobody"] if p else [], [x for x in t.findings if x.fault != "nobody" and x.commitment in mine]; need(w, opening_not_logged=p or not any(shown), findings_not_logged=logged == blaming, order=not p or proof(w, p, dig("readouts", shown), act)[1] > after)
def priced(t, two, codes):  # two envelopes: pairs, marks locked between the openings, releases over their digest
    side = lambda kind, known: {(b.header.lot, code if known else i): dig("commitment", b.header) for i, (code, b) in enumerate(zip(codes, t.bids)) if b.header.kind == kind}; known = bool(t.opening_proof)
    tech, price = side("technical", known), side("price", known); need("bids", pair=sorted(x[0] if not known else x for x in tech) == sorted(x[0] if not known else x for x in price))
    if "prices" not in t: return
    p, m, least, sums = t.prices, t.prices.marks, two.threshold_points, lambda x: sum(y.points for y in x.points); at = proof("prices.marks_proof", p.marks_proof, dig("marks", m), "bidding:marks:lock")[1]
    need("prices.marks", form=len(p) == 4, order=t.opening_proof and at > t.opening_proof.position, subject=(m.tender, m.freeze, m.threshold_points) == (t.tender, dig("freeze", t.frozen), least), marks_sum=all(x.technical == sums(x) for x in m.bids),
        marks_bids=[(x.commitment, x.lot, x.price) for x in m.bids] == sorted((tech[w], w[0], price.get(w)) for w, b in ((w, b) for w in tech for b in t.bids if dig("commitment", b.header) == tech[w]) if b.opening),
        marks_outcome=all(not x.points if x.outcome == "rejected" else x.outcome == ("passed" if least <= x.technical else "below-threshold") and x.technical <= two.technical_points for x in m.bids))
    shown = any(b.opening for b in t.bids if b.header.kind == "price"); opening("prices.opening_proof", t, p.opening_proof, "bidding:prices:open", True, released("prices.releases", t, p.releases, at, dig("marks", m), shown))
def check(t):
    TOP.update(t.checkpoint); f, last, first = t.frozen, t.publications[-1].version, t.frozen.checkpoint; closed, opened, holders, n = {x.commitment: x.why for x in f.not_opened}, [b.opening for b in t.bids], last.keyholders, len(last.keyholders)
    (frozen, end), begin = proof("freeze_proof", t.freeze_proof, dig("freeze", f), "bidding:tender:freeze"), min(p.proof.position for p in t.publications); ids, names, places = [kid(x.opening_key) for x in holders], [x.commitment for x in f.bids], [x.position for x in f.bids + f.not_opened]
    small = {lot for lot in last.lots if sum(x.lot == lot and x.kind != "technical" for x in f.bids) < last.minimum_bids}; need("transcript", form=t.form == "transcript/1" and len(t) == 13 + ("prices" in t), envelopes="prices" not in t or "two_envelopes" in last, count=(len(t.bids), len(t.not_opened)) == (len(f.bids), len(f.not_opened)))
    for w, c in (("checkpoint", TOP), ("frozen.checkpoint", first)): need(w, checkpoint_signature=signed("checkpoint", {k: c[k] for k in c if k not in ("key_id", "signature")}, c.signature, KEYS.get(c.key_id)))
    terms, numbers = {dig("version", p.version): p.version | {"version": 0, "deadline": ""} for p in t.publications}, [p.version.version for p in t.publications]
    for i, p in enumerate(t.publications): need(f"publications.{i}", tender=p.version.tender == t.tender, order=proof(f"publications.{i}", p.proof, dig("version", p.version))[1] < end, version_number=numbers == sorted({*numbers}))
    need("frozen", version=f.version_digest == dig("version", last), deadline=f.deadline == last.deadline <= frozen.at, tender=f.tender == t.tender, list_order=names == sorted(names) and [*closed] == sorted(closed),
        list_double=len({*names, *closed}) == len(places) == len({*places}), list_beyond_checkpoint=max(places, default=-1) < first.size <= end, keyholders=2 <= last.k <= n <= 7 and {n} == {len({*ids}),
        len({x.institution for x in holders}), len({x.signing_key for x in holders})}, consistency=roots(first.size, TOP.size, [raw(x) for x in t.consistency], raw(first.root)) == (raw(first.root), raw(TOP.root)))
    kinds = ("technical", "price") if "two_envelopes" in last else ("single",); same, codes, wanted = {v for v in terms if terms[v] == terms[dig("version", last)]}, [], [([*s], ids[m]) for s in itertools.combinations(range(n), last.k) for m in s]
    for i, (b, x) in enumerate(zip(t.bids, f.bids)):
        w, hd, sup, c = f"bids.{i}", b.header, b.header.supersedes, dig("commitment", b.header); (e, at), act = proof(w, b.proof, c, "bidding:sealed"), {"action": "replace" if sup else "submit", "tender": t.tender, "commitment": c}
        word, fits = jws(b.receipt, **act, entry=dig("entry", e), promise="included-at-freeze"), (hd.suite, hd.tender, hd.policy) == (SUITE, t.tender, {"k": last.k, "key_ids": ids}) and hd.kind in kinds
        need(w, commitment=x == {"commitment": c, "lot": hd.lot, "kind": hd.kind, "position": at}, act=b.act == act | {"version_digest": hd.version_digest, "supersedes": sup}, order=begin < at < end,
            late=e.at < f.deadline > word.get("received_at", "~"), receipt=word, version=(hd.version_digest in same) != stood(w, t, b, same, begin, end), supersedes=not sup or closed.get(sup) == "superseded",
            header=hd.recovery and fits and hd.lot in last.lots and hd.padded_size > 0 == hd.padded_size % (1 << 16), shares=[(s.subset, s.key_id) for s in hd.shares] == wanted)
        codes.append(signer(w, b, e, at, f.deadline) if any(opened) or b.signing_key else w); outcome(w, t, b, codes[-1], small)
    need("bids", bidder_twice=len({(code, b.header.lot, b.header.kind) for code, b in zip(codes, t.bids)}) == len(codes), envelope_twice=len({b.header.envelope_id for b in t.bids}) == len(codes))
    for i, (r, x) in enumerate(zip(t.not_opened, f.not_opened)):
        w, c, out = f"not_opened.{i}", dig("commitment", r.header), r.withdrawal; spots = [proof(w, r.proof, c, "bidding:sealed"), *([proof(w + ".withdrawal", out, c, "bidding:withdrawn")] if out else [])]
        why = {"superseded": c in {y.header.supersedes for y in t.bids + t.not_opened}, "withdrawn": out, "version": terms.get(r.header.version_digest) != terms[dig("version", last)]}
        need(w, commitment=c == x.commitment, why=why[x.why] and bool(out) == (x.why == "withdrawn"), position=spots[-1][1] == x.position, order=all(begin < at < end and e.at < f.deadline for e, at in spots))
    need("refusals", count=len({r.proof.position for r in t.refusals if r.proof.position < end}) == f.refusals)
    for i, r in enumerate(t.refusals):
        word = jws(r.refusal, tender=t.tender, entry=dig("entry", r.proof.leaf.entry), commitment=r.proof.leaf.entry.subject); proof(f"refusals.{i}", r.proof, word.get("commitment"), "bidding:refused"); need(f"refusals.{i}", refusal=word, refused_but_listed=word.get("action") == "withdraw" or word.get("commitment") not in names)
    opening("opening_proof", t, t.opening_proof, "bidding:tender:open", False, released("releases", t, t.releases, end, None, any(opened)))
    if "two_envelopes" in last: priced(t, last.two_envelopes, codes)
    by = {c: {r.message.key_id for r in (t.prices.releases if x.kind == "price" and "prices" in t else t.releases)} for x in f.bids for c in [x.commitment]}
    for i, x in enumerate(t.findings): need(f"findings.{i}", fault=x.code in FAULTS[x.fault].split(), not_listed=x.commitment in names, finding_place=(x.subset is None, x.key_id is None, x.key_id in by.get(x.commitment, ())) == ((False, False, True) if x.fault == "keyholder" else (True, True, False)))
if __name__ == "__main__":
    try: KEYS.update({kid(key): key for key in sys.argv[2:]}); check(load(open(sys.argv[1], "rb").read()))
    except Exception as problem: BAD.append(f"malformed: {problem!r}")
    sys.exit(print(*BAD or ["the opening holds"], sep="\n") or bool(BAD))
