// EtherType numbers (IEEE 802 numbers, linux/if_ether.h) that decide which layer follows a link header.

export const ETHERTYPE_IPV4 = 0x0800;
export const ETHERTYPE_ARP = 0x0806;
export const ETHERTYPE_IPV6 = 0x86dd;

/** Below this the field is an 802.3 length (eth_proto_is_802_3: ETH_P_802_3_MIN). */
export const ETHERTYPE_MIN = 0x0600;

/** 802.1Q, 802.1ad, and the tag number that bridges used for stacked tags before 802.1ad. */
export function isVlanTag(etherType: number): boolean {
  return etherType === 0x8100 || etherType === 0x88a8 || etherType === 0x9100;
}
