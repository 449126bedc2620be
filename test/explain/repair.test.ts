// Of all fixes that recorded cases print: none gives an address away twice, opens a policy, flushes, holds a blank or only looks;
// what is called answered is answered by the walk through the state that the edits make.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { forecast } from "../../src/case/predict-report.ts";
import { causes } from "../../src/causes/registry.ts";
import { applyAll } from "../../src/edits/edits.ts";
import { blamed } from "../../src/explain/repair/blame.ts";
import { walkBudget } from "../../src/explain/repair/budget.ts";
import { harmToOthers, isHarmful } from "../../src/explain/repair/harm.ts";
import { withRepair } from "../../src/explain/repair/proof.ts";
import { searchRepair } from "../../src/explain/repair/search.ts";
import { type Ipv4, parseIpv4 } from "../../src/model/address.ts";
import type { Edit } from "../../src/model/edit.ts";
import type { CauseHit } from "../../src/model/finding.ts";
import { hasBlank } from "../../src/model/remedy.ts";
import type { SystemState } from "../../src/model/system-state.ts";
import type { Attempt } from "../../src/model/trace.ts";
import type { WhyLog } from "../../src/model/why.ts";
import { predict } from "../../src/predict/predict.ts";
import { ownersOf } from "../../src/system/lookup/owner.ts";
import { parseState } from "../../src/system/parse.ts";
import { typed as ping } from "../attempts.ts";

const root = join(import.meta.dirname, "../../fixtures");
const names = readdirSync(root).filter((name) => existsSync(join(root, name, "state.json.gz")));

function stateOf(name: string): SystemState {
  return parseState(JSON.parse(gunzipSync(readFileSync(join(root, name, "state.json.gz"))).toString("utf8")), name)
    .state;
}

interface PrintedFix {
  readonly command: string;
  readonly proof: string;
  readonly edits: readonly Edit[];
  readonly undo: readonly string[];
}

function fixesOf(name: string): PrintedFix[] {
  const report = JSON.parse(readFileSync(join(root, name, "report.json"), "utf8"));
  return report.flows.flatMap((flow: { causes: readonly { fixes: readonly PrintedFix[] }[] }) =>
    flow.causes.flatMap(({ fixes }) => fixes),
  );
}

function repairOf(name: string, attempt: Attempt, most?: number) {
  const state = stateOf(name);
  return searchRepair({ state, trace: predict(state, attempt), causes, budget: walkBudget(most) });
}

function repairedReport(name: string, attempt: Attempt, most?: number) {
  const state = stateOf(name);
  const trace = predict(state, attempt);
  const told = forecast(trace, []).flows[0]?.findings ?? [];
  return withRepair(told, { state, trace, causes, budget: walkBudget(most), why: null });
}

// Of all fixes of all causes of all flows, proven or not.
describe("what is printed as a fix", () => {
  it.each(names)("%s", (name) => {
    const state = stateOf(name);
    for (const { command, edits, proof } of fixesOf(name)) {
      expect(hasBlank(withoutNames(command, state)), command).toBe(false);
      expect(command).not.toMatch(/\b(?:show|list|tcpdump|route get|arping|ethtool|conntrack)\b/);
      expect(command).not.toMatch(/\bflush\b|\biptables\S* (?:-t \S+ )?-[FP]\b|policy accept/);
      // What no kind of edit stands for is never called proven.
      if (proof !== "unproven") expect(edits.length + Number(/^sleep \d+$/.test(command)), command).toBeGreaterThan(0);
      for (const edit of edits) {
        expect(edit.kind === "policy" && edit.policy === "accept", command).toBe(false);
        if (edit.kind !== "address" || edit.verb === "del") continue;
        const owners = ownersOf(state, parseIpv4(edit.address.split("/")[0] as string) as Ipv4);
        expect(owners.filter(({ netns }) => netns !== edit.netns)).toEqual([]);
        // One that a walk has not proven is not given to anybody.
        expect(["answered", "harm-unchecked", "further"], command).toContain(proof);
      }
    }
  });

  it("never stops the ping where it is answered", () => {
    const broken = names.flatMap((name) => {
      const report = JSON.parse(readFileSync(join(root, name, "report.json"), "utf8"));
      return report.flows.flatMap((flow: PrintedFlow) => stopsWhatWorks(stateOf(name), flow).map((one) => [name, one]));
    });
    expect(broken).toEqual([]);
  });
});

// What stands in for a name elsewhere is one where an interface has it.
function withoutNames(command: string, { namespaces }: SystemState): string {
  const held = new Set([...namespaces.values()].flatMap(({ links }) => (links ?? []).map(({ name }) => name)));
  return command
    .split(" ")
    .filter((word) => !held.has(word))
    .join(" ");
}

interface PrintedFlow {
  readonly netns: string | null;
  readonly dst: string;
  readonly kind: string;
  readonly causes: readonly { readonly fixes: readonly PrintedFix[] }[];
}

function stopsWhatWorks(state: SystemState, { netns, dst, kind, causes: told }: PrintedFlow): string[] {
  if (kind !== "ping" || netns === null) return [];
  const asked = ping(netns, dst);
  if (predict(state, asked).disposition.kind !== "answered") return [];
  return told.flatMap(({ fixes }) =>
    fixes.flatMap(({ command, edits }) => {
      if (edits.some((edit) => edit.kind === "question")) return [];
      const after = applyAll(state, edits);
      return after !== null && predict(after, asked).disposition.kind === "stopped" ? [command] : [];
    }),
  );
}

