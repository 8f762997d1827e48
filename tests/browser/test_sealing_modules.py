"""The browser's sealing modules agree with the standard's vectors and with the platform's own vector."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.async_api import Page

from market.kernel import digest
from tests.browser.modules import run

pytestmark = pytest.mark.browser

DATA = Path(__file__).parents[1] / "data" / "sealing_vector.json"
VECTOR: dict[str, Any] = json.loads(DATA.read_text())

# RFC 9180, published vectors: base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, first message.
RFC_9180 = {
    "info": "4f6465206f6e2061204772656369616e2055726e",
    "skEm": "179d4b53b6365c45b600c4163b61d95cbc2f4d9e36f1695558dce265ab8bab11",
    "skRm": "497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d",
    "pkRm": "430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c",
    "enc": "6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256",
    "base_nonce": "151d9929e2449747889bc923",
    "aad": "436f756e742d30",
    "pt": "4265617574792069732074727574682c20747275746820626561757479",
    "ct": "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a",
}


async def test_hpke_reproduces_the_vector_of_the_standard(page: Page) -> None:
    answer = await run(
        page,
        """
        const [pk, info, sk] = [it.pkRm, it.info, it.skEm].map(codec.unhex);
        const { enc, key, nonce } = await hpke.setup(pk, info, sk);
        const algorithm = { name: "AES-GCM", iv: nonce, additionalData: codec.unhex(it.aad) };
        const ct = new Uint8Array(await crypto.subtle.encrypt(algorithm, key, codec.unhex(it.pt)));
        return { enc: codec.hex(enc), base_nonce: codec.hex(nonce), ct: codec.hex(ct) };
        """,
        RFC_9180,
    )
    assert answer == {name: RFC_9180[name] for name in ("enc", "base_nonce", "ct")}


async def test_what_was_sealed_to_a_key_opens_with_it_and_with_nothing_else(page: Page) -> None:
    answer = await run(
        page,
        """
        const info = codec.utf8("info");
        const sealed = await hpke.seal(codec.utf8("hello"), codec.unhex(it.pkRm), info);
        const opened = codec.text(await hpke.open(sealed, codec.unhex(it.skRm), info));
        const refused = (...args) => hpke.open(...args).then(() => false, () => true);
        return [opened, await refused(sealed, codec.unhex(it.skEm), info),
                await refused(sealed, codec.unhex(it.skRm), codec.utf8("other"))];
        """,
        RFC_9180,
    )
    assert answer == ["hello", True, True]


async def test_the_platform_vector_is_reproduced_step_by_step(page: Page) -> None:
    answer = await run(
        page,
        """
        const { package: pack, header } = it;
        const [saltR, saltD] = [pack.salt_r, pack.salt_d].map(codec.unhex);
        const readout = JSON.parse(pack.readout_utf8);
        const made = await envelope.makePackage(readout, codec.unhex(pack.documents), saltR, saltD);
        const sealing = { id: header.envelope_id, tag: header.bidder_tag, kind: header.kind };
        const ciphertext = await envelope.encryptChunks(made.bytes, codec.unhex(it.content_key), sealing);
        const target = { tender: header.tender, versionDigest: header.version_digest, lot: header.lot };
        const info = envelope.shareInfo(target, sealing, [0, 1], header.policy.key_ids[0]);
        const first = codec.unhex(it.version.keyholders[0].opening_key);
        const share = codec.unhex(it.share_0.opens_to);
        const sealed = await hpke.seal(share, first, info, codec.unhex(it.share_0.ephemeral_x25519_private));
        const opened = await hpke.open(sealed, codec.unhex(it.keys.keyholders_x25519_private[0]), info);
        const bidder = codec.unhex(it.keys.bidder_ed25519_private);
        const signed = await hpke.sign(codec.bound("bid-act", it.bid_act), bidder);
        return {
          version: await codec.digest("version", it.version),
          payload: made.payloadDigest, size: made.bytes.length,
          chunk: codec.text(envelope.chunkData(sealing, 0, true)), start: codec.hex(ciphertext.slice(0, 32)),
          tag: codec.hex(ciphertext.slice(-16)), digest: await codec.h("ciphertext", ciphertext),
          info: codec.text(info), sealed: codec.hex(sealed), opened: codec.hex(opened),
          share: await codec.h("share-digest", share), cek: await codec.h("cek", codec.unhex(it.content_key)),
          commitment: await codec.digest("commitment", header), signature: codec.hex(signed),
          freeze: await codec.digest("freeze", it.frozen),
          ids: await Promise.all(it.version.keyholders.map((holder) => codec.keyId(holder.opening_key))),
        };
        """,
        VECTOR,
    )
    header = VECTOR["header"]
    assert answer == {
        "version": VECTOR["version_digest"],
        "payload": VECTOR["package"]["payload_digest"],
        "size": VECTOR["package"]["padded_size"],
        "chunk": VECTOR["chunk_0"]["associated_data_utf8"],
        "start": VECTOR["chunk_0"]["first_32_bytes"],
        "tag": VECTOR["chunk_0"]["tag"],
        "digest": header["ciphertext_digest"],
        "info": VECTOR["share_0"]["info_utf8"],
        "sealed": header["shares"][0]["sealed"],
        "opened": VECTOR["share_0"]["opens_to"],
        "share": header["shares"][0]["digest"],
        "cek": header["key_commitment"],
        "commitment": VECTOR["commitment"],
        "signature": VECTOR["bid_signature"],
        "freeze": VECTOR["freeze_digest"],
        "ids": header["policy"]["key_ids"],
    }


async def test_the_log_proof_of_the_vector_holds_and_a_moved_leaf_does_not(page: Page) -> None:
    platform = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(VECTOR["keys"]["platform_ed25519_private"]))
    answer = await run(
        page,
        """
        const { leaf, position, path, checkpoint } = it.log;
        const publicKey = it.platform_public;
        const proof = { leaf, position, path, rows: [] };
        return [await tree.verifyProof(proof, checkpoint, publicKey),
                await tree.verifyCheckpoint(checkpoint, publicKey),
                await tree.verifyProof({ ...proof, position: position + 1 }, checkpoint, publicKey),
                await tree.verifyCheckpoint({ ...checkpoint, size: checkpoint.size + 1 }, publicKey)];
        """,
        {**VECTOR, "platform_public": digest.public_of(platform)},
    )
    assert answer == [True, True, False, False]
