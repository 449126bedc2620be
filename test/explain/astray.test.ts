// A packet that comes to a host which is neither its target nor a router: whoever sent it there is told, and what sends it right.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { replayed } from "../../src/case/moments/replay.ts";
import { forecast } from "../../src/case/predict-report.ts";
import { causes } from "../../src/causes/registry.ts";
import { assumedBy } from "../../src/edits/assumed.ts";
import { applyAll, command } from "../../src/edits/edits.ts";
import { walkBudget } from "../../src/explain/repair/budget.ts";
import { searchRepair } from "../../src/explain/repair/search.ts";
import type { Edit } from "../../src/model/edit.ts";
import type { SystemState } from "../../src/model/system-state.ts";
import type { Attempt } from "../../src/model/trace.ts";
import { predict, predictPaths } from "../../src/predict/predict.ts";
import { parseState } from "../../src/system/parse.ts";
import { typed as ping } from "../attempts.ts";

function stateOf(name: string): SystemState {
  const file = join(import.meta.dirname, "../../fixtures", name, "state.json.gz");
  return parseState(JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")), name).state;
}

function edited(name: string, edits: readonly Edit[]): SystemState {
  const state = applyAll(stateOf(name), edits);
  if (state === null) throw new Error("the kernel would refuse them");
  return state;
}

const findingsOf = (state: SystemState, attempt: Attempt) =>
  forecast(predict(state, attempt, assumedBy(causes)), [], state).flows[0]?.findings ?? [];

const asked = ping("left", "10.0.2.2");

it("a router's route that leads the reply back to the target itself is replaced; the target is made no router", () => {
  const state = edited("router-ok", [
    { kind: "route", netns: "router", verb: "add", destination: "10.0.1.0/25", via: "10.0.2.2" },
  ]);
  const [first, ...others] = findingsOf(state, asked);
  expect(first).toMatchObject({ code: "ip-forward-off", netns: "right", facts: { sender: "router" } });
  expect(first?.headline.en).toContain("which is no router: router sends it what is for 10.0.1.1");
  expect(first?.fixes[0]).toMatchObject({ proof: "answered" });
  expect(first?.fixes[0]?.command).toBe("sudo ip netns exec router ip route add 10.0.1.1/32 dev veth1");
  // What would come of its forwarding is no fault of this network.
  expect(others.map(({ code }) => code).filter((code) => code !== "icmp-redirect")).toEqual([]);
  expect(JSON.stringify(first)).not.toContain("sysctl.d");
});

it("a gateway's address on a second host, by an entry that was typed: the sender is told the router's MAC address", () => {
  const other = "02:00:00:00:00:33";
  const state = edited("nat-hairpin", [
    { kind: "link", netns: "net1", device: "br0", mac: "02:00:00:00:00:11" },
    { kind: "address", netns: "net1", verb: "add", address: "10.9.9.1/24", device: "lo" },
    { kind: "link", netns: "net2", device: "veth2", mac: other },
    { kind: "address", netns: "net2", verb: "add", address: "10.0.0.254/24", device: "veth2" },
    {
      kind: "neighbour",
      netns: "net0",
      verb: "replace",
      address: "10.0.0.254",
      mac: other,
      device: "veth0",
      state: "permanent",
    },
  ]);
  const [first] = findingsOf(state, ping("net0", "10.9.9.1"));
  expect(first).toMatchObject({ code: "ip-forward-off", netns: "net2" });
  expect(first?.fixes[0]?.command).toBe(
    "sudo ip netns exec net0 ip neigh replace 10.0.0.254 lladdr 02:00:00:00:00:11 dev veth0 nud permanent",
  );
});

it("an interface that loses its last address loses its routes with it, of which the monitor says nothing", () => {
  const line =
    "[ADDR]Deleted 3: veth3    inet 10.0.2.2/24 scope global veth3\\       valid_lft forever preferred_lft forever";
  const before = stateOf("router-ok");
  const after = replayed(before, { netns: "right", at: 1n, since: 1n, by: "ip monitor", line, read: null });
  const routes = ({ namespaces }: SystemState) =>
    (namespaces.get("right")?.routes ?? []).filter(({ hops }) => hops.some((hop) => hop.interface === "veth3")).length;
  expect(routes(before)).toBeGreaterThan(1);
  expect(routes(after)).toBe(0);
});

it("the same fault at two routers is told twice, in the order in which they are met", () => {
  const state = edited("routing-loop", [
    { kind: "route", netns: "r", verb: "del", destination: "10.0.2.0/24" },
    { kind: "route", netns: "q", verb: "del", destination: "default" },
  ]);
  const [first, second] = findingsOf(state, asked);
  expect([first, second].map((one) => `${one?.code} ${one?.netns}`)).toEqual([
    "forward-no-route r",
    "forward-no-route q",
  ]);
  expect(first?.fixes[0]).toMatchObject({ proof: "answered" });
});

it("a rule that may stop the request and its reply is repaired by an accept for each", () => {
  const file = JSON.parse(
    gunzipSync(readFileSync(join(import.meta.dirname, "../../fixtures/nft-forward-drop/state.json.gz"))).toString(
      "utf8",
    ),
  );
  // Of packets with that option the walk does not know which they are.
  const rules = file.namespaces.router.nft.nftables;
  rules.at(-1).rule.expr = [
    { match: { op: "==", left: { "ip option": { name: "rr" } }, right: true } },
    { drop: null },
  ];
  const { state } = parseState(file, "test");
  const trace = predictPaths(state, asked).find(({ disposition }) => disposition.kind === "stopped");
  const found = trace && searchRepair({ state, trace, causes, budget: walkBudget() });
  expect(trace?.evidence.map(({ text }) => text.en)).toContain("inet filter forward ip option rr exists drop");
  expect(found?.repair?.proof).toBe("answered");
  expect(found?.repair?.edits.map(command).sort()).toEqual([
    "sudo ip netns exec router nft insert rule inet filter forward ip saddr 10.0.1.1 ip daddr 10.0.2.2 icmp type echo-request accept",
    "sudo ip netns exec router nft insert rule inet filter forward ip saddr 10.0.2.2 ip daddr 10.0.1.1 icmp type echo-reply accept",
  ]);
});
