// Lines that a real kernel (6.18) printed into a trace buffer: what is read from them, and which packet was dropped where.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CapturedMoments } from "../../src/kernel/attach.ts";
import type { KernelDrop, Traced } from "../../src/kernel/event.ts";
import { formatKernelEvents, parseKernelEvents } from "../../src/kernel/events-file.ts";
import { Lives } from "../../src/kernel/lives.ts";
import { parseTraceLine } from "../../src/kernel/trace-line.ts";

const recorded = readFileSync(join(import.meta.dirname, "recorded.trace"), "utf8");
const lines = recorded.trim().split("\n");
const END = { from: 0n, to: 2n ** 61n, interfaces: ["veth0", "veth1", "lo"], dropsOnlySince: null };

// Nothing was captured beside it, and more was captured than is sorted by: everything is kept.
function everything(): CapturedMoments {
  const moments = new CapturedMoments();
  moments.concerns = () => true;
  return moments;
}

function eventsOf(words: string, offset = 0n): Traced {
  const lives = new Lives(offset);
  lives.push(words);
  return lives.finish(END, [], everything());
}

function dropOf(reason: string): KernelDrop {
  const drop = eventsOf(recorded).drops.find((one) => one.reason === reason);
  if (drop === undefined) throw new Error(`no ${reason}`);
  return drop;
}

describe("a line of a trace", () => {
  it("is a drop with reason and function", () => {
    expect(parseTraceLine(lines[2] ?? "")).toEqual({
      kind: "drop",
      cpu: 1,
      time: 1_795_279_993_703_265_000n,
      pid: null,
      skb: "00000000ae5e8455",
      protocol: 2048,
      location: "ip_rcv_finish_core",
      reason: "IP_RPFILTER",
    });
  });

  it("is a packet that passes an interface", () => {
    expect(parseTraceLine(lines[0] ?? "")).toMatchObject({
      kind: "passing",
      way: "out",
      interface: "veth0",
      length: 98,
    });
    expect(parseTraceLine(lines[1] ?? "")).toMatchObject({
      kind: "passing",
      way: "in",
      interface: "veth1",
      length: 84,
    });
  });

  it("names a process only where it was its own system call", () => {
    const own = lines.find((line) => line.includes("[001] .....")) ?? "";
    expect(parseTraceLine(own)).toMatchObject({ pid: 11288, reason: "NETFILTER_DROP", location: "nft_do_chain" });
    expect(lines.filter((line) => line.includes("s1.")).map((line) => parseTraceLine(line))).not.toContainEqual(
      expect.objectContaining({ pid: expect.any(Number) }),
    );
  });

  it.each([
    ["before 5.17", "skbaddr=00000000ae5e8455 protocol=2048 location=ip_rcv_finish_core+0x25b/0x470", null],
    [
      "of a module",
      "skbaddr=0000ae5e protocol=2048 location=nft_do_chain+0x3/0x6 [nf_tables] reason: NETFILTER_DROP",
      "x",
    ],
    [
      "with a clone's name",
      "skbaddr=0000ae5e protocol=2048 location=br_handle_frame.part.0+0x3/0x6 reason: NO_SUCH",
      "x",
    ],
    ["with hidden symbols", "skbaddr=0000ae5e protocol=2048 location=0xffffffff81a3e1c0 reason: IP_RPFILTER", "x"],
  ])("is a drop %s", (_, fields, reason) => {
    const line = parseTraceLine(`     a-b [1] c-17  [003] ..s1.  7.000001: kfree_skb: ${fields}`);
    expect(line).toMatchObject({ kind: "drop", cpu: 3 });
    if (line?.kind !== "drop") return;
    expect(line.reason === null).toBe(reason === null);
    expect(line.location ?? "").toMatch(/^(?:ip_rcv_finish_core|nft_do_chain|br_handle_frame|)$/);
  });

  it("says what was lost, and is nothing else where it is nothing else", () => {
    expect(parseTraceLine("CPU:1 [LOST 27 EVENTS]")).toEqual({ kind: "lost", count: 27 });
    fc.assert(
      fc.property(fc.string(), (words) => {
        parseTraceLine(words);
      }),
    );
  });
});

