// Files that configure interfaces, pasted beside listings: what they say is told as configured, and never taken for state.

import { describe, expect, it, test } from "vitest";
import { readPaste } from "../../src/paste/read.ts";
import { stateFromText } from "../../src/paste/state/replay.ts";

function notesOf(pasted: string): string[] {
  return stateFromText(readPaste(pasted, "paste").state).notes.map(({ en }) => en);
}

const SHOWN = `$ ip addr
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN
    inet 127.0.0.1/8 scope host lo
2: enp3s0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP
    inet 10.7.0.5/24 scope global enp3s0
$ ip route
10.7.0.0/24 dev enp3s0 proto kernel scope link src 10.7.0.5
`;

const INTERFACES = `$ cat /etc/network/interfaces
auto vmbr0
iface vmbr0 inet static
    address 10.7.0.5/24
    gateway 10.7.0.1
    bridge_ports enp4s0
    bridge-stp off
`;

const NETPLAN = `network:
  version: 2
  ethernets:
    enp3s0:
      dhcp4: no
      addresses: [10.7.0.6/24]
      routes:
        - to: default
          via: 10.9.0.1
      nameservers:
        addresses:
          - 1.1.1.1
`;

const IFCFG = `# cat ifcfg-enp3s0
TYPE=Ethernet
BOOTPROTO=none
DEVICE=enp3s0
IPADDR=10.7.0.5
NETMASK=255.255.0.0
`;

const NETWORKD = `$ cat /etc/systemd/network/10-lan.network
[Match]
Name=enp3s0

[Network]
Address=10.7.0.5/24
Gateway=10.7.0.1
`;

const OPENWRT = `config interface 'lan'
	option device 'br-lan'
	option proto 'static'
	option ipaddr '10.7.0.1'
	option netmask '255.255.255.0'

config device
	option name 'br-lan'
	option type 'bridge'
	list ports 'lan1'
`;

describe("what is configured, held against what was shown", () => {
  const gone = "the interfaces listed have no";

  it.each([
    [
      "interfaces(5)",
      INTERFACES + SHOWN,
      [`(line 3) configures vmbr0, and ${gone} vmbr0; enp3s0 is listed and configured nowhere.`],
    ],
    [
      "a port that is not there",
      `${INTERFACES}${SHOWN.replaceAll("enp3s0", "vmbr0")}`,
      [
        `(line 6) makes enp4s0 a port of vmbr0, and ${gone} enp4s0.`,
        "(line 5) gives vmbr0 the gateway 10.7.0.1, and the routes listed have no default route by it.",
      ],
    ],
    [
      "netplan",
      NETPLAN + SHOWN,
      [
        "(line 9) gives enp3s0 the gateway 10.9.0.1, which is on none of its subnets (10.7.0.0/24): the kernel refuses such a route.",
        "(line 6) gives enp3s0 10.7.0.6/24, and enp3s0 is shown without it.",
      ],
    ],
    [
      "ifcfg",
      IFCFG + SHOWN,
      [
        "(line 5) gives enp3s0 10.7.0.5/16, and it is shown with /24.",
        "(line 2) gives enp3s0 an address and no gateway: without one there is no default route.",
      ],
    ],
    [
      "systemd-networkd",
      NETWORKD + SHOWN,
      ["(line 7) gives enp3s0 the gateway 10.7.0.1, and the routes listed have no default route by it."],
    ],
    [
      "OpenWrt",
      OPENWRT + SHOWN,
      [`(line 1) configures br-lan, and ${gone} br-lan; enp3s0 is listed and configured nowhere.`],
    ],
  ])("%s", (_, pasted, said) => {
    expect(notesOf(pasted).map((note) => note.slice(note.indexOf("(line")))).toEqual(said);
  });

  it("says so where nothing differs, and where nothing was shown", () => {
    const fits = `${NETWORKD}${SHOWN}default via 10.7.0.1 dev enp3s0\n`;
    expect(notesOf(fits)).toEqual([
      "enp3s0.network: read as what is configured, not as what is in force; nothing shown contradicts it.",
    ]);
    expect(notesOf(NETWORKD)).toHaveLength(1);
    expect(notesOf(SHOWN)).toEqual([]);
  });

  test.each([INTERFACES, NETPLAN, IFCFG, NETWORKD, OPENWRT])("none of it is state, and every line is read", (file) => {
    const { state, unknown } = stateFromText(readPaste(file, "paste").state);
    expect(unknown).toEqual([]);
    expect([...(state?.namespaces.values() ?? [])].flatMap(({ addresses }) => addresses ?? [])).toEqual([]);
  });
});
