"""Verifies exported evidence (JSON lines of `key` and `text`) with Python's own means and `cryptography`: no code is shared with
Slipway. Prints the numbers that are not as they were signed, and the days of auto scaling, and exits with 1 where there are any.

    python3 test/cli/verify_evidence.py EXPORT.jsonl PUBLIC-KEY.pem
"""

import base64
import datetime
import hashlib
import json
import re
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def canonical(value):
    """RFC 8785 for what is in packs: names in ASCII, and numbers that Python writes as ECMAScript does."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def opened(envelope, kind, key, keyid):
    """The payload of an envelope (DSSE) that the key has signed; None of any other."""
    [signature] = envelope["signatures"]
    payload, sig = base64.b64decode(envelope["payload"]), base64.b64decode(signature["sig"])
    declared = envelope["payloadType"]
    message = b"DSSEv1 %d %s %d %s" % (len(declared), declared.encode(), len(payload), payload)
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(sig, message)
        else:
            key.verify(sig, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return None
    return payload if declared == kind and signature["keyid"] == keyid else None


def next_day(day):
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=1)).isoformat()


def day_in(envelope, key, keyid):
    """The statement of a day (in-toto) and its hash; None where the key has not signed it."""
    payload = opened(envelope, "application/vnd.in-toto+json", key, keyid)
    statement = payload and json.loads(payload)
    if not statement or statement["predicateType"] != "https://slipway.dev/scaling-day/v1":
        return None
    return statement["predicate"]["chain"], statement["subject"][0]["digest"]["sha256"], sha256(payload)


def verify_days(stored, key, keyid):
    """What auto scaling did, by day: those from the first on that are not as they were signed."""
    days, wrong, last = {}, {}, None
    for line in stored:
        name = line["key"].split("/")[-1][:-5]
        if name == "table":
            last = day_in(json.loads(line["text"]), key, keyid)
            if last is None:
                wrong[name] = "changed"
            continue
        entry = json.loads(line["text"])
        found = day_in(entry["envelope"], key, keyid)
        if not found or found[1] != sha256(canonical(entry["summary"])):
            wrong[name] = "changed"
        elif found[0]["day"] != name or entry["summary"]["day"] != name:
            wrong[name] = "misplaced"
        else:
            days[name] = found
    if last:
        end, first = last[0]["day"], last[0]["first"]
        if end in days and days[end][2] != last[2]:
            wrong[end] = "replaced"
    elif days:
        end, first = max(days), min(chain["first"] for chain, _, _ in days.values())
    else:
        return wrong
    day, before = first, None
    while day <= end:
        if day not in days:
            wrong.setdefault(day, "missing")
        elif day == first or before in days:
            if days[day][0]["previous"] != (None if day == first else days[before][2]):
                wrong.setdefault(day, "unlinked")
        day, before = next_day(day), day
    return wrong


def verify(lines, key):
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    keyid = sha256(der)
    entries, heads, wrong, days = {}, [], {}, []
    for line in lines:
        stored = json.loads(line)
        if stored["key"].startswith("days/"):
            days.append(stored)
            continue
        number = re.fullmatch(r"packs/[^/]+/(\d{10})\.json", stored["key"])
        if number is None:
            head = opened(json.loads(stored["text"]), "application/vnd.slipway.evidence-head+json", key, keyid)
            heads.append(json.loads(head)) if head else wrong.setdefault(stored["key"], "head")
            continue
        at = int(number.group(1))
        entry = json.loads(stored["text"])
        payload = opened(entry["envelope"], "application/vnd.in-toto+json", key, keyid)
        statement = payload and json.loads(payload)
        if not statement or statement["subject"][0]["digest"]["sha256"] != sha256(canonical(entry["pack"])):
            wrong[at] = "changed"
        elif statement["predicate"]["chain"]["sequence"] != at:
            wrong[at] = "misplaced"
        else:
            entries[at] = (sha256(payload), statement["predicate"]["chain"]["previous"])
    if not heads:
        wrong["heads"] = "none"
    last = max([head["sequence"] for head in heads] + list(entries) + [0])
    for number in range(1, last + 1):
        if number not in entries:
            wrong.setdefault(number, "missing")
        elif number - 1 in entries or number == 1:
            if entries[number][1] != (entries[number - 1][0] if number > 1 else None):
                wrong[number] = "unlinked"
    for head in heads:
        if head["sequence"] in entries and entries[head["sequence"]][0] != head["hash"]:
            wrong[head["sequence"]] = "replaced"
    return last, wrong, verify_days(days, key, keyid)


def main(export, pem):
    with open(pem, "rb") as file:
        key = serialization.load_pem_public_key(file.read())
    with open(export, encoding="utf-8") as file:
        last, wrong, days = verify(file, key)
    named = {str(number): what for number, what in wrong.items()}
    print(json.dumps({"last": last, "wrong": named, "days": days}))
    return 1 if wrong or days else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