describe("the search", () => {
  it("finds two faults in their order", () => {
    const found = repairOf("veth-other-addresses", ping("", "192.168.2.2", { outInterface: "veth0" }));
    expect(found?.repair?.proof).toBe("answered");
    expect(found?.repair?.edits.map(({ kind }) => kind)).toEqual(["address", "sysctl"]);
  });

  it("puts a rule for exactly these packets in front of the one that drops them", () => {
    const found = repairOf("nft-input-drop", ping("net0", "192.168.2.1"));
    expect(found?.repair?.edits).toMatchObject([
      { verb: "insert", rule: "ip saddr 192.168.2.11 ip daddr 192.168.2.1 icmp type echo-request accept" },
    ]);
  });

  it("gives up where its walks are used up, and says so", () => {
    const found = repairOf("nft-input-drop", ping("net0", "192.168.2.1"), 0);
    expect([found?.repair, found?.endedAfter]).toEqual([null, 0]);
    expect(repairOf("nft-input-drop", ping("net0", "192.168.2.1"))?.endedAfter).toBeNull();
    const { notes } = repairedReport("nft-input-drop", ping("net0", "192.168.2.1"), 0);
    expect(notes.map(({ en }) => en)).toEqual([
      "The search for a fix was ended after 0 walks through the state: there may be one that was not tried.",
    ]);
  });

  it("tells of each set what the walk after it said, and which were refused", () => {
    const why: WhyLog = [];
    const state = stateOf("veth-other-addresses");
    const trace = predict(state, ping("", "192.168.2.2", { outInterface: "veth0" }));
    searchRepair({ state, trace, causes, budget: walkBudget(), why });
    const tried = why.flatMap((one) => (one.kind === "repair" ? [one] : []));
    expect(tried.find(({ verdict }) => verdict === "further")).toMatchObject({
      command: "sudo ip addr add 192.168.2.2/24 dev veth1",
      end: { kind: "stopped", code: "accept-local-off" },
    });
    expect(tried.filter(({ verdict }) => verdict === "chosen")).toMatchObject([{ end: { kind: "answered" } }]);
  });

  it("finds nothing where nobody owns the target, and gives it to nobody outside of every subnet", () => {
    expect(repairOf("gateway-arp-failed", ping("net0", "198.51.100.77"))?.repair).toBeNull();
  });

  it("says that it was not checked for others where the walks do not suffice", () => {
    // One for the walk some minutes later, one for the repair, none for the others.
    expect(repairOf("nft-input-drop", ping("net0", "192.168.2.1"), 1)?.repair?.proof).toBe("harm-unchecked");
  });
});

describe("the cause", () => {
  it("is followed by the faults behind it that the repair needs as well", () => {
    const { findings } = repairedReport("veth-other-addresses", ping("", "192.168.2.2", { outInterface: "veth0" }));
    expect(findings.slice(0, 2).map(({ code }) => code)).toEqual(["arp-no-local-owner", "accept-local-off"]);
  });

  it("is what stopped the packet, though the repair mends a fault that nothing has met yet", () => {
    const state = stateOf("nft-input-drop");
    const trace = predict(state, ping("net0", "192.168.2.1"));
    const told = forecast(trace, []).flows[0]?.findings ?? [];
    const [stop] = told;
    if (trace.disposition.kind !== "stopped" || stop === undefined) throw new Error("it is not stopped");
    const { hit } = trace.disposition;
    const other = { ...hit, code: "icmp-echo-ignore-all" } as const;
    const found = (hits: CauseHit[]) => ({
      repair: { edits: [], effects: [], hits, proof: "answered", next: null } as const,
      single: [],
      useless: new Set<string>(),
      heals: false,
      endedAfter: null,
    });
    const codes = (hits: CauseHit[], alsoAs: CauseHit[] = []) =>
      blamed([stop], found(hits), {
        state,
        trace: { ...trace, disposition: { kind: "stopped", hit, alsoAs } },
        causes,
      }).map(({ code }) => code);
    expect(codes([hit])).toEqual([hit.code]);
    expect(codes([other])).toEqual([hit.code]);
    // The same stop under another name is no other fault.
    expect(codes([other], [other])).toEqual([hit.code]);
  });
});

describe("harm", () => {
  const state = stateOf("router-ok");

  it("is an address that another host has", () => {
    const given: Edit = { kind: "address", netns: "left", verb: "add", address: "10.0.2.2/24", device: "veth0" };
    expect(isHarmful(given, state)).toBe(true);
  });

  it("is an address outside of every subnet of the segment", () => {
    const given: Edit = { kind: "address", netns: "right", verb: "add", address: "8.8.8.8/32", device: "veth3" };
    expect(isHarmful(given, state)).toBe(true);
    expect(isHarmful({ ...given, address: "10.0.2.77/24" }, state)).toBe(false);
  });

  it("is a pair that worked and no longer does", () => {
    const edits: Edit[] = [{ kind: "sysctl", netns: "router", settings: [{ key: "net.ipv4.ip_forward", value: "0" }] }];
    const after = applyAll(state, edits) as SystemState;
    const attempt = ping("left", "10.0.1.254");
    expect(harmToOthers(state, after, { edits, attempt, source: null, budget: walkBudget() })).toBe("breaks");
    expect(harmToOthers(state, state, { edits, attempt, source: null, budget: walkBudget() })).toBe("none");
    expect(harmToOthers(state, after, { edits, attempt, source: null, budget: walkBudget(0) })).toBe("unchecked");
  });
});
