// The whole stack: what At hands to the parts of the walk that must not import each other.

import type { Stack } from "./at.ts";
import { arrive, transmit } from "./link/transmit.ts";
import { receive } from "./receive/receive.ts";
import { emit } from "./send/emit.ts";

/** The kernel's two directions, in IP and on the link. */
export const STACK: Stack = { emit, receive, transmit, arrive };
