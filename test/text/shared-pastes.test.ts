// Pastes that went wrong once, each with what is right about it. They lie beside the project and are no part of it.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import { renderJson } from "../../src/render/json.ts";

const folder = join(import.meta.dirname, "../../../shared/cases/pastes");
const there = existsSync(folder);

async function read(name: string) {
  const { report, problems } = await reportOfPastes({
    pastes: [{ source: name, content: readFileSync(join(folder, `${name}.txt`), "utf8") }],
  });
  const first = report?.flows.find(({ flow }) => flow.id === report.answer?.flow);
  const flow = report?.flows[0];
  return {
    code: report?.answer?.code ?? null,
    certainty: report?.answer?.certainty ?? null,
    verdict: (first ?? flow)?.verdict ?? null,
    flows: report?.flows.length ?? 0,
    sent: flow?.flow.requests ?? 0,
    src: flow?.flow.src ?? null,
    alike: [...(first?.findings[0]?.lookalikes ?? [])],
    codes: new Set(report?.flows.flatMap(({ findings }) => findings.map(({ code }) => code))),
    text: report === null ? "" : renderJson(report, { language: "en", version: "0" }),
    problems: problems.map(({ text }) => text.en).join("\n"),
  };
}

type Read = Awaited<ReturnType<typeof read>>;

const led =
  (...codes: readonly string[]) =>
  (one: Read) =>
    expect([...codes], `${one.code}, then ${one.alike.join(", ")}`).toContain(one.code);
const excludes = (one: Read, ...codes: readonly string[]) => {
  for (const code of codes) expect([one.code, ...one.alike]).not.toContain(code);
};

const RIGHT: Readonly<Record<string, (one: Read) => void>> = {
  o4: (one) => {
    excludes(one, "arp-no-local-owner", "target-has-no-address");
    expect(one.alike.some((code) => /^arp-ignore-/.test(code))).toBe(true);
    expect(one.alike).toContain("nft-arp-drop");
  },
  o9: led("rp-filter-arp"),
  fo: led("ip-forward-off"),
  fo10: led("ip-forward-off"),
  "16b": led("iptables-drop"),
  b7: (one) => {
    expect(one.text).not.toMatch(/br0: </);
    expect(one.code).not.toBe("bridge-device-down");
  },
  b4: (one) => {
    expect(one.text).not.toMatch(/br0: </);
    expect(one.code).not.toBe("bridge-device-down");
  },
  m27: (one) => {
    expect(one.text).not.toMatch(/br-test: </);
    expect(one.certainty).toBe("possible");
    expect(one.alike).toContain("target-has-no-address");
  },
  ar: (one) => expect(one).toMatchObject({ src: null, verdict: "cannot-tell" }),
  n3: (one) => {
    expect(one).toMatchObject({ verdict: "failed", code: "echo-no-reply" });
    excludes(one, "arp-no-answer", "arp-no-local-owner", "target-has-no-address", "peer-down");
    expect(one.alike[0]).toBe("br-netfilter-drop");
    expect(one.alike.slice(0, 3)).toContain("iptables-drop");
  },
  n4: (one) => {
    expect(one).toMatchObject({ verdict: "failed", code: "echo-no-reply" });
    excludes(one, "arp-no-answer", "gateway-arp-failed");
    expect(one.alike.slice(0, 3)).toContain("br-netfilter-drop");
    expect(one.alike.slice(0, 3).some((code) => /^(?:iptables|nft-\w+)-drop$/.test(code))).toBe(true);
  },
  ak1: (one) => {
    excludes(one, "arp-no-answer", "no-route", "arp-no-local-owner");
    expect(one.code).toBe("echo-no-reply");
  },
  ak2: (one) => {
    excludes(one, "arp-no-answer", "no-route", "arp-no-local-owner");
    expect(one.code).toBe("echo-no-reply");
  },
  "11b": led("iptables-drop"),
  nat: (one) => {
    expect(one).toMatchObject({ flows: 1, sent: 1, certainty: "likely" });
    expect(one.text).not.toMatch(/no reply to it was seen anywhere/);
  },
  "nat-full": (one) => expect(one).toMatchObject({ flows: 1, code: "iface-forwarding-off", certainty: "likely" }),
  "nat-state": (one) => expect(one.certainty).not.toBe("certain"),
  "nat-works": (one) => expect(one).toMatchObject({ flows: 1, sent: 1, verdict: "worked", certainty: "likely" }),
  sll1: (one) => expect(one).toMatchObject({ flows: 1, sent: 1 }),
  m15: led("broadcast-needs-b"),
  ph2: (one) => expect(one).toMatchObject({ flows: 1, verdict: "worked" }),
  prompt: led("no-route"),
  nm3: (one) => {
    expect(one).toMatchObject({ code: "echo-no-reply", flows: 1, sent: 2 });
    expect(one.text).toContain("web1.lan");
    expect(one.problems).toContain("tcpdump -n");
  },
  if1: led("no-route"),
  ia1: led("no-route"),
  ct: (one) => {
    expect(one).toMatchObject({ verdict: "failed", code: "echo-no-reply" });
    expect(one.text).not.toContain("ip netns exec 0ffdb");
  },
  zh2: led("no-route"),
  zh3: (one) => {
    expect(one.code).toMatch(/^arp-no-answer$|^host-unreachable-is-local$/);
    expect([...one.codes]).toContain("host-unreachable-is-local");
  },
  zh4: (one) => expect(one).toMatchObject({ sent: 2, verdict: "worked-with-trouble" }),
  zhres2: (one) => expect(one.text).toContain("getent hosts baidu.com"),
  tcp2: (one) => expect(one.certainty).not.toBe("certain"),
  tcp3: (one) => expect(one).toMatchObject({ code: "frag-needed-df", verdict: "failed" }),
};

test("the folder is there, where everything has to be", () => {
  if (!there) console.warn(`skipped: no ${folder}`);
  expect(there || process.env.PKTWHY_REQUIRE_ALL !== "1").toBe(true);
});

describe.skipIf(!there)("a paste that went wrong once", () => {
  const names = there
    ? readdirSync(folder)
        .filter((name) => name.endsWith(".txt"))
        .map((name) => name.slice(0, -4))
    : [];

  it.each(names)("%s is told as it should be", async (name) => {
    const right = RIGHT[name];
    expect(right, `nothing says what is right for ${name}`).toBeDefined();
    right?.(await read(name));
  });
});
