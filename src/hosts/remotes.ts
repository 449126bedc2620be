// Names of what may collect on another host; apart, so that help needs no more than them.

/** What may collect there. */
export const REMOTES = ["plain", "node", "pktwhy"] as const;
export type Remote = (typeof REMOTES)[number];
/** The command that collects there, where pktwhy is installed. */
export const FAR_SIDE = "far-side";
/** What says on the other side that orders are read from now on. */
export const READY = "PKTWHY-READY\n";
