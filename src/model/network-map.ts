// The interfaces that a picture of a case shows, and what each is plugged into. Names and addresses are as in the state.

/** One interface. */
export interface MapPlace {
  readonly netns: string;
  readonly name: string;
  /** veth, bridge, vlan, …; "lo" for loopback; null for plain devices. */
  readonly kind: string | null;
  /** `192.168.2.11/24`. */
  readonly addresses: readonly string[];
  readonly isDown: boolean;
  /** The bridge, bond or VRF that it belongs to. */
  readonly master: string | null;
  /** The other end of its wire, or the device that it stands on. */
  readonly end: { readonly netns: string; readonly name: string; readonly relation: "veth" | "lower" } | null;
  /** It leads to where nothing is known. */
  readonly leadsOut: boolean;
}

/** The part of a state that its pictures need. */
export interface NetworkMap {
  readonly places: readonly MapPlace[];
}
