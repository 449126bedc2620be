// The child of the backend `cap`: opens interfaces with the package and writes what they show as pcapng to its output.

import { now } from "../clock.ts";
import { ownValue } from "../model/own-value.ts";
import type { LinkType } from "../model/vantage.ts";
import { interfaceBlock, packetBlock, sectionBlock } from "../savefile/write-pcapng.ts";
import { CAP_VARIABLES } from "./cap-names.ts";

// What the package exports, as far as it is used.
interface CapHandle {
  open(device: string, filter: string, bufferBytes: number, packet: Buffer): string;
  setMinBytes?(bytes: number): void;
  on(event: "packet", take: (length: number, truncated: boolean) => void): void;
}
interface CapPackage {
  readonly Cap: new () => CapHandle;
}

const LINK_TYPES: Readonly<Record<string, LinkType>> = {
  ETHERNET: "EN10MB",
  LINKTYPE_LINUX_SLL: "LINUX_SLL",
  NULL: "NULL",
  RAW: "RAW",
};
// The package opens with this snap length and cannot be told another.
const SNAP_LENGTH = 65_535;
// Packets that libpcap has read are handed over by the event loop: it gets one more turn before the end.
const LAST_TURN_MS = 50;

/** Captures at these interfaces until SIGINT. */
export async function captureWithCap(names: readonly string[]): Promise<void> {
  // By a variable: the package is optional, and a bundler must not look for it.
  const packageName = "cap";
  const { Cap } = await load(packageName);
  const filter = process.env[CAP_VARIABLES.filter] ?? "";
  const bufferBytes = Number(process.env[CAP_VARIABLES.buffer]) * 1024;
  // Referenced for ever: a handle that is collected while libpcap calls back ends the process.
  const handles: CapHandle[] = [];
  process.stdout.write(sectionBlock({ application: "cap" }));
  for (const name of names) {
    const handle = new Cap();
    const packet = Buffer.alloc(SNAP_LENGTH);
    const opened = open(handle, name, filter, bufferBytes, packet);
    const linkType = opened === null ? undefined : ownValue(LINK_TYPES, opened);
    if (linkType === undefined) continue;
    handle.setMinBytes?.(0);
    const interfaceId = handles.push(handle) - 1;
    process.stdout.write(interfaceBlock({ linkType, snapLength: SNAP_LENGTH, name, filter }));
    handle.on("packet", (length) => {
      const captured = packet.subarray(0, Math.min(length, packet.length));
      process.stdout.write(packetBlock({ interfaceId, time: now(), captured, length }));
    });
  }
  await new Promise<void>((resolve) => {
    process.on("SIGINT", () => setTimeout(resolve, LAST_TURN_MS));
    process.stderr.write(`listening on ${names.join(", ")}\n`);
  });
  // Never closed: the package crashes where handles are closed while packets come.
  process.stdout.write("", () => process.exit(0));
}

async function load(packageName: string): Promise<CapPackage> {
  try {
    return ((await import(packageName)) as { default: CapPackage }).default;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

// Null for an interface that is down: there is nothing to see at it, and the others are to be watched all the same.
function open(handle: CapHandle, name: string, filter: string, bufferBytes: number, packet: Buffer): string | null {
  try {
    return handle.open(name, filter, bufferBytes, packet);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    if (words.includes("not up")) return null;
    process.stderr.write(`${words}\n`);
    process.exit(1);
  }
}
