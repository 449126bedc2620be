// What of the tools' output the walk reads, what it may pass over and why, and what opens it: each attribute once. A test
// holds this against everything that the tools printed in the recorded states.

import { ownValue } from "../model/own-value.ts";
import type { Fields } from "./parse/shape.ts";

/** One kind of object, by the attributes that its tool prints. */
interface Attributes {
  readonly read: readonly string[];
  /** By the reason why they change nothing for a ping. */
  readonly harmless: Readonly<Record<string, readonly string[]>>;
  /** They can drop, divert or change packets, and are not read: where one is set, nobody can tell. */
  readonly opens: readonly string[];
}

const NAMES = "a name or a number of the object, nothing that decides";
const SIZES = "how many packets are handled at once";
const IPV6 = "IPv6 only";
const TIMERS = "a clock or count of the spanning tree, whose result (the port's state) is read";
const SNOOPING = "which ports hear a multicast group; no host answers for one by default";
const AGES = "how old the entry is";
const COUNTS = "what has passed, not what will";

const LINK: Attributes = {
  read: ["ifindex", "ifname", "flags", "mtu", "operstate", "group", "link_type", "address", "promiscuity"].concat([
    "master",
    "link",
    "link_index",
    "link_netnsid",
    "link_netns",
    "linkinfo",
    "stats64",
    "stats",
    "xdp",
  ]),
  harmless: {
    "the address of a tunnel's other end, which its own settings tell": ["link_pointtopoint"],
    [NAMES]: ["altnames", "ifalias", "parentbus", "parentdev", "permaddr", "phys_port_name", "phys_switch_id"].concat([
      "phys_port_id",
      "broadcast",
      "linkmode",
      "txqlen",
      "new_netns",
      "new_netnsid",
    ]),
    [SIZES]: ["num_tx_queues", "num_rx_queues", "gso_max_size", "gso_max_segs", "tso_max_size", "tso_max_segs"]
      .concat(["gro_max_size", "gso_ipv4_max_size", "gro_ipv4_max_size", "min_mtu", "max_mtu", "allmulti"])
      .concat(["max_pacing_offload_horizon", "netns-immutable"]),
    [IPV6]: ["inet6_addr_gen_mode", "inet6_token"],
    "its rules are read from tc": ["qdisc"],
    "virtual functions are told by their own links": ["num_vf", "vfinfo_list"],
  },
  opens: ["protodown"],
};

const BRIDGE_PORT: Attributes = {
  read: [
    "state",
    "hairpin",
    "learning",
    "flood",
    "bcast_flood",
    "mcast_flood",
    "neigh_suppress",
    "isolated",
    "locked",
  ].concat(["proxy_arp_wifi"]),
  harmless: {
    [TIMERS]: ["priority", "cost", "guard", "root_block", "id", "no", "designated_port", "designated_cost"]
      .concat(["bridge_id", "root_id", "hold_timer", "message_age_timer", "forward_delay_timer"])
      .concat(["topology_change_ack", "config_pending"]),
    [SNOOPING]: ["fastleave", "multicast_router", "mcast_to_unicast", "mcast_max_groups", "mcast_n_groups"],
    "answers for the port's neighbours are told by neigh_suppress": ["proxy_arp"],
    "frames of the link's own protocols, which no ping is": ["group_fwd_mask", "group_fwd_mask_str"],
    "a backup is used only where the port has no carrier": ["backup_port", "backup_nhid"],
    "tunnels are told by their own links": ["vlan_tunnel", "neigh_vlan_suppress"],
  },
  opens: ["mab"],
};

const BRIDGE: Attributes = {
  read: [
    "stp_state",
    "forward_delay",
    "ageing_time",
    "vlan_filtering",
    "vlan_default_pvid",
    "nf_call_iptables",
    "nf_call_arptables",
  ],
  harmless: {
    [TIMERS]: ["hello_time", "max_age", "priority", "bridge_id", "root_id", "root_port"]
      .concat(["root_path_cost", "topology_change", "topology_change_detected", "hello_timer", "tcn_timer"])
      .concat(["topology_change_timer", "gc_timer"]),
    "the table itself is read": ["no_linklocal_learn", "fdb_n_learned", "fdb_max_learned"],
    "frames of the link's own protocols, which no ping is": ["group_fwd_mask", "group_addr"],
    [SNOOPING]: ["mcast_snooping", "mcast_vlan_snooping", "mcast_router", "mcast_query_use_ifaddr", "mcast_querier"]
      .concat(["mcast_hash_elasticity", "mcast_hash_max", "mcast_last_member_cnt", "mcast_startup_query_cnt"])
      .concat(["mcast_last_member_intvl", "mcast_membership_intvl", "mcast_querier_intvl", "mcast_query_intvl"])
      .concat(["mcast_query_response_intvl", "mcast_startup_query_intvl", "mcast_stats_enabled"])
      .concat(["mcast_igmp_version", "mcast_mld_version"]),
    "counts of VLANs": ["vlan_protocol", "vlan_stats_enabled", "vlan_stats_per_port"],
    [IPV6]: ["nf_call_ip6tables"],
    "database of multicast": ["mdb_offload_fail_notification"],
  },
  opens: [],
};

