// The text report: order of its parts, widths in both languages, nothing from a file that reaches the terminal raw.

import { describe, expect, it } from "vitest";
import type { Drawing, Report } from "../../src/model/report.ts";
import { text as words } from "../../src/model/text.ts";
import type { TextOptions } from "../../src/render/page.ts";
import { renderText } from "../../src/render/text.ts";
import { displayWidth } from "../../src/render/width.ts";
import { empty, flow, sample } from "./sample-report.ts";

const plain: TextOptions = { language: "en", width: 80, color: false, verbose: false };
const [failed, worked] = sample.flows;

function lines(report: Report, options: Partial<TextOptions> = {}): string[] {
  return renderText(report, { ...plain, ...options }).split("\n");
}

describe("the text report", () => {
  it("begins with the answer, where it is, and its code and certainty at the right margin", () => {
    const [first, second, third] = lines(sample);
    expect(first).toBe("ping 192.168.2.11 -> 192.168.2.1 failed: 4 sent, none answered, 3 errors");
    expect(second).toBe("ARP dropped: no local owner of 192.168.2.1");
    expect(third).toMatch(/^at \S*veth1 +arp-no-local-owner, certain$/);
    expect(displayWidth(third ?? "")).toBe(80);
  });

  it("speaks native Chinese, aligned by display width", () => {
    const [first, second, third] = lines(sample, { language: "zh" });
    expect(first).toBe("ping 192.168.2.11 -> 192.168.2.1 失败：发出 4 个，没有应答，3 个差错");
    expect(second).toBe("ARP 被丢弃：本机无此地址 192.168.2.1");
    expect(third).toMatch(/^位于 \S*veth1 +arp-no-local-owner，确定$/);
    expect(displayWidth(third ?? "")).toBe(80);
    const text = lines(sample, { language: "zh" }).join("\n");
    for (const word of ["可以试试", "看到", "状态", "推断", "未见", "未观察", "协议栈"]) expect(text).toContain(word);
    const detailed = lines(sample, { language: "zh", verbose: true });
    expect(detailed).toContain("已排除");
    expect(detailed).toContain("  arp-ignore-1：net.ipv4.conf.veth1.arp_ignore = 0");
  });

  it.each(["en", "zh"] as const)("keeps every line within the width (%s)", (language) => {
    for (const width of [72, 80, 100]) {
      for (const verbose of [false, true]) {
        for (const line of [
          ...lines(sample, { language, width, verbose }),
          ...lines(empty, { language, width, verbose }),
        ]) {
          expect(displayWidth(line), line).toBeLessThanOrEqual(width);
          expect(line).toBe(line.trimEnd());
        }
      }
    }
  });

  it("aligns the columns of the steps in both languages", () => {
    for (const language of ["en", "zh"] as const) {
      const rows = lines(sample, { language }).filter((line) => /^\d {2}/.test(line));
      expect(rows).toHaveLength(6);
      const basis = [
        "state",
        "seen",
        "seen",
        "inferred",
        "unwatched",
        "missing",
        "状态",
        "看到",
        "推断",
        "未观察",
        "未见",
      ];
      const columns = rows.map((row) => {
        const word = basis.find((one) => row.split(/ {2,}/).includes(one)) as string;
        return displayWidth(row.slice(0, row.lastIndexOf(`  ${word}`)));
      });
      expect(new Set(rows.map((row) => row.startsWith(" "))).size).toBe(1);
      expect(Math.max(...columns)).toBeLessThan(80);
    }
  });

  it("makes control characters from files visible instead of obeying them", () => {
    for (const verbose of [false, true]) {
      const text = renderText(sample, { ...plain, verbose });
      expect(text).toContain("\\x1b[3");
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is there is the point
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
    }
  });

  it("colours only when asked, without moving a column", () => {
    const colored = renderText(sample, { ...plain, color: true });
    expect(colored).toContain("\u001b[1;31mping ");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: taking colours away again
    const stripped = colored.replace(/\u001b\[[\d;]*m/g, "");
    expect(stripped.split("\n").map((line) => line.trimEnd())).toEqual(lines(sample));
  });

  it("prints one line when quiet", () => {
    expect(lines(sample, { quiet: true })).toEqual([
      `${lines(sample)[0]}; ARP dropped: no local owner of 192.168.2.1 (arp-no-local-owner, certain)`,
      "",
    ]);
  });

  it("tells the answer's flow in full and the others in a line each, all of them in full when verbose", () => {
    const text = renderText(sample, plain);
    expect(text).toContain(
      "Also in these captures:\n  ping 192.168.2.11 -> 192.168.2.1 in net1 works; reply-via-lo, certain\n",
    );
    expect(text.match(/^Try {5}/gm)).toHaveLength(1);
    expect(renderText(sample, { ...plain, verbose: true }).match(/^Try {5}/gm)?.length).toBeGreaterThan(1);
  });

  it("breaks a long command so that it can still be pasted", () => {
    const text = renderText(sample, plain);
    const command = /sudo ip netns exec[^\n]*\\\n[^\n]*/.exec(text)?.[0] ?? "";
    expect(command.replace(/ \\\n +/, " ")).toBe(failed?.findings[0]?.fixes[0]?.command);
  });

  it("draws arrows that end where the packet did", () => {
    const text = renderText(sample, { ...plain, verbose: true });
    expect(text).toMatch(/├─ ARP who-has ─+▶x/);
    expect(text).toMatch(/│◀─* ?ARP reply|│◀ ARP reply/);
    expect(text).toMatch(/├─ host unreachable/);
  });

  it("quotes state with -v, whole", () => {
    const route = "192.168.2.0/24 dev veth0 proto kernel scope link src 192.168.2.11";
    const unbroken = (text: string) => text.replace(/\s+/g, " ");
    expect(unbroken(renderText(sample, plain))).not.toContain(route);
    const all = unbroken(renderText(sample, { ...plain, verbose: true }));
    expect(all).toContain(`${route}; 32766: from all lookup main; 0: from all lookup local`);
  });

  describe("a drawing that is too wide", () => {
    const place = (name: string) => ({ name: `a-namespace-of-a-long-name:${name}`, detail: "" });
    const line = (from: number, to: number, label: string) =>
      ({ from, to, label: words(label, label), end: "arrives" }) as const;
    const drawn = (drawing: Drawing, how: Partial<typeof plain> = {}) =>
      renderText({ ...sample, flows: sample.flows.map((f) => ({ ...f, drawing })) }, { ...plain, ...how });
    const places = ["first", "passed", "last"].map(place);

    it("does without the interfaces that packets only pass, and says so", () => {
      const told = drawn({ places, lines: [line(0, 2, "echo request")] }, { verbose: true });
      expect(told).toMatch(/^ {2}a-namespace-of-a-long-name:first +a-namespace-of-a-long-name:last$/m);
      expect(told).toMatch(/├─ echo request ─+▶│/);
      expect(told.replace(/\s+/g, " ")).toContain("(not drawn, for want of width: a-namespace-of-a-long-name:passed)");
    });

    it("then without ARP that was answered", () => {
      const arp = { ...line(0, 1, "ARP who-has"), isAside: true } as const;
      const told = drawn({ places, lines: [arp, line(0, 2, "echo request")] }, { verbose: true });
      expect(told).not.toContain("who-has ─");
      expect(told.replace(/\s+/g, " ")).toContain("for want of width: ARP that was answered, a-namespace");
      const wide = drawn({ places, lines: [arp, line(0, 2, "echo request")] }, { verbose: true, width: 200 });
      expect(wide).toMatch(/├─ ARP who-has ─+▶│/);
      expect(wide).not.toContain("not drawn");
    });

    it("says how wide it would be where nothing can be left out", () => {
      const lines = [line(0, 1, "echo request"), line(1, 2, "echo request")];
      expect(drawn({ places, lines }, { verbose: true })).toContain("(a picture would take 102 columns)");
      expect(drawn({ places, lines })).not.toMatch(/a picture would|passed/);
    });
  });

  it("says what was there where nothing could be explained", () => {
    expect(lines(empty)[0]).toBe("Nothing to explain: no ping or ARP exchange among 24 packets (4 ipv6).");
    expect(lines({ ...empty, inputs: [] })[0]).toBe("Nothing to explain: no ping was sent.");
    expect(lines({ ...sample, answer: null })[0]).toMatch(/^Cannot tell/);
  });

  it("words each kind of flow and verdict", () => {
    const first = (
      changes: Parameters<typeof flow>[0],
      verdict: "worked" | "failed" | "cannot-tell" | "worked-with-trouble",
    ) =>
      lines({
        ...sample,
        flows: [{ ...(worked as NonNullable<typeof worked>), flow: flow({ id: 1, ...changes }), verdict }],
      })[0];
    expect(first({}, "worked")).toBe("ping 192.168.2.11 -> 192.168.2.1 works: 4 sent, 4 answered,");
    expect(first({ rttMs: null }, "worked")).toBe("ping 192.168.2.11 -> 192.168.2.1 works: 4 sent, 4 answered");
    expect(first({ kind: "arp" }, "failed")).toBe("192.168.2.11 asked for 192.168.2.1: no answer");
    expect(first({ requests: 0, replies: 0, src: null }, "failed")).toBe("ping 192.168.2.1 failed");
    expect(first({ requests: 2, replies: 0, rttMs: null }, "cannot-tell")).toBe(
      "ping 192.168.2.11 -> 192.168.2.1: cannot tell, 2 sent, none answered",
    );
  });

  it("speaks of a forecast as of something that has not happened", () => {
    expect(lines(sample, { predicted: true })[0]).toBe("ping 192.168.2.11 -> 192.168.2.1 would fail");
  });
});
