// --redact: no address of a report is left in any form of it, and what shared a network still does.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Ipv4, inPrefix, type Mac, parseIpv4, parseMac, parsePrefix } from "../../src/model/address.ts";
import { isCommonAddress } from "../../src/model/prefix-map.ts";
import { redacted } from "../../src/model/redact.ts";
import { redactorFor } from "../../src/model/redact-words.ts";
import type { Report } from "../../src/model/report.ts";
import { renderHtml } from "../../src/render/html.ts";
import { renderJson, renderJsonLines } from "../../src/render/json.ts";
import { renderMarkdown } from "../../src/render/markdown.ts";
import { renderMermaid } from "../../src/render/mermaid.ts";
import { renderText } from "../../src/render/text.ts";
import { sampled } from "../how-long.ts";
import { explained } from "../recorded.ts";

const fixtures = join(import.meta.dirname, "../../fixtures");
const recorded = existsSync(fixtures)
  ? readdirSync(fixtures).filter((name) => readdirSync(join(fixtures, name)).some((file) => /\.pcap(ng)?$/.test(file)))
  : [];
const names = sampled(recorded, "redacted", 12);

// Every form, both languages, all that can be told.
function everything(report: Report): Record<string, string> {
  const made: Record<string, string> = {};
  for (const language of ["en", "zh"] as const) {
    const options = { language, verbose: true, version: "0.0.0" };
    made[`${language} text`] = renderText(report, { language, width: 100, color: false, verbose: true });
    made[`${language} json`] = renderJson(report, options);
    made[`${language} jsonl`] = renderJsonLines(report, options);
    made[`${language} md`] = renderMarkdown(report, options);
    made[`${language} html`] = renderHtml(report, options).replace(/<style>.*?<\/style>/s, "");
    made[`${language} mermaid`] = renderMermaid(report, options);
  }
  return made;
}

// Found in another way than the redactor does: cut into words first.
function addressesIn(words: string): Set<string> {
  const found = new Set<string>();
  for (const word of words.split(/[^0-9a-zA-Z.:]+/)) {
    const bare = word.replace(/^[.:]+|[.:]+$/g, "");
    const ipv4 = parseIpv4(bare);
    const mac = parseMac(bare);
    if (ipv4 !== null && !isCommonAddress(ipv4)) found.add(bare);
    if (mac !== null && mac !== 0 && !/^(?:ff:ff|01:|33:)/.test(bare)) found.add(bare.toLowerCase());
  }
  return found;
}

it("has the fixtures it runs on", ({ skip }) => {
  if (names.length === 0 && process.env.PKTWHY_REQUIRE_ALL !== "1") skip("no fixtures are recorded here");
  expect(names.length).toBeGreaterThan(0);
});

describe.skipIf(names.length === 0).each(names)("fixtures/%s", (name) => {
  it("has no address left in any form", async () => {
    const { report, problems } = await explained(name);
    if (report === null) throw new Error("a fixture has a report");
    const plain = everything(report);
    const hidden = everything(redacted(report, problems).report as Report);
    const original = addressesIn(Object.values(plain).join("\n"));
    expect(original.size).toBeGreaterThan(0);
    for (const [form, made] of Object.entries(hidden)) {
      expect(
        [...addressesIn(made)].filter((address) => original.has(address)),
        form,
      ).toEqual([]);
      // The same words otherwise: only the addresses and the note differ.
      expect(addressesIn(made).size, form).toBe(addressesIn(plain[form] ?? "").size);
    }
  });
});

function redactorOf(...words: string[]) {
  return redactorFor(words, []);
}

