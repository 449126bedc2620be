// What a file that configures interfaces says of one of them.

import type { PastedLine } from "../clean.ts";

/** A value with the line it stands in. */
export interface Written {
  readonly value: string;
  readonly number: number;
}

/** One interface as a file would have it. */
export interface Configured {
  /** What the file is called. */
  readonly file: string;
  readonly name: string;
  readonly number: number;
  /** With their prefix lengths where the file tells them. */
  readonly addresses: readonly Written[];
  readonly gateways: readonly Written[];
  /** Interfaces that it is to have as bridge ports. */
  readonly ports: readonly Written[];
  /** Whether DHCP may give it more. */
  readonly dynamic: boolean;
}

/** Those of the lines that are such a file's; null where none are. */
export interface ConfiguredRead {
  readonly configured: readonly Configured[];
  /** Lines that are something else. */
  readonly rest: readonly PastedLine[];
}

/** As many interfaces of a file are read. */
export const MOST = 200;
