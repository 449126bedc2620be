// Every link type that few captures have.

import type { LinkType, RareLinkType } from "../../src/model/vantage.ts";
import { linkTypeOf } from "../../src/savefile/link-type.ts";

const COMMON: readonly LinkType[] = ["NULL", "EN10MB", "RAW", "LOOP", "LINUX_SLL", "LINUX_SLL2"];

function isRare(linkType: LinkType): linkType is RareLinkType {
  return typeof linkType === "string" && !COMMON.includes(linkType);
}

export const RARE_LINK_TYPES: readonly RareLinkType[] = Array.from({ length: 300 }, (_, n) => linkTypeOf(n)).filter(
  isRare,
);
