// What the backend `cap` and its child agree on; apart from both, for the command line names the child at every start.

/** Name of the internal command that is the child. */
export const CAP_CHILD = "live-cap";
/** Variables by which the child is told what to do. */
export const CAP_VARIABLES = { filter: "PKTWHY_CAP_FILTER", buffer: "PKTWHY_CAP_BUFFER" } as const;
