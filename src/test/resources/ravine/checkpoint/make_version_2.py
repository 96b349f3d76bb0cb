"""Writes version-2.bin from the layout drawn in CheckpointFormat's Javadoc, without its code.

Run: python3 make_version_2.py
"""
import pathlib
import struct


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def section(name, kind, count, payload):
    encoded = name.encode("utf-8")
    return struct.pack(">i", len(encoded)) + encoded + struct.pack(">Bq", kind, count) + payload


def numbers(name, *values):
    return section(name, 1, len(values), b"".join(struct.pack(">d", v) for v in values))


def integers(name, *values):
    return section(name, 2, len(values), b"".join(struct.pack(">q", v) for v in values))


def text(name, value):
    encoded = value.encode("utf-8")
    return section(name, 3, len(encoded), encoded)


assert crc32c(b"123456789") == 0xE3069283
sections = [
    text("größe", "θ = 1"),
    integers("loop", -1, 2**63 - 1),
    numbers("none"),
    text("rule", "adam(beta1=0.9)"),
    numbers("weights", 1.5, -2.25, 0.1, float("inf"), -0.0, float("nan")),
]
body = struct.pack(">i", len(sections)) + b"".join(sections)
head = b"RAVINECP" + struct.pack(">i", 2) + struct.pack(">q", len(body)) + body
target = pathlib.Path(__file__).with_name("version-2.bin")
target.write_bytes(head + struct.pack(">I", crc32c(head)))
