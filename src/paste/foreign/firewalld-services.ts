// The commonest services of firewalld (/usr/lib/firewalld/services), by the ports that they open.

const SERVICES: ReadonlyMap<string, string> = new Map([
  ["ssh", "22/tcp"],
  ["http", "80/tcp"],
  ["https", "443/tcp"],
  ["http3", "443/udp"],
  ["dns", "53/tcp 53/udp"],
  ["dhcp", "67/udp"],
  // Of IPv6 only.
  ["dhcpv6-client", ""],
  ["dhcpv6", ""],
  ["mdns", "5353/udp"],
  ["cockpit", "9090/tcp"],
  ["samba", "137/udp 138/udp 139/tcp 445/tcp"],
  ["samba-client", "137/udp 138/udp"],
  ["nfs", "2049/tcp"],
  ["nfs3", "2049/tcp 2049/udp"],
  ["mountd", "20048/tcp 20048/udp"],
  ["rpc-bind", "111/tcp 111/udp"],
  ["mysql", "3306/tcp"],
  ["postgresql", "5432/tcp"],
  ["redis", "6379/tcp"],
  ["mongodb", "27017/tcp"],
  ["elasticsearch", "9200/tcp 9300/tcp"],
  ["ntp", "123/udp"],
  ["smtp", "25/tcp"],
  ["smtps", "465/tcp"],
  ["smtp-submission", "587/tcp"],
  ["imap", "143/tcp"],
  ["imaps", "993/tcp"],
  ["pop3", "110/tcp"],
  ["pop3s", "995/tcp"],
  ["ftp", "21/tcp"],
  ["tftp", "69/udp"],
  ["telnet", "23/tcp"],
  ["ldap", "389/tcp"],
  ["ldaps", "636/tcp"],
  ["vnc-server", "5900-5903/tcp"],
  ["rdp", "3389/tcp 3389/udp"],
  ["snmp", "161/tcp 161/udp"],
  ["syslog", "514/udp"],
  ["ipp", "631/tcp 631/udp"],
  ["ipp-client", "631/udp"],
  ["squid", "3128/tcp"],
  ["wireguard", "51820/udp"],
  ["openvpn", "1194/udp"],
  ["mosh", "60000-61000/udp"],
  ["prometheus", "9090/tcp"],
  ["grafana", "3000/tcp"],
  ["docker-registry", "5000/tcp"],
  ["kube-apiserver", "6443/tcp"],
  ["kubelet", "10250/tcp"],
  ["etcd-client", "2379/tcp"],
  ["etcd-server", "2380/tcp"],
  ["iscsi-target", "3260/tcp"],
]);

/** What the rules of a service match; null of one that is not known. */
export function portsOfService(name: string): readonly string[] | null {
  const known = SERVICES.get(name);
  if (known === undefined) return null;
  return known.split(" ").flatMap((word) => {
    const [port = "", protocol = ""] = word.split("/");
    return port === "" ? [] : [`${protocol} dport ${port}`];
  });
}
