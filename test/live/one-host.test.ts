// What one host shows, pasted, names the recorded cause; `npm run one-host` counts it over all scenarios (docs/difftest.md).

import { expect, it } from "vitest";
import { howMany } from "../how-long.ts";
import { namedIn, pasteOf, told } from "./one-host-text.ts";
import { whyNoCaptures } from "./run-world.ts";

const FIRST = 5;
const HANDFUL = ["rp-filter-strict", "docker-forward-drop"];
const chosen = told.filter(({ name }) => HANDFUL.includes(name));
const others = told.slice(0, howMany(0, told.length));

it.skipIf(whyNoCaptures() !== null).concurrent.each(chosen.map((one) => [one.name, one] as const))(
  "%s is among the first five",
  async (_name, one) => {
    const { place, named } = await namedIn(await pasteOf(one), one.code);
    expect(place, named.join(" ")).toBeGreaterThanOrEqual(0);
    expect(place, named.join(" ")).toBeLessThan(FIRST);
  },
);

it.skipIf(whyNoCaptures() !== null).concurrent.each(others.map((one) => [one.name, one] as const))(
  "%s is not certain and wrong",
  async (_name, one) => {
    const { place, answer, certain } = await namedIn(await pasteOf(one), one.code);
    expect(certain && place !== 0, answer).toBe(false);
  },
);
