// The lines of a watch on a narrow terminal: one line an exchange, in both languages, with and without colour.

import { describe, expect, it } from "vitest";
import { type Ipv4, parseIpv4 } from "../../src/model/address.ts";
import { type Text, text, verbatim } from "../../src/model/text.ts";
import { pageOf } from "../../src/render/page.ts";
import { renderWatchLine, type WatchEvent, type WatchedExchange } from "../../src/render/watch-line.ts";
import { displayWidth } from "../../src/render/width.ts";

const base: WatchedExchange = {
  kind: "exchange",
  time: 1_700_000_000_000_000_000n,
  type: "echo",
  flow: 1,
  netns: "net0",
  src: parseIpv4("192.168.100.11"),
  dst: parseIpv4("192.168.100.201") as Ipv4,
  icmpId: 1,
  sequence: 1234,
  what: verbatim("ping 192.168.100.11 > 192.168.100.201 #1234"),
  path: ["net0:veth0", "net1:veth1", "net1:br0", "net2:eth0", "net0:veth0"],
  outcome: "answered",
  rttMs: 0.0421,
  correction: null,
  answer: { code: "answered", certainty: "certain", headline: text("answered", "有应答") },
};
const headline: Text = text(
  "ARP dropped: no local owner of 192.168.100.201, because nobody on the segment has it and the segment is wholly known",
  "ARP 被丢弃：192.168.100.201 没有主人，因为网段上没有人拥有它，而且整个网段都已知",
);
const events: readonly WatchEvent[] = [
  base,
  { ...base, answer: { code: "reply-via-lo", certainty: "certain", headline: text("via lo", "经 lo") } },
  { ...base, outcome: "failed", rttMs: null, answer: { code: "arp-no-local-owner", certainty: "certain", headline } },
  { ...base, outcome: "failed", rttMs: null, correction: "state", answer: null },
  {
    kind: "mark",
    time: null,
    change: "state",
    tone: "bad",
    text: text(`firewall: ${"x ".repeat(90)}`, `防火墙：${"规则".repeat(60)}`),
  },
];
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes that colour a terminal
const plain = (line: string): string => line.replace(/\u001b\[[\d;]*m/g, "");

describe.each(["en", "zh"] as const)("%s", (language) => {
  it.each([80, 72, 100])("takes one line of %i columns", (width) => {
    for (const color of [false, true]) {
      const page = pageOf({ language, width, color, verbose: false });
      for (const event of events) {
        const line = plain(renderWatchLine(event, page, width));
        expect(line.match(/\n/g)).toHaveLength(1);
        expect(displayWidth(line.trimEnd())).toBeLessThanOrEqual(width);
      }
    }
  });

  it("tells how it went, whatever is left out for it", () => {
    const page = pageOf({ language, width: 80, color: false, verbose: false });
    expect(renderWatchLine(base, page, 80)).toContain("0.042 ms");
    expect(renderWatchLine(events[2] as WatchEvent, page, 80)).toMatch(
      language === "en" ? /ARP dropped/ : /ARP 被丢弃/,
    );
    expect(renderWatchLine(base, page), "what is piped is whole").toContain("net2:eth0 > net0:veth0");
  });
});
