// What captures say of their own quality: real ones, recorded here, then shifted, cut and damaged as captures get.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clockOffsetOf } from "../../src/case/clock-offsets.ts";
import { certaintyLimit, qualityNotes } from "../../src/explain/quality.ts";
import { FlowTracker } from "../../src/flow/tracker.ts";
import { drained } from "../../src/lab/drained.ts";
import { drive } from "../../src/savefile/inputs/drive.ts";
import { resolveInputs } from "../../src/savefile/open.ts";

const tools = ["ip", "tcpdump", "ping", "editcap", "mergecap"];
const missing = tools.filter((tool) => spawnSync(tool, ["-h"]).error !== undefined);
const reason =
  process.getuid?.() !== 0 ? "not root" : missing.length > 0 ? `not installed: ${missing.join(", ")}` : null;
if (reason !== null) {
  if (process.env.PKTWHY_REQUIRE_ALL === "1") throw new Error(reason);
  console.warn(`skipped: ${reason}`);
}

const [here, there] = [`pwqa${process.pid}`, `pwqb${process.pid}`];
const directory = mkdtempSync(join(tmpdir(), "pwq-"));
const path = (name: string): string => join(directory, name);
const run = (program: string, ...args: string[]): string => execFileSync(program, args, { encoding: "utf8" });
const inside = (netns: string, ...argv: string[]): string => run("ip", "netns", "exec", netns, ...argv);

/** Captures while `use` runs; a capture has begun when it says so, and has ended when its file is written. */
async function capturing(
  captures: readonly (readonly [netns: string, ...args: string[]])[],
  use: () => void,
): Promise<void> {
  const running = captures.map(([netns, ...args]) => {
    const child = spawn("ip", ["netns", "exec", netns, "tcpdump", "-n", "-U", "--immediate-mode", ...args]);
    const begun = new Promise<void>((done) => {
      let said = "";
      child.stderr.on("data", (piece) => {
        said += piece;
        if (said.includes("listening on")) done();
      });
    });
    return { child, begun, ended: new Promise((done) => child.once("exit", done)) };
  });
  await Promise.all(running.map((one) => one.begun));
  try {
    use();
    await Promise.all(running.map(({ child }) => drained(child)));
  } finally {
    for (const { child } of running) child.kill("SIGINT");
    await Promise.all(running.map((one) => one.ended));
  }
}

/** What is said of the quality of these captures, and how certain a conclusion about their first ping may be. */
async function quality(...args: string[]) {
  const { captures } = await resolveInputs(args);
  const clockOffset = await clockOffsetOf(captures);
  const tracker = new FlowTracker({});
  const { summaries } = await drive(captures, tracker, { clockOffset });
  const flows = tracker.finish();
  const input = { inputs: summaries, evicted: tracker.evicted };
  // Cut headers leave messages of which nobody can tell that they are a ping's.
  const ping = flows.find((flow) => flow.kind === "ping") ?? flows.find((flow) => flow.kind === "other");
  if (ping === undefined) throw new Error("nothing in these captures");
  const notes = qualityNotes(input, flows);
  for (const note of notes) expect(note.zh).not.toBe(note.en);
  return {
    notes: notes.map((note) => note.en),
    limit: certaintyLimit(input, ping),
    ping,
    offsets: captures.map(clockOffset),
  };
}

/** A copy of a pcap with one byte of each echo packet changed, at an offset from its ICMP header. */
function withBytesChanged(name: string, changed: string, type: number, at: number): string {
  const bytes = readFileSync(path(name));
  for (
    let start = bytes.indexOf(Buffer.from([0x08, 0x00, 0x45]));
    start >= 0;
    start = bytes.indexOf(Buffer.from([0x08, 0x00, 0x45]), start + 1)
  ) {
    const icmp = start + 2 + 20;
    if (bytes[start + 2 + 9] === 1 && bytes[icmp] === type) bytes[icmp + at] = (bytes[icmp + at] as number) ^ 0x55;
  }
  writeFileSync(path(changed), bytes);
  return path(changed);
}

