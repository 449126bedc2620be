// Ports from one to another, as rules name them, or as one of which a kernel chooses.

/** First and last; the same where it is one port. */
export interface PortRange {
  readonly start: number;
  readonly end: number;
}
