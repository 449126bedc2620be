// Every attribute that the tools printed in the recorded states is read, harmless for a reason, or opens the walk.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { ATTRIBUTES, unreadAttribute } from "../../src/system/attributes.ts";

type Fields = Record<string, unknown>;

const root = new URL("../../fixtures", import.meta.url).pathname;
const states = readdirSync(root).flatMap((name) =>
  ["state.json.gz", "state.after.json.gz", "state.json"].map((file) => join(root, name, file)).filter(existsSync),
);

function read(path: string): { namespaces: Record<string, Fields> } {
  const bytes = readFileSync(path);
  return JSON.parse(path.endsWith(".gz") ? gunzipSync(bytes).toString() : bytes.toString());
}

const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value : []);
const fieldsOf = (value: unknown): Fields => (value ?? {}) as Fields;

function objectsOf(ns: Fields): (readonly [string, Fields])[] {
  const plain = ["link", "addr", "route", "rule", "neigh", "qdisc"].flatMap((part) =>
    listOf(ns[part]).map((one) => [part, one] as const),
  );
  const links = listOf(ns.link).flatMap((link) => {
    const info = fieldsOf(link.linkinfo);
    return [
      [`link.${info.info_kind}`, fieldsOf(info.info_data)] as const,
      [`link.${info.info_slave_kind}_slave`, fieldsOf(info.info_slave_data)] as const,
    ];
  });
  const inner = (part: string, key: string) =>
    listOf(ns[part]).flatMap((one) => listOf(one[key]).map((each) => [`${part}.${key}`, each] as const));
  const filters = Object.values(fieldsOf(ns.filter)).flatMap((hooks) =>
    Object.values(fieldsOf(hooks)).flatMap((list) => listOf(list).map((one) => ["filter", one] as const)),
  );
  const nested = [inner("addr", "addr_info"), inner("route", "metrics"), inner("route", "nexthops")].flat();
  return [...plain, ...links, ...nested, ...filters];
}

test("the table knows every attribute that was printed", () => {
  const strangers = new Set<string>();
  for (const path of states)
    for (const ns of Object.values(read(path).namespaces))
      for (const [part, fields] of objectsOf(ns)) {
        const known = ATTRIBUTES[part];
        const names = new Set([
          ...(known?.read ?? []),
          ...Object.values(known?.harmless ?? {}).flat(),
          ...(known?.opens ?? []),
        ]);
        for (const name of Object.keys(fields)) if (!names.has(name)) strangers.add(`${part} ${name}`);
      }
  expect(states.length).toBeGreaterThan(200);
  expect([...strangers]).toEqual([]);
});

test("each attribute stands once", () => {
  for (const { read: own, harmless, opens } of Object.values(ATTRIBUTES)) {
    const all = [...own, ...Object.values(harmless).flat(), ...opens];
    expect(all.filter((name, at) => all.indexOf(name) !== at)).toEqual([]);
  }
});

test("what opens is found where it is set", () => {
  expect(unreadAttribute("route", { dst: "default", encap: "mpls" })).toBe("encap");
  expect(unreadAttribute("link", { ifname: "veth0", protodown: false })).toBeNull();
  expect(unreadAttribute("link", { ifname: "veth0", protodown: true })).toBe("protodown");
});