describe.skipIf(reason !== null)("quality of real captures", () => {
  beforeAll(async () => {
    for (const netns of [here, there]) run("ip", "netns", "add", netns);
    run("ip", "-n", here, "link", "add", "veth0", "type", "veth", "peer", "name", "veth1", "netns", there);
    run("ip", "-n", here, "link", "add", "br0", "type", "bridge");
    run("ip", "-n", here, "link", "set", "veth0", "master", "br0");
    run("ip", "-n", here, "addr", "add", "10.99.0.1/24", "dev", "br0");
    run("ip", "-n", there, "addr", "add", "10.99.0.2/24", "dev", "veth1");
    for (const link of ["veth0", "br0"]) run("ip", "-n", here, "link", "set", link, "up");
    run("ip", "-n", there, "link", "set", "veth1", "up");
    const ping = (): unknown => inside(here, "ping", "-n", "-c", "4", "-i", "0.2", "-w", "30", "10.99.0.2");
    await capturing(
      [
        [here, "-i", "veth0", "-w", path("veth0.pcap")],
        [there, "-i", "veth1", "-w", path("veth1.pcap")],
        [here, "-i", "veth0", "-s", "38", "-w", path("short.pcap")],
        [here, "-i", "any", "-y", "LINUX_SLL", "-w", path("any.pcap"), "icmp", "or", "arp"],
      ],
      ping,
    );
    await capturing([[there, "-i", "veth1", "-w", path("again.pcap")]], ping);
  });
  afterAll(() => {
    for (const netns of [here, there]) spawnSync("ip", ["netns", "del", netns]);
    rmSync(directory, { recursive: true, force: true });
  });

  test("good captures have no notes and no limit", async () => {
    const { notes, limit, ping, offsets } = await quality(path("veth0.pcap"), path("veth1.pcap"));
    expect({ notes, limit, offsets }).toEqual({ notes: [], limit: "certain", offsets: [0n, 0n] });
    expect(ping.replies).toBe(4);
  });

  test.each([["3.25"], ["-0.02"], ["-7200"]])(
    "a clock that is off by %s s is found, stated and corrected",
    async (seconds) => {
      const shifted = path(`veth1.shifted${seconds}.pcap`);
      run("editcap", "-F", "pcap", "-t", seconds, path("veth1.pcap"), shifted);
      const { notes, limit, ping, offsets } = await quality(path("veth0.pcap"), shifted);
      const off = Number(offsets[1]) / 1e9 + Number(seconds);
      // As exact as the way between the two is short.
      expect(Math.abs(off)).toBeLessThan(0.002);
      expect(notes).toEqual([
        expect.stringMatching(/^The clock of .* is .* (ahead of|behind) the first capture's, estimated/),
      ]);
      expect(limit).toBe("likely");
      expect([ping.requests, ping.replies, ping.duplicates]).toEqual([4, 4, 0]);
    },
  );

  test("a clock that was set back is told with the frame", async () => {
    run("editcap", "-F", "pcap", "-r", path("veth0.pcap"), path("first.pcap"), "1-4");
    run("editcap", "-F", "pcap", path("veth0.pcap"), path("second.pcap"), "1-4");
    run("editcap", "-F", "pcap", "-t", "-30", path("second.pcap"), path("back.pcap"));
    run("mergecap", "-F", "pcap", "-a", "-w", path("stepped.pcap"), path("first.pcap"), path("back.pcap"));
    const { notes } = await quality(path("stepped.pcap"));
    expect(notes).toEqual([
      expect.stringMatching(/^The clock of stepped was set back by (29|30)\.\d\d s \(first at frame stepped#5\)/),
    ]);
  });

  test("a snap length that cuts headers off", async () => {
    const { notes, limit } = await quality(path("short.pcap"));
    expect(notes).toEqual([expect.stringContaining("The capture on short keeps 38 bytes of a packet")]);
    expect(limit).toBe("likely");
  });

  test("captures without a common time", async () => {
    // The same interface's second run, a minute on; there the first run's requests are missing.
    run("editcap", "-F", "pcap", "-t", "60", path("again.pcap"), path("later.pcap"));
    const requests = path("requests.pcap");
    run("tcpdump", "-r", path("veth0.pcap"), "-w", requests, "icmp[0]=8");
    const { notes, limit } = await quality(requests, path("later.pcap"));
    expect(notes).toEqual([expect.stringMatching(/^The last packet on requests .* older than the first on later/)]);
    expect(limit).toBe("likely");
  });

  test("one packet at several interfaces of `-i any` is no duplicate", async () => {
    const { notes, limit, ping } = await quality(path("any.pcap"));
    expect([ping.requests, ping.replies, ping.duplicates]).toEqual([4, 4, 0]);
    expect(notes).toEqual([expect.stringContaining("which is no duplicate")]);
    expect(limit).toBe("likely");
  });

  test("a wrong checksum at the sender that is right at the receiver is offload", async () => {
    const sent = withBytesChanged("veth0.pcap", "sent.pcap", 8, 3);
    const { notes, limit } = await quality(sent, path("veth1.pcap"));
    expect(notes).toEqual([expect.stringContaining("(checksum offload), which is harmless")]);
    expect(limit).toBe("certain");
  });

  test("a wrong checksum at the receiver is dropped there", async () => {
    const arrived = withBytesChanged("veth1.pcap", "arrived.pcap", 8, 3);
    const { notes } = await quality(path("veth0.pcap"), arrived);
    expect(notes).toEqual([expect.stringContaining("arrives with a wrong checksum: the receiving kernel drops it")]);
  });
});
