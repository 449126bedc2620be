// Every kind of edit over recorded states: what undo brings back, and what the faces promise.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apply, applyAll, command, cost, EDIT_KINDS, keep, undo } from "../../src/edits/edits.ts";
import { asked } from "../../src/edits/question.ts";
import { settle } from "../../src/edits/settle.ts";
import { type Ipv4, parseIpv4 } from "../../src/model/address.ts";
import type { EditKind } from "../../src/model/edit.ts";
import type { Attempt } from "../../src/model/trace.ts";
import { Dice } from "../system/random-routing.ts";
import { differences } from "./canonical.ts";
import { randomEdit, randomState } from "./random-edits.ts";

const RUNS = 60;

/** Kinds whose undo is not the whole state: a flush and a link that goes down lose what only traffic or hands bring back. */
const LOSES: readonly EditKind[] = ["link", "neighbour", "route-cache", "address", "bridge", "bridge-vlan", "route"];

describe.each(EDIT_KINDS)("%s", (kind) => {
  test("some are taken and change the state or the question; undo is taken too", () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const dice = new Dice(seed);
        const before = randomState(dice, kind);
        const edit = randomEdit(dice, before, kind);
        expect(JSON.parse(JSON.stringify(edit))).toEqual(edit);
        const after = apply(before, edit);
        if (after === null) return;
        taken++;
        const back = undo(edit, before);
        const undone = back && applyAll(after, back);
        if (back !== null && !LOSES.includes(kind))
          expect(undone && differences(before, undone), command(edit)).toEqual([]);
        expect(differences(settle(settle(after)), settle(after))).toEqual([]);
        expect(cost(edit)).toBeGreaterThanOrEqual(0);
        for (const network of ["networkd", "NetworkManager", "netplan", "ifupdown", null] as const) {
          const kept = keep({ ...edit, netns: "" }, { network, rules: null });
          for (const line of kept?.lines ?? []) expect(line).not.toMatch(/undefined|\[object/);
        }
      }),
      { numRuns: RUNS, seed: 1 },
    );
    expect(taken).toBeGreaterThan(0);
  });
});

test("another question is asked of the same system", () => {
  const plain: Attempt = {
    netns: "",
    destination: parseIpv4("10.0.0.2") as Ipv4,
    source: null,
    outInterface: "veth0",
    ttl: null,
    length: 1500,
    dontFragment: true,
    broadcastAllowed: false,
    mark: 0,
    origin: "command",
  };
  const edit = { kind: "question", netns: null, target: "10.0.0.2" } as const;
  expect(asked(plain, { ...edit, bind: null })).toMatchObject({ outInterface: null, source: null, length: 1500 });
  expect(asked(plain, { ...edit, bind: "10.0.0.1" })).toMatchObject({ outInterface: null, source: 0x0a000001 });
  expect(asked(plain, { ...edit, payload: 1372, discovery: "do" })).toMatchObject({
    outInterface: "veth0",
    length: 1400,
  });
  expect(asked(plain, { ...edit, target: "somewhere" })).toBeNull();
  expect(command({ ...edit, bind: "10.0.0.1" })).toBe("sudo ping -I 10.0.0.1 10.0.0.2");
  expect(command({ kind: "question", target: "10.0.0.2", payload: 1372, discovery: "do" })).toBe(
    "ping -M do -s 1372 10.0.0.2",
  );
});
