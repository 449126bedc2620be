// Who keeps what a host is told beyond a reboot.

/** Who keeps a host's network and its firewall rules over a reboot. */
export interface Manager {
  readonly network: "networkd" | "NetworkManager" | "netplan" | "ifupdown" | null;
  readonly rules: "nftables" | "iptables-persistent" | "ufw" | "firewalld" | null;
  /** Programs that write firewall rules of their own (Docker, kube-proxy). */
  readonly writers?: readonly string[];
}
