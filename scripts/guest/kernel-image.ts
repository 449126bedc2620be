// The kernel as an ELF file, out of the compressed image that boot loaders take: qemu starts it at once, while unpacking
// itself costs an emulated machine many seconds.

import { execFileSync } from "node:child_process";

// Documentation/arch/x86/boot.rst: the setup's size in sectors, then where the payload lies behind it, and its length.
const SETUP_SECTORS = 0x1f1;
const PAYLOAD_OFFSET = 0x248;
const PAYLOAD_LENGTH = 0x24c;
const SECTOR = 512;

const PACKERS: readonly (readonly [magic: string, tool: string])[] = [
  ["fd377a58", "xz"],
  ["28b52ffd", "zstd"],
  ["1f8b", "gzip"],
  ["0221", "lz4"],
];
const LARGEST_BYTES = 256 * 1024 * 1024;

/** Unpacks the kernel that is within a bzImage. */
export function kernelWithin(image: Buffer): Buffer {
  const start = ((image[SETUP_SECTORS] || 4) + 1) * SECTOR + image.readUInt32LE(PAYLOAD_OFFSET);
  const payload = image.subarray(start, start + image.readUInt32LE(PAYLOAD_LENGTH));
  const tool = PACKERS.find(([magic]) => payload.subarray(0, 4).toString("hex").startsWith(magic))?.[1];
  if (tool === undefined) throw new Error("the kernel is packed in a way that is not known here");
  // The payload's last four bytes are its size, which tools take for rubbish and end with a status for.
  const kernel = execFileSync("sh", ["-c", `${tool} -dc 2>/dev/null || true`], {
    input: payload,
    maxBuffer: LARGEST_BYTES,
  });
  if (kernel.subarray(1, 4).toString("latin1") !== "ELF") throw new Error("there is no ELF kernel in the image");
  return kernel;
}
