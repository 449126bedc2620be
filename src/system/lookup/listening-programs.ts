// Programs that hold packet or raw sockets on ordinary hosts and never answer for an address: they capture, ask for a
// lease, announce a neighbour of the link, speak a routing protocol. By the name that the kernel shows, at most 15 bytes long.

const CAPTURE = ["pktwhy", "tcpdump", "dumpcap", "tshark", "wireshark", "termshark", "ngrep", "tcpflow", "sngrep"];
const WATCH = [
  "suricata",
  "Suricata-Main",
  "snort",
  "zeek",
  "ntopng",
  "softflowd",
  "iftop",
  "nethogs",
  "bandwhich",
].concat(["arpwatch", "p0f", "vnstatd", "fprobe"]);
const LEASE = ["dhclient", "dhcpcd", "udhcpc", "systemd-network", "NetworkManager", "connmand", "wickedd-dhcp4"].concat(
  ["dhcpd", "kea-dhcp4", "dnsmasq", "avahi-autoipd"],
);
const LINK = ["lldpd", "lldpad", "wpa_supplicant", "hostapd", "iwd", "pppoe", "pppoe-discovery", "mstpd", "teamd"];
const ROUTING = ["keepalived", "bird", "zebra", "ospfd", "isisd", "ospf6d", "pimd", "eigrpd", "igmpproxy", "vrrpd"];
const ASK = ["ping", "fping", "arping", "arp-scan", "nmap", "traceroute", "mtr", "mtr-packet", "hping3", "smokeping"];

const LISTENS_ONLY = new Set([...CAPTURE, ...WATCH, ...LEASE, ...LINK, ...ROUTING, ...ASK]);

/** Whether a program of this name is known to answer nothing by itself; one that nobody could see is not. */
export function onlyListens(program: string | null): boolean {
  return program !== null && LISTENS_ONLY.has(program);
}
