// Families without a plan: several faults at once, anywhere, in any network.

import { type Family, family } from "../family.ts";
import { anyFault } from "../faults.ts";
import { anyNetwork } from "../networks.ts";

export const severalFamilies: readonly Family[] = [2, 3, 4].map((count) =>
  family(`${count} faults at once`, [anyNetwork], (n, p, r) => {
    for (let i = 0; i < count; i++) anyFault(n, p, r);
  }),
);
