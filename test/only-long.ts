// Tests of one name that `npm test` leaves to `npm run test:long`: those that show more of a kind of which one is in every run.

import { it } from "vitest";

const unregistered = Object.assign(() => {}, { each: () => () => {}, for: () => () => {} });
const nothing: unknown = Object.assign(() => {}, { ...unregistered, concurrent: unregistered });

/** `it` of a test that `npm test` leaves out; a file that is run by its name has it. */
export const longIt = process.env.PKTWHY_LONG === "0" ? (nothing as typeof it) : it;
