// Never confidently wrong: what fixtures must not be told as, with their state and from their packets alone.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import type { FlowReport, Report } from "../../src/model/report.ts";
import { capturesOf, read, fixtures as root, withState } from "../recorded.ts";

const scratch = mkdtempSync(join(tmpdir(), "pktwhy-honesty-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** The captures of a fixture, all or some, without state and without what ping printed. */
function packetsAlone(name: string, only: (file: string) => boolean = () => true): Promise<Report> {
  return read(capturesOf(name).filter((path) => only(basename(path))));
}

/** A fixture without ping's own words: captures and state. */
function withoutPing(name: string): Promise<Report> {
  const folder = join(scratch, name);
  cpSync(join(root, name), folder, { recursive: true });
  rmSync(join(folder, "run.json"), { force: true });
  return read([folder]);
}

function main(report: Report): FlowReport {
  const found = report.flows.find((f) => f.flow.id === report.answer?.flow);
  if (!found) throw new Error("no answer");
  return found;
}

describe("a state that frames contradict", () => {
  it("is not believed about a destination MAC address that no frame has", async () => {
    const folder = join(scratch, "other-mac");
    cpSync(join(root, "neigh-wrong-mac"), folder, { recursive: true });
    const file = join(folder, "state.json.gz");
    // The entry was another one when the state was taken.
    const state = gunzipSync(readFileSync(file)).toString();
    expect(state).toContain("02:00:00:00:00:99");
    writeFileSync(file, gzipSync(state.replaceAll("02:00:00:00:00:99", "02:00:00:00:00:77")));
    rmSync(join(folder, "state.after.json.gz"));
    const report = await read([folder]);
    expect(report.answer?.certainty).not.toBe("certain");
    expect(main(report).findings.map((one) => one.facts.mac)).not.toContain("02:00:00:00:00:77");
  });
});

describe("a ping that recovers (neigh-stale-mac-changed)", () => {
  it("names the failure first, says how many were answered, and goes on to them", async () => {
    const report = await withState("neigh-stale-mac-changed");
    const { verdict, findings, steps } = main(report);
    expect(report.answer).toMatchObject({ verdict: "worked-with-trouble", code: "neigh-stale-mac-changed" });
    expect(verdict).toBe("worked-with-trouble");
    expect(findings[0]?.evidence.map((e) => e.text.en).join("; ")).toContain("3 of 7 requests were answered");
    const texts = steps.map((s) => s.text.en);
    const dropped = texts.findIndex((t) => t.includes("frame is addressed to"));
    const answered = texts.findIndex((t) => t.startsWith("echo reply"));
    expect(dropped).toBeGreaterThan(0);
    expect(answered).toBeGreaterThan(dropped);
    expect(steps.map((s) => s.n)).toEqual(steps.map((_, index) => index + 1));
  });

  it("says from packets alone that some requests stayed unanswered", async () => {
    const [first] = main(await packetsAlone("neigh-stale-mac-changed")).findings;
    expect(first?.code).toBe("answered");
    expect(first?.certainty).not.toBe("certain");
    expect(first?.headline.en).toContain("but not to 4 of the requests");
    expect(first?.summary.en).not.toContain("Nothing that was seen calls for mending");
  });
});

describe("an echo reply that was seen, but not where the request left", () => {
  it.each(["nft-conntrack-invalid", "reply-ttl-expired"])("is no answer from packets alone (%s)", async (name) => {
    const report = await packetsAlone(name);
    const [first] = main(report).findings;
    expect(["failed", "cannot-tell"]).toContain(report.answer?.verdict);
    expect(first?.code).toBe("echo-no-reply");
    expect(first?.evidence.some((e) => e.basis === "missing" && e.text.en.includes("where the request left"))).toBe(
      true,
    );
    expect(first?.lookalikes).not.toContain("icmp-echo-ignore-all");
  });

  it.each(["nft-conntrack-invalid", "reply-ttl-expired"])(
    "is explained by state without ping's words (%s)",
    async (name) => {
      expect((await withoutPing(name)).answer?.code).toBe(name);
    },
  );

  it("is an answer where only the answering side was captured", async () => {
    const report = await packetsAlone("two-namespaces", (file) => file.includes("veth1"));
    expect(report.answer).toMatchObject({ code: "answered", verdict: "worked" });
  });

  it("is a reply by lo where lo shows it", async () => {
    const report = await packetsAlone("veth-both-addresses");
    expect(report.answer?.code).toBe("reply-via-lo");
  });
});

describe("ARP", () => {
  it("that was answered is not a ping that worked", async () => {
    const report = await packetsAlone("nft-netdev-egress-drop");
    expect(report.answer).toMatchObject({ code: "answered", verdict: "cannot-tell", certainty: "possible" });
    expect(main(report).findings[0]?.summary.en).toContain("No ping between the two was seen");
  });

  it.each(["bridge-flood-off", "bridge-port-isolated", "bridge-port-state"])(
    "that a captured port never saw is not called ownerless (%s)",
    async (name) => {
      const report = await packetsAlone(name);
      const { findings } = main(report);
      for (const f of findings) if (f.code === "arp-no-local-owner") expect(f.certainty).toBe("possible");
      expect(findings[0]?.lookalikes.filter((code) => code.startsWith("bridge-")).length).toBeGreaterThan(0);
    },
  );

  it("that was answered elsewhere only says where the reply was last seen", async () => {
    const [first] = main(await packetsAlone("bridge-own-mac-source")).findings;
    expect(first?.code).toBe("arp-no-answer");
    expect(first?.headline.en).toContain("was last seen at");
    expect(first?.lookalikes).not.toContain("arp-no-local-owner");
  });
});

describe("host unreachable", () => {
  it("about the reply is the answering host's, and the ping's request stayed unanswered", async () => {
    const [first] = main(await packetsAlone("ip-on-bridge-port")).findings;
    expect(first?.code).toBe("echo-no-reply");
    expect(first?.evidence.some((e) => e.text.en.includes("error about the echo reply"))).toBe(true);
  });
});

describe("fragments made on the way (forward-fragments)", () => {
  it("belong to the packet they were cut from", async () => {
    const report = await withState("forward-fragments");
    expect(report.flows).toHaveLength(1);
    expect(report.answer).toMatchObject({ code: "forward-fragments", verdict: "worked" });
    const seen = main(report).steps.filter((s) => s.basis === "missing");
    expect(seen).toEqual([]);
    const [echo] = main(report).flow.echoOutcomes;
    const exchange = echo?.first.kind === "echo" ? echo.first : null;
    expect(exchange?.request?.sightings).toHaveLength(4);
    expect(exchange?.fragments).toHaveLength(2);
  });
});

describe("an open walk (bridge-neigh-suppress without its entry)", () => {
  it("names no other cause as certain or likely", async () => {
    const { findings } = main(await withState("bridge-neigh-suppress"));
    const [first] = findings;
    if (first?.code === "bridge-neigh-suppress") return;
    expect(first?.certainty).toBe("possible");
    expect(first?.lookalikes).toContain("bridge-neigh-suppress");
  });
});

it("fits the walk where several interfaces share a MAC address", async () => {
  expect((await withState("bridge-own-mac-source")).answer?.code).toBe("bridge-own-mac-source");
});

it("does not let an answered ARP exchange outweigh a ping that worked beside it", async () => {
  const report = await packetsAlone("router-ok");
  expect(report.answer).toMatchObject({ code: "answered", verdict: "worked" });
});
