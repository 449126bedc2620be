// Output of the programs around ping: most of it printed by the programs themselves in namespaces with two routers between
// asker and target; tracert's, pathping's, macOS' and old mtr's are written after their known forms, not recorded.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import { causeByCode } from "../../src/causes/registry.ts";
import type { Report } from "../../src/model/report.ts";
import { readPaste } from "../../src/paste/read.ts";
import { renderText } from "../../src/render/text.ts";

const folder = join(import.meta.dirname, "tools");
const contentOf = (name: string): string => readFileSync(join(folder, `${name}.txt`), "utf8");

/** What is read of each, in a line: the hops with who answers and who refuses, or what was counted. */
const READ: Readonly<Record<string, string>> = {
  "traceroute-reached": "10.20.3.10 reached: 10.20.1.1 | 10.20.2.2 | 10.20.3.10",
  "traceroute-target-silent": "10.20.3.99 not reached: 10.20.1.1 | 10.20.2.2 | - | - | -",
  "traceroute-tcp-prohibited": "10.20.3.10 not reached: 10.20.1.1 | 10.20.2.2 | 10.20.2.2!3/13",
  "traceroute-no-route": "10.99.0.1 not reached: 10.20.1.1 | 10.20.2.2!3/0",
  "traceroute-circles": "10.30.0.1 not reached: 10.20.1.1 | 10.20.2.2 | 10.20.1.1 | 10.20.2.2 | 10.20.1.1; 11/0",
  "traceroute-own-arp": "10.20.1.99 not reached: 10.20.1.10!3/1 late",
  "traceroute-frag-needed": "10.20.3.10 not reached: 10.20.1.1 | 10.20.2.2 | 10.20.2.2!3/4",
  "traceroute-port-by-router": "10.20.3.10 not reached: 10.20.1.1 | 10.20.2.2 | 10.20.2.2!3/3",
  "traceroute-unreachable-network": "10.20.3.10 not reached: ; connect ENETUNREACH",
  "busybox-arp-behind-router":
    "10.20.3.99 not reached: 10.20.1.1 | 10.20.2.2 | 10.20.2.2!3/1 | 10.20.2.2!3/1 | 10.20.2.2!3/1",
  "busybox-prohibited": "10.20.3.10 not reached: 10.20.1.1 | 10.20.2.2 | 10.20.2.2!3/9",
  "inetutils-no-route": "10.99.0.1 not reached: 10.20.1.1 | 10.20.2.2!3/0",
  "inetutils-reached": "10.20.3.10 reached: 10.20.1.1 | 10.20.2.2 | 10.20.3.10",
  "mtr-reached": "10.20.3.10 reached: 10.20.1.1 | 10.20.2.2 | 10.20.3.10",
  "mtr-wide": "10.20.3.10 reached: 10.20.1.1 | 10.20.2.2 | 10.20.3.10",
  "mtr-table": "10.20.3.10 reached: 10.20.1.1 | 10.20.2.2 | 10.20.3.10",
  "mtr-hop-silent": "10.20.3.10 reached: - | 10.20.2.2 | 10.20.3.10",
  "mtr-stopped": "10.20.3.99 not reached: 10.20.1.1 | 10.20.2.2 | 10.20.2.2",
  "mtr-target-silent": "10.20.3.10 not reached: 10.20.1.1 | 10.20.2.2 | -",
  "mtr-raw-reached": "10.20.3.10 reached: 10.20.1.1 | 10.20.2.2 | 10.20.3.10",
  "mtr-raw-stopped": "10.20.3.99 not reached: 10.20.1.1 | 10.20.2.2 | 10.20.2.2",
  "mtr-json-reached": "10.20.3.10 reached: 10.20.1.1 | 10.20.2.2 | 10.20.3.10",
  "mtr-json-stopped": "10.20.3.99 not reached: 10.20.1.1 | 10.20.2.2 | 10.20.2.2",
  "mtr-old-report": "? not reached: 10.20.1.1 | -",
  "tracepath-reached": "10.20.3.10 reached: 10.20.1.1 | 10.20.2.2 | 10.20.3.10",
  "tracepath-names": "10.20.3.10 reached: 10.20.1.1 | 10.20.2.2 | 10.20.3.10",
  "tracepath-mtu": "10.20.3.10 reached: 10.20.1.1 | 10.20.2.2 | 10.20.2.2!3/4 10.20.3.10",
  "tracepath-silent": "10.20.3.10 not reached: 10.20.1.1 | 10.20.2.2 | - | - | -",
  "tracepath-arp-behind-router": "10.20.3.99 not reached: 10.20.1.1 | 10.20.2.2 | 10.20.2.2!3/1 late",
  "tracepath-no-route": "10.99.0.1 not reached: 10.20.1.1 | 10.20.2.2!3/0",
  "tracepath-unsent": "10.20.3.10 not reached: ; sendmsg null",
  "fping-counts": "10.20.3.10 2/2",
  "fping-two-alive": "10.20.3.10 +1; 10.20.1.1 +1",
  "fping-summary": "10.20.3.10 +1",
  "fping-silent": "10.20.3.10 0/2 silent 2",
  "fping-unreachable": "10.20.3.99 +0 3/1",
  "fping-prohibited": "10.20.3.10 0/2 silent 2 3/13",
  "fping-unsent": "10.20.3.10 +0 connect ENETUNREACH",
  "hping-reached": "10.20.3.10 2/2",
  "hping-unreachable": "10.20.3.99 0/2 3/1",
  "nping-reached": "10.20.3.10 2/2",
  "nping-unreachable": "10.20.3.99 0/2 3/1",
  "nping-arp": "arp ? 1212",
  "habets-only-macs": "arp eth0 121212",
  "arping-answered": "arp eth0 1212",
  "arping-silent": "arp eth0 111",
  "arping-two-answer": "arp eth0 1221212",
  "arping-probe-answered": "arp eth0 12",
  "arping-probe-free": "arp eth0 11",
  "arping-announces": "arp eth0 11",
  "habets-answered": "arp ? 1212",
  "habets-silent": "arp ? 11",
  "habets-two-answer": "arp ? 122122122",
  "busybox-arping": "arp eth0 1212",
  "busybox-arping-silent": "arp eth0 11",
  "tracert-reached": "10.20.3.10 reached: 10.20.1.1 | 10.20.2.2 | 10.20.3.10",
  "tracert-unreachable": "10.20.3.99 not reached: 10.20.1.1 | 10.20.2.2 | 10.20.2.2!3/1",
  "tracert-chinese": "10.20.3.10 not reached: 10.20.1.1 | - | -",
  pathping: "10.20.3.10 not reached: 10.20.1.1 | 10.20.2.2 | -",
  "macos-net-prohibited": "10.20.3.10 not reached: 10.20.1.1 | 10.20.2.2 10.20.2.6 | 10.20.2.2!3/9",
  "macos-frag-needed": "10.20.3.10 not reached: 10.20.1.1 | 10.20.1.1!3/4",
  "quoted-indented": "10.20.3.10 not reached: 10.20.1.1 | 10.20.2.2!3/13",
};

