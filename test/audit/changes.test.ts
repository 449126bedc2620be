// What counts as a difference between two states: a MAC address does, a port that the kernel disabled by itself does not.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { setUp } from "../../src/edits/kernel/carrier.ts";
import { changesBetween } from "../../src/explain/since/changes.ts";
import { parseMac } from "../../src/model/address.ts";
import type { Link, SystemState } from "../../src/model/system-state.ts";
import { parseState } from "../../src/system/parse.ts";

const file = join(import.meta.dirname, "../../fixtures/bridge-port-isolated/state.json.gz");
const { state } = parseState(JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")), file);

const [bridgeKey, bridgeNs] = [...state.namespaces].find(([, ns]) => (ns.bridge?.ports ?? []).length > 0) ?? [];
const [port] = bridgeNs?.bridge?.ports ?? [];

function withLink(name: string, change: (link: Link) => Link): SystemState {
  const ns = state.namespaces.get(bridgeKey as string) as NonNullable<typeof bridgeNs>;
  const links = ns.links?.map((link) => (link.name === name ? change(link) : link));
  return { ...state, namespaces: new Map([...state.namespaces, [ns.key, { ...ns, links }]]) };
}

test("another MAC address of an interface is told with both", () => {
  const name = port?.interface as string;
  const mac = parseMac("02:00:00:00:00:99");
  const [change, ...others] = changesBetween(
    state,
    withLink(name, (link) => ({ ...link, mac })),
  );
  expect(others).toEqual([]);
  expect([change?.part, change?.device, change?.follows]).toEqual(["link", name, false]);
  expect(change?.text.en).toMatch(/link\/ether \S+ is now .*link\/ether 02:00:00:00:00:99$/);
});

test("ports of a bridge that is down follow from the bridge", () => {
  const changes = changesBetween(
    state,
    setUp(state, { netns: bridgeKey as string, name: port?.bridge as string }, false),
  );
  const ports = changes.filter(({ part, text }) => part === "bridge" && text.en.includes("state disabled"));
  expect(ports.length).toBeGreaterThan(0);
  for (const { follows } of ports) expect(follows).toBe(true);
  expect(changes.some(({ part, device, follows }) => part === "link" && device === port?.bridge && !follows)).toBe(
    true,
  );
});

test("a port that somebody disabled is a difference", () => {
  const ns = state.namespaces.get(bridgeKey as string) as NonNullable<typeof bridgeNs>;
  const bridge = ns.bridge && {
    ...ns.bridge,
    ports: ns.bridge.ports?.map((one) =>
      one === port ? { ...one, state: "disabled", line: one.line.replace(/state \S+/, "state disabled") } : one,
    ),
  };
  const namespaces = new Map([...state.namespaces, [ns.key, { ...ns, bridge }]]);
  expect(changesBetween(state, { ...state, namespaces }).map(({ follows }) => follows)).toEqual([false]);
});
