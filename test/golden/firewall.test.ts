// Pastes of a ping that fails, addresses and a firewall, recorded from real namespaces: the answer of each, and its report in
// both languages. UPDATE_GOLDEN=1 rewrites the reports.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import { reportOf } from "../../src/case/read-report.ts";
import { causeByCode } from "../../src/causes/registry.ts";
import type { Report } from "../../src/model/report.ts";
import { renderText } from "../../src/render/text.ts";

const folder = join(import.meta.dirname, "firewall");
const update = process.env.UPDATE_GOLDEN === "1";

// Nothing in one paste shows that a rule counted just these pings: none is certain.
describe.each([
  ["input-drop", "nft-input-drop"],
  ["policy-drop", "nft-policy-drop"],
  ["output-drop", "nft-output-drop"],
  ["forward-drop", "nft-forward-drop"],
  ["reply-drop", "nft-reply-drop"],
  ["reject", "nft-reject"],
  ["firewalld", "nft-reject"],
  ["arp-drop", "nft-arp-drop"],
  ["iptables-typed", "iptables-drop"],
])("%s", (name, code) => {
  const paste = join(folder, `${name}.paste.txt`);
  const made = reportOf([paste]).then((r) => r.report as Report);

  it(`is likely ${code}, and every line is understood`, async () => {
    const { answer, problems } = await made;
    expect([answer?.code, answer?.certainty]).toEqual([code, "likely"]);
    expect(problems).toEqual([]);
  });

  it.each(["en", "zh"] as const)("reads well in %s", async (language) => {
    const report = renderText(await made, {
      language,
      width: 80,
      color: false,
      verbose: false,
      titleOf: (other) => causeByCode(other)?.title,
    }).replaceAll(folder, "firewall");
    const path = join(folder, `${name}.${language}.txt`);
    if (update) writeFileSync(path, report);
    expect(report).toBe(existsSync(path) ? readFileSync(path, "utf8") : "(not yet: UPDATE_GOLDEN=1 writes it)");
  });
});

// Behind the router whose rule translates, the ping dies of a setting that nobody pasted: nobody may blame the firewall.
it("blames no rule that only translates addresses", async () => {
  const { report } = await reportOf([join(folder, "masquerade.paste.txt")]);
  const hits = report?.flows.flatMap(({ findings }) => findings.filter((one) => one.certainty !== "possible")) ?? [];
  expect(hits.map(({ code }) => code)).toEqual([]);
  expect(report?.flows[0]?.verdict).toBe("failed");
});

// A limit holds for some packets: that it held for all of these is likely where nothing else stops them, and the rule is quoted as nft prints it.
it("takes a rule that holds for some packets for the likely end, where nothing was answered", async () => {
  const whole = readFileSync(join(folder, "input-drop.paste.txt"), "utf8");
  const content = whole.replace(/icmp type echo-request counter .*/, "limit rate 1/second drop");
  const { report } = await reportOfPastes({
    pastes: [{ source: "paste", content, interface: null, netns: null }],
    captures: [],
    state: null,
    problems: [],
  });
  expect(report?.answer).toMatchObject({ code: "nft-input-drop", certainty: "likely" });
  const last = report?.flows[0]?.steps.find(({ walk }) => walk?.kind === "stop");
  expect(last?.state.map(({ line }) => line)).toEqual(["inet filter input limit rate 1/second drop"]);
});

// A rule that would have dropped it, and that had counted nothing when the ping was over.
it.each([
  ["listed after the ping", (ping: string, rest: string) => `${ping}${rest}`, "possible"],
  ["listed before it", (ping: string, rest: string) => `${rest}${ping}`, "likely"],
])("a count of nothing, %s", async (_, join_, certainty) => {
  const whole = readFileSync(join(folder, "input-drop.paste.txt"), "utf8").replace(
    "packets 2 bytes 168",
    "packets 0 bytes 0",
  );
  const end = whole.indexOf("\n\n", whole.indexOf("packets transmitted")) + 1;
  const content = join_(whole.slice(0, end), whole.slice(end));
  const { report } = await reportOfPastes({
    pastes: [{ source: "paste", content, interface: null, netns: null }],
    captures: [],
    state: null,
    problems: [],
  });
  expect([report?.answer?.code, report?.answer?.certainty]).toEqual(["nft-input-drop", certainty]);
});

// The same lines without a prompt, in the order in which people put them: ping first.
it("is told from lines alone, as the asker's own host shows them", async () => {
  const rules =
    "table inet filter {\n\tchain output {\n\t\ttype filter hook output priority 0; policy accept;\n\t\tip protocol icmp drop\n\t}\n}\n";
  const addresses =
    "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 state UNKNOWN\n    inet 127.0.0.1/8 scope host lo\n2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP\n    inet 192.168.2.11/24 scope global eth0\n";
  const ping =
    "PING 192.168.2.1 (192.168.2.1) 56(84) bytes of data.\n\n--- 192.168.2.1 ping statistics ---\n2 packets transmitted, 0 received, 100% packet loss, time 1018ms\n\n";
  const { stateFromText } = await import("../../src/paste/state/replay.ts");
  const { readPaste } = await import("../../src/paste/read.ts");
  for (const text of [`${ping}${addresses}${rules}`, `${rules}${addresses}${ping}`, `${addresses}${ping}${rules}`]) {
    const paste = readPaste(text, "paste");
    expect(paste.pings.map(({ argv }) => argv)).toEqual([["ping", "192.168.2.1"]]);
    const { state, unknown } = stateFromText(paste.state);
    expect(unknown).toEqual([]);
    expect(state?.namespaces.get("")?.nft?.chains.map(({ rules: list }) => list.length)).toEqual([1]);
  }
});