const dotted = (address: number | null): string =>
  address === null ? "?" : [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");

function inALine(content: string): string {
  const { pings, captures } = readPaste(content, "p.txt");
  const asked = pings.flatMap(({ said }) => {
    if (said === undefined) return [];
    const { printed, path } = said;
    const errors = printed.errors.map(({ icmp }) => `${icmp?.type}/${icmp?.code}`);
    const refusals = printed.refusals.map(({ call, errno }) => `${call} ${errno}`);
    if (path === null) {
      const { transmitted, received, answers, silences, destination } = printed;
      const counts = transmitted === null ? `+${answers}` : `${received}/${transmitted}`;
      const silent = silences > 0 && printed.errors.length + printed.answers >= 0 && transmitted !== null;
      return [
        [dotted(destination), counts, ...(silent ? [`silent ${silences}`] : []), ...errors, ...refusals].join(" "),
      ];
    }
    const hops = path.hops.map(({ backs }) =>
      backs.length === 0
        ? "-"
        : backs
            .map(({ from, error }) => `${dotted(from)}${error === null ? "" : `!${error.type}/${error.code}`}`)
            .join(" "),
    );
    const marked = path.hops.some(({ backs }) => backs.some(({ error }) => error !== null));
    const rest = [...(marked ? [] : errors), ...refusals];
    const end = { true: "reached", false: "not reached", null: "?" }[String(path.reached) as "true"];
    const late = printed.late === true ? " late" : "";
    return [
      `${dotted(path.target)}${path.isTargetGuessed ? "?" : ""} ${end}: ${hops.join(" | ")}${late}${rest.length > 0 ? `; ${rest.join(" ")}` : ""}`,
    ];
  });
  const arp = captures.map(
    (one) =>
      `arp ${one.interface ?? "?"} ${one.packets.map(({ line }) => (/Request/.test(line.text) ? 1 : 2)).join("")}`,
  );
  return [...asked, ...arp].join("; ");
}

test("every file has its line", () => {
  const files = readdirSync(folder).map((name) => name.replace(/\.txt$/, ""));
  expect(Object.keys(READ).sort()).toEqual(files.sort());
});

describe("what is read", () => {
  it.each(Object.entries(READ))("%s", (name, line) => {
    expect(inALine(contentOf(name))).toBe(line);
  });

  it.each(Object.entries(READ).filter(([name]) => !/hping|nping|unsent|^arping-ann/.test(name)))(
    "%s without its command line, behind quote marks",
    (name) => {
      const bare = contentOf(name).replace(/^(?:[$%]|C:\\).*\n/m, "");
      const quoted = bare.replace(/^/gm, "> ");
      expect(inALine(quoted)).toBe(inALine(bare));
      expect(inALine(bare)).not.toBe("");
    },
  );
});

async function told(name: string): Promise<Report | null> {
  const { report, unknown } = await reportOfPastes({ pastes: [{ source: "p.txt", content: contentOf(name) }] });
  expect(unknown).toEqual([]);
  return report;
}

/** The first line of the report, and the cause that leads. */
const TOLD: Readonly<Record<string, readonly [headline: string, code: string | null, certainty?: string]>> = {
  "traceroute-reached": ["traceroute 10.20.3.10: reached, hop 3", "answered"],
  "traceroute-target-silent": ["traceroute 10.20.3.99: not reached, 2 of 5 hops answered", "echo-no-reply", "possible"],
  "traceroute-no-route": ["traceroute 10.99.0.1: not reached, 1 of 1 hop answered", "forward-no-route", "likely"],
  "traceroute-circles": ["traceroute 10.30.0.1: not reached, 5 of 5 hops answered", "routing-loop", "likely"],
  "traceroute-frag-needed": ["traceroute 10.20.3.10: not reached, 2 of 2 hops answered", "frag-needed-df", "likely"],
  "traceroute-unreachable-network": ["traceroute 10.20.3.10: not reached, 0 of 0 hops answered", "no-route", "likely"],
  "tracepath-arp-behind-router": [
    "tracepath 10.20.3.99: not reached, 2 of 2 hops answered",
    "forward-next-hop-arp-failed",
    "likely",
  ],
  "tracert-reached": ["tracert 10.20.3.10: reached, hop 3", "answered"],
  "fping-prohibited": ["fping 10.20.3.10 failed: 2 sent, none answered", "nft-reject", "likely"],
  "nping-reached": ["nping 10.20.1.10 -> 10.20.3.10 works: 2 sent, 2 answered", "answered"],
  "arping-silent": ["arping asked for 10.20.1.99 (from 10.20.1.10): no answer", "arp-no-local-owner"],
  "arping-two-answer": ["arping asked for 10.20.1.1 (from 10.20.1.10): answered", "duplicate-address"],
  "habets-two-answer": ["arping asked for 10.20.1.1 (from asker): answered", "duplicate-address"],
};

describe("what is told", () => {
  it.each(Object.entries(TOLD))("%s", async (name, [headline, code, certainty]) => {
    const report = await told(name);
    if (report === null) throw new Error("no report");
    const titleOf = (other: Parameters<typeof causeByCode>[0]) => causeByCode(other)?.title;
    const text = renderText(report, { language: "en", width: 100, color: false, verbose: false, titleOf });
    expect(text.split("\n")[0]).toBe(headline);
    expect(report.answer?.code ?? null).toBe(code);
    if (certainty !== undefined) expect(report.answer?.certainty).toBe(certainty);
    expect(report.answer?.certainty).not.toBe("certain");
  });
});
