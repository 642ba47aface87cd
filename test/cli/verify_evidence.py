"""Verifies exported evidence (JSON lines of `key` and `text`) with Python's own means and `cryptography`: no code is shared with
Slipway. Prints the numbers that are not as they were signed, and exits with 1 where there are any.

    python3 test/cli/verify_evidence.py EXPORT.jsonl PUBLIC-KEY.pem
"""

import base64
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


def verify(lines, key):
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    keyid = sha256(der)
    entries, heads, wrong = {}, [], {}
    for line in lines:
        stored = json.loads(line)
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
    return last, wrong


def main(export, pem):
    with open(pem, "rb") as file:
        key = serialization.load_pem_public_key(file.read())
    with open(export, encoding="utf-8") as file:
        last, wrong = verify(file, key)
    print(json.dumps({"last": last, "wrong": {str(number): what for number, what in wrong.items()}}))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
