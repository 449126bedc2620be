// What goes wrong with JSON that somebody edited or invented: wrong types, lost and doubled parts, absurd numbers and names.

import { putOwn } from "../../src/model/own-value.ts";
import { hostileWords, withHostileWords } from "./hostile-words.ts";
import type { Random } from "./random.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const ODD: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  32,
  33,
  255,
  256,
  0.5,
  1e308,
  -1e308,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  "",
  "0",
  "-1",
  "0x10",
  "999999999999999999999",
  "NaN",
  "0.0.0.0",
  "255.255.255.255",
  "127.0.0.1",
  "default",
  "constructor",
  "__proto__",
  "toString",
  "192.168.2.1/33",
  "::1",
  "ff:ff:ff:ff:ff:ff",
  "lo",
  [],
  {},
  [[]],
  [null],
  [{}],
  { "": null },
  // Own keys, as JSON.parse makes them.
  JSON.parse('{"__proto__":{"x":1},"constructor":1,"toString":"x","length":-1}'),
];

/** A copy with one to six things wrong. */
export function damagedJson(value: unknown, random: Random): unknown {
  const copy = structuredClone(value) as Json;
  for (let left = 1 + random.below(6); left > 0; left--) once(copy, random);
  return random.chance(0.005) ? random.pick(ODD) : copy;
}

// Walks down to a place at random, as likely near the top as far below.
function once(root: Json, random: Random): void {
  let at = root;
  for (;;) {
    if (typeof at !== "object" || at === null) return;
    const keys = Object.keys(at);
    if (keys.length === 0) return;
    const key = random.pick(keys);
    const holder = at as Record<string, Json>;
    const below = holder[key] as Json;
    if (typeof below === "object" && below !== null && random.chance(0.9)) {
      at = below;
      continue;
    }
    damage(holder, key, below, random);
    return;
  }
}

function damage(holder: Record<string, Json>, key: string, below: Json, random: Random): void {
  const list = Array.isArray(holder) ? holder : null;
  switch (random.below(8)) {
    case 0:
    case 1:
      holder[key] = structuredClone(random.pick(ODD));
      return;
    case 2:
      if (list) list.splice(Number(key), 1);
      else delete holder[key];
      return;
    case 3:
      if (list) list.push(structuredClone(below));
      else putOwn(holder, hostileWords(random), structuredClone(below));
      return;
    case 4: {
      const other = random.pick(Object.keys(holder));
      [holder[key], holder[other]] = [holder[other] as Json, below];
      return;
    }
    case 5:
      holder[key] = random.chance(0.5) ? [below] : { [key]: below };
      return;
    case 6:
      if (typeof below === "number") holder[key] = below + random.below(7) - 3;
      else if (typeof below === "string") holder[key] = withHostileWords(below, random);
      else holder[key] = JSON.stringify(below);
      return;
    default: {
      // A digit that changes makes another address, mask, index or number.
      if (typeof below !== "string") return;
      const place = random.below(below.length + 1);
      holder[key] =
        below.slice(0, place) + random.pick(["0", "1", "9", ".", "/", " ", "-", "x"]) + below.slice(place + 1);
    }
  }
}