describe("replacements of IPv4 addresses", () => {
  it("are documentation networks with numbered hosts, ports and prefixes left as they are", () => {
    const words =
      "192.168.2.11/24 to 192.168.2.1, back by 10.9.8.7: 192.168.2.1.53 and 192.168.2.0/24 brd 192.168.2.255.";
    expect(redactorOf(words)(words)).toBe(
      "198.51.100.2/24 to 198.51.100.1, back by 192.0.2.1: 198.51.100.1.53 and 198.51.100.0/24 brd 198.51.100.255.",
    );
  });

  it("keep who shares a network of any length with whom, and network and broadcast addresses", () => {
    const prefixes = [
      "10.1.0.0/16",
      "10.1.4.0/22",
      "10.1.5.0/24",
      "10.1.5.128/25",
      "172.16.0.0/12",
      "10.0.0.0/8",
      "192.0.2.0/24",
    ];
    const hosts = [
      "10.1.0.9",
      "10.1.4.1",
      "10.1.5.1",
      "10.1.5.130",
      "10.1.5.255",
      "10.1.255.255",
      "10.7.7.7",
      "172.20.0.1",
      "192.0.2.7",
      "198.51.100.1",
    ];
    const redact = redactorOf(...prefixes, ...hosts);
    const moved = hosts.map((host) => parseIpv4(redact(host)) as Ipv4);
    expect(new Set(moved).size).toBe(hosts.length);
    for (const text of prefixes) {
      const before = parsePrefix(text);
      const after = parsePrefix(redact(text));
      if (!before || !after) throw new Error(text);
      expect(redact(text).split("/")[0]).toBe(redact(text.split("/")[0] as string));
      expect(parseIpv4(redact(text).split("/")[0] as string)).toBe(after.address);
      hosts.forEach((host, index) => {
        expect(inPrefix(moved[index] as Ipv4, after), `${host} in ${text}`).toBe(
          inPrefix(parseIpv4(host) as Ipv4, before),
        );
      });
    }
    expect(redact("10.1.255.255")).toMatch(/\.255\.255$/);
    // Documentation networks that are in use themselves are no replacement.
    expect(hosts.filter((host) => moved.includes(parseIpv4(host) as Ipv4))).toEqual([]);
  });

  it("leave alone what is nobody's: loopback, groups, broadcast, masks, default", () => {
    const words = "127.0.0.1/8 0.0.0.0/0 0.0.0.0/1 224.0.0.1 255.255.255.255 255.255.255.0 128.0.0.0/1";
    expect(redactorOf(words)(words)).toBe(words.replace("128.0.0.0", redactorOf("128.0.0.0/1")("128.0.0.0")));
  });

  it("leave times, versions, counts and sysctl names alone", () => {
    const words =
      "03:04:05.123456 2026-11-21T03:04:05.123456789Z 6.18.0 rtt 0.03/0.05/0.06 ms net.ipv4.conf.veth0/1.rp_filter = 1 300.1.2.3";
    expect(redactorOf(words)(words)).toBe(words);
  });

  it("reach file names with dashes and hexadecimal matches of a known address, and no dates", () => {
    const redact = redactorOf("192.168.2.11", "cap-192-168-2-11_21-14-07-28.pcap", "match 0xc0a8020b c0a8020b");
    expect(redact("cap-192-168-2-11_21-14-07-28.pcap")).toBe("cap-192-0-2-1_21-14-07-28.pcap");
    expect(redact("match 0xc0a8020b c0a8020b deadbeef")).toBe("match 0xc0000201 c0000201 deadbeef");
  });
});

describe("replacements of MAC addresses", () => {
  it("are local ones in order, never one that is itself an original", () => {
    const words =
      "lladdr:52:54:00:AA:bb:01 then 02:00:00:00:00:01, 52:54:0:aa:bb:1 and ff:ff:ff:ff:ff:ff 01:00:5e:00:00:01";
    expect(redactorOf(words)(words)).toBe(
      "lladdr:02:00:00:00:00:02 then 02:00:00:00:00:03, 02:00:00:00:00:02 and ff:ff:ff:ff:ff:ff 01:00:5e:00:00:01",
    );
  });

  it("reach udev's names, other ways to write one, and the kernel's hex of a link header", () => {
    const mac = "52:54:00:aa:bb:01";
    const redact = redactorOf(mac, "enx525400aabb02");
    expect(redact(`${mac} 52-54-00-aa-bb-01 5254.00aa.bb01 enx525400aabb02 br-0123456789ab`)).toBe(
      "02:00:00:00:00:01 02-00-00-00-00-01 0200.0000.0001 enx020000000002 br-0123456789ab",
    );
    const header = redactorOf("ll header: 52 54 00 aa bb 01 52 54 00 aa bb 02 08 06");
    expect(header("ll header: 52 54 00 aa bb 01 52 54 00 aa bb 02 08 06")).toBe(
      "ll header: 02 00 00 00 00 01 02 00 00 00 00 02 08 06",
    );
  });

  it("are none in IPv6 addresses, which have their own", () => {
    const words = "fe80::5054:ff:feaa:bb01%veth0 2001:470:1:2:3:4:5:6/64 2001:470:1:2::9 ::1";
    expect(redactorOf(words)(words)).toBe("fe80::1%veth0 2001:db8:0:1::2/64 2001:db8:0:1::3 ::1");
    expect(parseMac("02:00:00:00:00:01") as Mac).toBe(0x020000000001);
  });
});
