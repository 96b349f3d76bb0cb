"""Writes version-1.bin from the layout drawn in CheckpointFormat's Javadoc, without its code.

Run: python3 make_version_1.py
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


def numbers(*values):
    return struct.pack(">i", len(values)) + b"".join(struct.pack(">d", v) for v in values)


def text(value):
    encoded = value.encode("utf-8")
    return struct.pack(">i", len(encoded)) + encoded


assert crc32c(b"123456789") == 0xE3069283
body = b"".join(
    [
        numbers(1.5, -2.25, 0.1),
        text("adam(beta1=0.9)"),
        text("cosine(0.1,5000,0.0)"),
        struct.pack(">q", 41),
        struct.pack(">i", 3),
        numbers(0.5, 0.25, -0.125),
        numbers(1e-300, float("inf"), -0.0),
        numbers(7.0),
        struct.pack(">q", 42),
        struct.pack(">i", 3),
        struct.pack(">i", 12),
        struct.pack(">q", -7),
        struct.pack(">d", 0.3125),
        struct.pack(">i", 2),
        numbers(1.0, 2.0, 3.0),
        numbers(0.7, 0.5, float("nan")),
        struct.pack(">Q", 0xCAFEBABEDEADBEEF),
        struct.pack(">i", 2),
        text("engine") + text("jobs"),
        text("größe") + text("θ"),
    ]
)
head = b"RAVINECP" + struct.pack(">i", 1) + struct.pack(">q", len(body)) + body
target = pathlib.Path(__file__).with_name("version-1.bin")
target.write_bytes(head + struct.pack(">I", crc32c(head)))
