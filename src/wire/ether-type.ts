// EtherType numbers (IEEE 802 numbers, linux/if_ether.h) that decide which layer follows a link header.

export const ETHERTYPE_IPV4 = 0x0800;
export const ETHERTYPE_ARP = 0x0806;
export const ETHERTYPE_IPV6 = 0x86dd;
/** A whole Ethernet frame (ETH_P_TEB), as in GRE and GENEVE. */
export const ETHERTYPE_ETHERNET = 0x6558;
/** MPLS, and its number for multicast before RFC 5332. */
export const ETHERTYPE_MPLS = 0x8847;
export const ETHERTYPE_MPLS_MULTICAST = 0x8848;
export const ETHERTYPE_PPPOE_SESSION = 0x8864;
/** Frames that are encrypted or carry others, and are only counted: MACsec, MAC-in-MAC (802.1ah), NSH. */
export const ETHERTYPE_MACSEC = 0x88e5;
export const ETHERTYPE_PBB = 0x88e7;
export const ETHERTYPE_NSH = 0x894f;

/** Below this the field is an 802.3 length (eth_proto_is_802_3: ETH_P_802_3_MIN). */
export const ETHERTYPE_MIN = 0x0600;

/** 802.1Q, 802.1ad, and the tag number that bridges used for stacked tags before 802.1ad. */
export function isVlanTag(etherType: number): boolean {
  return etherType === 0x8100 || etherType === 0x88a8 || etherType === 0x9100;
}
