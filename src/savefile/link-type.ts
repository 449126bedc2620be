// Link types by the numbers that savefiles use (https://www.tcpdump.org/linktypes.html).

import type { LinkType } from "../model/vantage.ts";

/** The link type of a LINKTYPE_ number; numbers nobody here decodes survive as themselves. */
export function linkTypeOf(number: number): LinkType {
  switch (number) {
    case 0:
      return "NULL";
    case 1:
      return "EN10MB";
    // LINKTYPE_RAW is 101; 12 and 14 are DLT_RAW of Linux and of OpenBSD, which old writers put into files.
    case 12:
    case 14:
    case 101:
    // LINKTYPE_IPV4 and LINKTYPE_IPV6: raw IP whose version is known beforehand.
    case 228:
    case 229:
      return "RAW";
    case 108:
      return "LOOP";
    case 113:
      return "LINUX_SLL";
    case 276:
      return "LINUX_SLL2";
    default:
      return { unknown: number };
  }
}

/** The number that a savefile uses for a link type; pasted text has none and throws. */
export function linkTypeNumber(linkType: LinkType): number {
  if (typeof linkType === "object") return linkType.unknown;
  switch (linkType) {
    case "NULL":
      return 0;
    case "EN10MB":
      return 1;
    case "RAW":
      return 101;
    case "LOOP":
      return 108;
    case "LINUX_SLL":
      return 113;
    case "LINUX_SLL2":
      return 276;
    case "TEXT":
      throw new Error("pasted text has no link type number");
  }
}
