// What is found by an index is what a search through all of it finds, and a state of tens of thousands takes seconds.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, it } from "vitest";
import { crowdedState } from "../../bench/crowded-state.ts";
import { reportOf } from "../../src/case/read-report.ts";
import { type Ipv4, inPrefix } from "../../src/model/address.ts";
import type { Link, Namespace, Route } from "../../src/model/system-state.ts";
import { LinkIndex } from "../../src/system/lookup/link-index.ts";
import { RouteIndex } from "../../src/system/lookup/route-index.ts";
import { parseState } from "../../src/system/parse.ts";
import { howMany } from "../how-long.ts";

const fixtures = join(import.meta.dirname, "../../fixtures");

function stateOf(name: string): unknown {
  return JSON.parse(gunzipSync(readFileSync(join(fixtures, name, "state.json.gz"))).toString());
}

const some = [...parseState(stateOf("two-namespaces"), "state").state.namespaces.values()].find(
  (ns) => (ns.routes?.length ?? 0) > 0 && (ns.links?.length ?? 0) > 1,
) as Namespace;

it("finds the routes that cover an address, the longest prefix first, as a search does", () => {
  const model = some.routes?.[0] as Route;
  // Few bits, so that prefixes hold each other and many cover one address.
  const address = fc.integer({ min: 0, max: 15 }).map((n) => ((n << 28) | n) >>> 0);
  const route = fc.record({ length: fc.integer({ min: 0, max: 32 }), address, metric: fc.integer({ min: 0, max: 2 }) });
  fc.assert(
    fc.property(fc.array(route, { maxLength: 40 }), address, (given, asked) => {
      const routes = given.map((one, order): Route => {
        const mask = one.length === 0 ? 0 : (-1 << (32 - one.length)) >>> 0;
        const destination = { length: one.length, address: ((one.address & mask) >>> 0) as Ipv4 };
        return { ...model, destination, metric: one.metric, order };
      });
      const found = routes.filter(({ destination }) => inPrefix(asked as Ipv4, destination));
      found.sort((a, b) => b.destination.length - a.destination.length || a.order - b.order);
      expect(RouteIndex.of(routes).covering(asked as Ipv4)).toEqual(found);
    }),
  );
});

it("finds links by name, index, master and kind as a search does", () => {
  const model = some.links?.[0] as Link;
  const link = fc.record({
    name: fc.constantFrom("a", "b", "c", "constructor", "__proto__"),
    index: fc.integer({ min: 1, max: 4 }),
    master: fc.constantFrom(null, "a", "b"),
    kind: fc.constantFrom(null, "veth", "vlan", "vrf"),
    linkIndex: fc.constantFrom(null, 1, 2),
  });
  fc.assert(
    fc.property(fc.array(link, { maxLength: 12 }), (given) => {
      const links = given.map((one): Link => ({ ...model, ...one }));
      const index = LinkIndex.of({ links });
      for (const name of ["a", "b", "c", "constructor", "__proto__", "toString"]) {
        expect(index.named(name)).toBe(links.find((one) => one.name === name));
        expect(index.portsOf(name)).toEqual(links.filter((one) => one.master === name));
      }
      for (const at of [1, 2, 3, 4]) expect(index.at(at)).toEqual(links.filter((one) => one.index === at));
      for (const kind of ["veth", "vlan", "vrf"])
        expect(index.ofKind(kind)).toEqual(links.filter((l) => l.kind === kind));
      const onTop = links.filter((one) => one.kind !== null && one.kind !== "veth" && one.linkIndex !== null);
      expect(index.onTop).toEqual(onTop);
    }),
  );
});

it.each([
  ["links", howMany(5_000, 20_000)],
  ["addresses", howMany(5_000, 20_000)],
  ["routes", howMany(10_000, 50_000)],
  ["neighbours", howMany(10_000, 50_000)],
  ["rules", howMany(1_000, 5_000)],
] as const)(
  "explains a loss, repair and all, by a state with %s × %i in seconds",
  { timeout: 180_000 },
  async (kind, n) => {
    const folder = mkdtempSync(join(tmpdir(), "pktwhy-crowded-"));
    try {
      cpSync(join(fixtures, "rp-filter-strict"), folder, { recursive: true });
      for (const name of ["state", "state.after"]) {
        const file = JSON.parse(gunzipSync(readFileSync(join(folder, `${name}.json.gz`))).toString());
        rmSync(join(folder, `${name}.json.gz`));
        writeFileSync(join(folder, `${name}.json`), JSON.stringify(crowdedState(file, kind, n)));
      }
      const before = process.cpuUsage();
      const { report } = await reportOf([folder]);
      const { user } = process.cpuUsage(before);
      expect(report?.answer?.code).toBe("rp-filter-strict");
      // Of 20,000 addresses that others may ping, 500 are tried after the repair, and that is said.
      const proven = kind === "addresses" ? "harm-unchecked" : "answered";
      expect(report?.flows[0]?.findings[0]?.fixes[0]?.proof).toBe(proven);
      expect(user / 1e6).toBeLessThan(12);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
