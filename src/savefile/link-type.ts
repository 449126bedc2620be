// Link types by the numbers that savefiles use (https://www.tcpdump.org/linktypes.html).

import type { LinkType, RareLinkType } from "../model/vantage.ts";

const RARE: Readonly<Record<RareLinkType, number>> = {
  SLIP: 8,
  PPP: 9,
  ATM_RFC1483: 11,
  PPP_HDLC: 50,
  PPP_ETHER: 51,
  C_HDLC: 104,
  IEEE802_11: 105,
  ENC: 109,
  PFLOG: 117,
  PRISM_HEADER: 119,
  IEEE802_11_RADIOTAP: 127,
  IEEE802_11_AVS: 163,
  PPP_PPPD: 166,
  PPI: 192,
  PPP_WITH_DIR: 204,
  C_HDLC_WITH_DIR: 205,
  MPLS: 219,
  NFLOG: 239,
  PKTAP: 258,
};
const RARE_BY_NUMBER = new Map<number, RareLinkType>();
for (const [name, number] of Object.entries(RARE)) RARE_BY_NUMBER.set(number, name as RareLinkType);

/** Names of link types that are counted and not decoded, for saying what a capture is of. */
const REFUSED: ReadonlyMap<number, string> = new Map([
  [6, "IEEE802_5 (Token Ring)"],
  [7, "ARCNET_BSD"],
  [10, "FDDI"],
  [107, "FRELAY (Frame Relay)"],
  [114, "LTALK"],
  [122, "IP_OVER_FC (Fibre Channel)"],
  [123, "SUNATM"],
  [129, "ARCNET_LINUX"],
  [138, "APPLE_IP_OVER_IEEE1394"],
  [140, "MTP2 (SS7)"],
  [141, "MTP3 (SS7)"],
  [143, "DOCSIS"],
  [144, "LINUX_IRDA"],
  [147, "USER0"],
  [165, "BACNET_MS_TP"],
  [177, "LINUX_LAPD"],
  [186, "USB_FREEBSD"],
  [187, "BLUETOOTH_HCI_H4"],
  [189, "USB_LINUX"],
  [190, "CAN20B"],
  [195, "IEEE802_15_4_WITHFCS"],
  [201, "BLUETOOTH_HCI_H4_WITH_PHDR"],
  [206, "FRELAY_WITH_DIR"],
  [209, "IPMB_LINUX"],
  [215, "IEEE802_15_4_NONASK_PHY"],
  [220, "USB_LINUX_MMAPPED"],
  [224, "FC_2 (Fibre Channel)"],
  [226, "IPNET"],
  [227, "CAN_SOCKETCAN"],
  [230, "IEEE802_15_4_NOFCS"],
  [231, "DBUS"],
  [235, "DVB_CI"],
  [240, "NETANALYZER"],
  [242, "IPOIB (InfiniBand)"],
  [243, "MPEG_2_TS"],
  [247, "INFINIBAND"],
  [248, "SCTP"],
  [249, "USBPCAP"],
  [250, "RTAC_SERIAL"],
  [251, "BLUETOOTH_LE_LL"],
  [253, "NETLINK"],
  [254, "BLUETOOTH_LINUX_MONITOR"],
  [256, "BLUETOOTH_LE_LL_WITH_PHDR"],
  [257, "PROFIBUS_DL"],
  [264, "ISO_14443"],
  [266, "USB_DARWIN"],
  [270, "LORATAP"],
  [271, "VSOCK"],
  [272, "NORDIC_BLE"],
  [274, "ETHERNET_MPACKET"],
  [283, "IEEE802_15_4_TAP"],
  [288, "USB_2_0"],
]);

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
      return RARE_BY_NUMBER.get(number) ?? { unknown: number };
  }
}

/** The name of a link type that nobody here decodes; null where it is not known either. */
export function refusedName(number: number): string | null {
  return REFUSED.get(number) ?? null;
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
    default:
      return RARE[linkType];
  }
}