const CUT = "whether and how the outer packet may be cut or marked";

const TUNNEL: Attributes = {
  read: ["remote", "local", "ttl", "ikey", "okey", "external"],
  harmless: {
    [CUT]: ["pmtudisc", "ignore-df", "tos"],
    "what it carries besides IPv4": ["proto", "6rd-prefix", "6rd-prefixlen"],
    "of a mirror": ["erspan_index", "erspan_ver"],
    "the walk does not go through it, and says so": ["encap", "link", "fwmark", "iseq", "oseq", "icsum", "ocsum"],
  },
  opens: [],
};

/** The table, by what an attribute belongs to. */
export const ATTRIBUTES: Readonly<Record<string, Attributes>> = {
  link: LINK,
  "link.bridge_slave": BRIDGE_PORT,
  "link.bridge": BRIDGE,
  "link.macvlan": {
    read: ["mode"],
    harmless: {
      [SIZES]: ["bcqueuelen", "usedbcqueuelen", "bclim"],
      "of mode source": ["macaddr_count", "macaddr_data"],
    },
    opens: [],
  },
  "link.vlan": {
    read: ["id"],
    harmless: { [NAMES]: ["protocol", "flags"], "priority bits of the tag": ["ingress_qos", "egress_qos"] },
    opens: [],
  },
  "link.bond": {
    read: ["mode", "active_slave", "all_slaves_active"],
    harmless: {
      "how it finds out which slave is fit, whose result (the active one) is read": ["miimon", "updelay", "downdelay"]
        .concat([
          "peer_notify_delay",
          "use_carrier",
          "arp_interval",
          "arp_missed_max",
          "arp_validate",
          "arp_all_targets",
        ])
        .concat(["primary", "primary_reselect", "fail_over_mac", "min_links", "arp_ip_target", "ns_ip6_target"]),
      "what it tells switches": ["resend_igmp", "num_peer_notif", "lp_interval"],
      "which of several it takes; each is a world": ["xmit_hash_policy", "packets_per_slave", "tlb_dynamic_lb"],
      "of its protocol with the switch, whose result (the state of each slave) is read": [
        "ad_lacp_active",
        "ad_lacp_rate",
      ].concat(["ad_select", "ad_info", "ad_actor_sys_prio", "ad_user_port_key", "ad_actor_system", "coupled_control"]),
    },
    opens: [],
  },
  "link.bond_slave": {
    read: ["state", "mii_status"],
    harmless: {
      [COUNTS]: ["link_failure_count"],
      [NAMES]: ["perm_hwaddr"],
      "which slave is taken, whose result is read": ["queue_id", "prio", "ad_aggregator_id"].concat([
        "ad_actor_oper_port_state",
        "ad_actor_oper_port_state_str",
        "ad_partner_oper_port_state",
        "ad_partner_oper_port_state_str",
      ]),
    },
    opens: [],
  },
  "link.vrf": { read: ["table"], harmless: {}, opens: [] },
  "link.vrf_slave": { read: [], harmless: { "what the VRF itself says": ["table"] }, opens: [] },
  "link.gre": TUNNEL,
  "link.gretap": TUNNEL,
  "link.ipip": TUNNEL,
  "link.erspan": TUNNEL,
  "link.sit": TUNNEL,
  "link.vxlan": {
    read: ["id", "remote", "local", "port", "ttl", "group", "external"],
    harmless: {
      [CUT]: ["df", "tos", "flowbase", "label"],
      "the table itself is read": ["learning", "ageing", "l2miss", "l3miss", "limit", "localbypass", "vnifilter"],
      "source ports of its packets": ["port_range"],
      "checksums are right where it makes them": ["udp_csum", "udp_zero_csum6_tx", "udp_zero_csum6_rx"],
    },
    opens: [],
  },
  "link.ipvlan": {
    read: [],
    harmless: { "the walk does not go through it, and says so": ["mode", "bridge"].concat(["private", "vepa"]) },
    opens: [],
  },
  // `ip addr` repeats what `ip link` says.
  addr: { ...LINK, read: [...LINK.read, "addr_info"] },
  "addr.addr_info": {
    read: [
      "family",
      "local",
      "prefixlen",
      "address",
      "broadcast",
      "scope",
      "secondary",
      "noprefixroute",
      "autojoin",
      "label",
    ],
    harmless: {
      [AGES]: ["valid_life_time", "preferred_life_time", "dynamic", "deprecated"],
      [IPV6]: ["tentative", "nodad", "dadfailed", "mngtmpaddr", "temporary", "home", "optimistic"].concat([
        "stable-privacy",
        "protocol",
      ]),
      "of routes that carry a metric themselves": ["metric"],
    },
    opens: [],
  },
  route: {
    read: ["type", "dst", "dev", "table", "protocol", "scope", "prefsrc", "flags", "gateway", "via", "nexthops"].concat(
      ["metric", "metrics", "tos", "nhid", "mtu", "cache"],
    ),
    harmless: {
      [IPV6]: ["pref", "from"],
      [AGES]: ["expires", "used", "age"],
      "the error follows from the type": ["error"],
      "what the listing of nexthop objects says, once more": ["nh_info"],
      "counts by realm": ["realms", "realm"],
    },
    opens: ["encap", "mfc_stats"],
  },
  "route.metrics": {
    read: ["mtu", "hoplimit"],
    harmless: {
      "TCP only": ["advmss", "rtt", "rttvar", "window", "cwnd", "initcwnd", "initrwnd", "quickack", "ssthresh"].concat([
        "rto_min",
        "congctl",
        "features",
        "reordering",
        "fastopen_no_cookie",
        "congestion",
      ]),
      "the mtu that is locked is read": ["lock", "mtu_lock", "flags"],
    },
    opens: [],
  },
  "route.nexthops": {
    read: ["gateway", "via", "dev", "weight", "flags"],
    harmless: { "counts by realm": ["realms"] },
    opens: ["encap"],
  },
  rule: {
    read: ["priority", "not", "src", "srclen", "dst", "dstlen", "iif", "oif", "iif_detached", "oif_detached", "table"]
      .concat(["fwmark", "fwmask", "tos", "dscp", "uid_start", "uid_end", "ipproto", "sport", "dport", "sport_start"])
      .concat(["sport_end", "dport_start", "dport_end", "tun_id", "l3mdev", "action", "goto", "nop"])
      .concat(["suppress_prefixlen", "suppress_ifgroup"]),
    harmless: { [NAMES]: ["protocol", "unresolved"], "counts by realm": ["flow_from", "flow_to"] },
    opens: ["sport_mask", "dport_mask", "dscp_mask", "nat_gateway"],
  },
  neigh: {
    read: ["dst", "dev", "lladdr", "state", "proxy"],
    harmless: {
      [AGES]: ["used", "confirmed", "updated", "refcnt", "probes"],
      "who keeps it": ["router", "extern_learn", "offload", "managed", "protocol", "extern_valid"],
    },
    opens: [],
  },
  qdisc: {
    read: ["kind", "dev", "options", "drops"],
    harmless: {
      [NAMES]: ["handle", "root", "parent", "refcnt", "ingress_block", "egress_block", "offloaded"],
      [COUNTS]: ["bytes", "packets", "overlimits", "requeues", "backlog", "qlen"].concat([
        "maxpacket",
        "drop_overlimit",
        "new_flow_count",
        "ecn_mark",
        "new_flows_len",
        "old_flows_len",
      ]),
    },
    opens: [],
  },
  filter: {
    read: ["kind", "protocol", "options"],
    harmless: { "in which order they are asked": ["pref", "chain", "parent"] },
    opens: [],
  },
};

/** The first attribute of an object that is set and that opens the walk; null where there is none. */
export function unreadAttribute(part: string, fields: Fields): string | null {
  const found = ownValue(ATTRIBUTES, part)?.opens.find(
    (name) => Object.hasOwn(fields, name) && ownValue(fields, name) !== false,
  );
  return found ?? null;
}