describe("a packet's life", () => {
  it("leads from interface to interface to where it is dropped", () => {
    const { passed, beside, time } = dropOf("IP_RPFILTER");
    expect(passed.map((one) => `${one.interface} ${one.way} ${one.length}`)).toEqual(["veth0 out 98", "veth1 in 84"]);
    expect(beside).toBeNull();
    expect(time - (passed.at(-1)?.time ?? 0n)).toBe(13_000n);
  });

  it("goes on while an error about it is sent", () => {
    expect(dropOf("PKT_TOO_BIG").passed.at(-1)).toMatchObject({ interface: "veth1", way: "in", length: 1500 });
  });

  it("does not go on in the next packet at the same address", () => {
    // An echo reply got the address of the ARP reply that was dealt with 22 µs before, and died in the output chain.
    const drop = eventsOf(recorded).drops.find((one) => one.time === 1_795_280_000_323_972_000n);
    expect(drop).toMatchObject({ reason: "NETFILTER_DROP", passed: [] });
    expect(drop?.beside).toMatchObject({ interface: "veth1", way: "in", length: 84 });
  });

  it("has what happened beside it where it passed nothing", () => {
    expect(dropOf("NEIGH_FAILED")).toMatchObject({ passed: [], beside: { interface: "lo", way: "out", length: 126 } });
    expect(dropOf("QUEUE_PURGE")).toMatchObject({ passed: [], beside: null });
  });

  it("ends where events were lost", () => {
    const [first = "", second = "", third = ""] = lines;
    const events = eventsOf(`${first}\n${second}\nCPU:1 [LOST 3 EVENTS]\n${third}\n`);
    expect(events).toMatchObject({ lost: 3, drops: [{ passed: [] }] });
  });

  it("is the same however the text is cut", () => {
    const whole = eventsOf(recorded);
    for (const size of [1, 7, 100, 4096]) {
      const lives = new Lives(0n);
      for (let at = 0; at < recorded.length; at += size) lives.push(recorded.slice(at, at + size));
      expect(lives.finish(END, [], everything())).toEqual(whole);
    }
  });

  it("is bounded", () => {
    const lives = new Lives(0n, { followed: 1, drops: 2 });
    lives.push(recorded);
    const { drops, omitted } = lives.finish(END, [], everything());
    expect(drops).toHaveLength(2);
    expect(omitted).toBe(eventsOf(recorded).drops.length - 2);
  });
});

describe("kernel-events.jsonl", () => {
  it("holds all of it", () => {
    const events = eventsOf(recorded, 37_000_000_000n);
    expect(parseKernelEvents(formatKernelEvents(events), "f")).toEqual({ events, problems: [] });
    const none = { kind: "untraced", because: "not-mounted" } as const;
    expect(parseKernelEvents(formatKernelEvents(none), "f").events).toEqual(none);
  });

  it("counts damaged lines as lost, and is left out where it is something else", () => {
    const words = formatKernelEvents(eventsOf(recorded)).replace('"cpu":0', '"cpu":"0"');
    const read = parseKernelEvents(words, "f");
    expect(read.events).toMatchObject({ lost: 1 });
    expect(read.problems).toHaveLength(1);
    for (const other of ["", "{}", "[1]", "null", '{"pktwhy":"kernel/2"}', "\u0000"])
      expect(parseKernelEvents(other, "f")).toMatchObject({ events: null, problems: [{ severity: "warning" }] });
  });

  it("never throws", () => {
    const head = formatKernelEvents(eventsOf(recorded)).split("\n")[0] ?? "";
    fc.assert(
      fc.property(fc.string(), fc.json(), (words, json) => {
        parseKernelEvents(words, "f");
        parseKernelEvents(`${head}\n${json}\n${words}`, "f");
      }),
    );
  });
});
