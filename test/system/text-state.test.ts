// State from text: the forms that no kernel here can be asked to print, and what commands may and may not claim.

import { describe, expect, test } from "vitest";
import { formatIpv4 } from "../../src/model/address.ts";
import type { Namespace, SystemState } from "../../src/model/system-state.ts";
import { readPaste } from "../../src/paste/read.ts";
import { stateFromText } from "../../src/paste/state/replay.ts";
import { lookupRoute } from "../../src/system/lookup/route.ts";
import { effectiveSysctl } from "../../src/system/lookup/sysctl.ts";

const replay = (pasted: string) => stateFromText(readPaste(pasted, "paste").state);
function namespace(pasted: string, key = ""): Namespace {
  const found = (replay(pasted).state as SystemState).namespaces.get(key);
  if (!found) throw new Error(`no namespace ${key}`);
  return found;
}
const addresses = (ns: Namespace) =>
  ns.addresses?.map((a) => `${a.interface} ${formatIpv4(a.local)}/${a.prefixLength}`);

describe("what was never said stays unknown", () => {
  test("a paste without state has none", () => {
    expect(replay("hello\n# uname -a\nLinux box\n").state).toBeNull();
    expect(replay("").state).toBeNull();
  });

  test("links alone tell no addresses, addresses no gateway routes, a setting nothing else", () => {
    const links = namespace(
      "$ ip link\n1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT\n",
    );
    expect(links.addresses).toBeUndefined();
    expect(links.routes).toBeUndefined();
    expect(links.replayed).toBe(false);
    const shown = namespace("$ ip -br a\nlo UNKNOWN 127.0.0.1/8\neth0 UP 10.0.0.2/24\n");
    expect(addresses(shown)).toEqual(["lo 127.0.0.1/8", "eth0 10.0.0.2/24"]);
    expect(lookupRoute(shown, { destination: 0x08080808 as never }).kind).toBe("unknown");
    const setting = namespace("$ sysctl net.ipv4.ip_forward\nnet.ipv4.ip_forward = 0\n");
    expect(setting.links).toBeUndefined();
    expect(effectiveSysctl(setting, "rp_filter", "eth0")).toBeUndefined();
  });

  test("one interface shown is not all there are", () => {
    const ns = namespace(
      "$ ip addr show eth0\n2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP\n    inet 10.0.0.2/24 scope global eth0\n",
    );
    expect(ns.replayed).toBe(true);
    const grep = namespace(
      "$ ip link | grep veth\n5: veth0@veth1: <BROADCAST,MULTICAST> mtu 1500 state DOWN\n$ ip addr add 10.0.0.1/24 dev eth0\n",
    );
    expect(grep.missing.get("addr")).toBe("not shown: veth0");
  });

  test("a command that failed changed nothing", () => {
    const pasted =
      '$ ip addr add 10.0.0.1/24 dev veth0\n$ ip link set veth0 netns nowhere\nError: argument "nowhere" is wrong: Invalid "netns" value\n$ ip link add br0 type bridge\nRTNETLINK answers: Operation not permitted\n';
    expect(namespace(pasted).links?.map((l) => l.name)).toEqual(["veth0", "lo"]);
  });

  test("hosts of different prompts are different namespaces; a shell in a namespace stays there until exit", () => {
    const { state } = replay(
      "root@one:~# ip addr add 10.0.0.1/24 dev eth0\nroot@two:~# ip addr add 10.0.0.2/24 dev eth0\n",
    );
    expect([...(state?.namespaces.keys() ?? [])]).toEqual(["one", "two"]);
    const shell = replay(
      "# ip netns exec net1 bash\n# ip addr add 10.0.0.1/24 dev eth0\n# exit\n# ip addr add 10.0.0.2/24 dev eth0\n# docker exec -it web ip addr add 10.0.0.3/24 dev eth0\n",
    );
    expect([...(shell.state?.namespaces ?? [])].map(([key, ns]) => [key, addresses(ns)?.[0]])).toEqual([
      ["net1", "eth0 10.0.0.1/24"],
      ["", "eth0 10.0.0.2/24"],
      ["web", "eth0 10.0.0.3/24"],
    ]);
  });
});

describe("commands", () => {
  test("a bridge in a new namespace, by ip and by brctl, over continued lines and several on one", () => {
    for (const master of ["ip netns exec n ip link set v1 master br0", "ip netns exec n brctl addif br0 v1"]) {
      const ns = namespace(
        `# ip netns add n\n# ip link add v0 type veth \\\n    peer name v1\n# ip link set v1 netns n; ip link set v0 up && ip -n n link set v1 up\n# ip netns exec n brctl addbr br0\n# ${master}\n# ip -n n link set br0 up\n`,
        "n",
      );
      expect(ns.links?.map((l) => `${l.name} ${l.kind} ${l.operstate} ${l.master}`)).toEqual([
        "lo null DOWN null",
        "v1 veth UP br0",
        "br0 bridge UP null",
      ]);
      expect(ns.bridge?.ports?.map((p) => p.line)).toEqual(["v1 master br0 state forwarding"]);
    }
  });

  test("settings: sysctl, echo, tee, braces and loops", () => {
    const ns = namespace(
      [
        "# ip link add veth0 type veth peer name veth1",
        "# sysctl -w net.ipv4.conf.{all,veth0}.rp_filter=0",
        "# echo 1 > /proc/sys/net/ipv4/conf/veth1/accept_local",
        "# echo 1 | sudo tee /proc/sys/net/ipv4/conf/veth0/accept_local",
        "# for f in /proc/sys/net/ipv4/conf/*/arp_ignore; do echo 2 > $f; done",
        "# sysctl net/ipv4/conf/veth0.5/rp_filter=2",
        "# sysctl -w net.ipv4.ip_forward=1",
      ].join("\n"),
    );
    const all = [...(ns.sysctl ?? [])].map(([key, value]) => `${key.replace("net.ipv4.", "")} ${value}`);
    expect(all).toEqual(
      expect.arrayContaining([
        "conf.all.rp_filter 0",
        "conf.veth0.rp_filter 0",
        "conf.veth1.accept_local 1",
        "conf.veth0.accept_local 1",
        "conf.veth1.arp_ignore 2",
        "conf.all.arp_ignore 2",
        "conf.veth0/5.rp_filter 2",
        "conf.veth0.forwarding 1",
      ]),
    );
    expect(ns.replayed).toBe(true);
  });

  test("down flushes routes, up brings those of addresses, del takes both ends", () => {
    const start =
      "# ip netns add n\n# ip -n n link add a type veth peer name b\n# ip -n n link set b up\n# ip -n n link set a up\n# ip -n n addr add 10.1.0.1/24 dev a\n# ip -n n route add 10.2.0.0/16 via 10.1.0.2\n";
    const main = (pasted: string) =>
      namespace(pasted, "n")
        .routes?.filter((r) => r.table === "main")
        .map((r) => r.line.split(" # ")[0]);
    expect(main(start)).toEqual([
      "10.1.0.0/24 dev a proto kernel scope link src 10.1.0.1",
      "10.2.0.0/16 via 10.1.0.2 dev a",
    ]);
    expect(main(`${start}# ip -n n link set a down\n# ip -n n link set a up\n`)).toEqual([
      "10.1.0.0/24 dev a proto kernel scope link src 10.1.0.1",
    ]);
    expect(namespace(`${start}# ip -n n link del b\n`, "n").links?.map((l) => l.name)).toEqual(["lo"]);
  });

  test("ifconfig and route add", () => {
    const ns = namespace(
      "# ifconfig eth0 192.168.1.5 netmask 255.255.255.0 up\n# route add -net 10.0.0.0 netmask 255.0.0.0 gw 192.168.1.1 dev eth0\n# route add default gw 192.168.1.1\n",
    );
    expect(addresses(ns)?.[0]).toBe("eth0 192.168.1.5/24");
    expect(ns.routes?.filter((r) => r.hops[0]?.gateway).map((r) => r.line.split(" # ")[0])).toEqual([
      "default via 192.168.1.1 dev eth0",
      "10.0.0.0/8 via 192.168.1.1 dev eth0",
    ]);
  });

  test("later listings win over commands, later commands over listings", () => {
    const pasted =
      "# ip addr add 10.0.0.1/24 dev eth0\n# ip addr\n1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 state UNKNOWN\n    inet 127.0.0.1/8 scope host lo\n2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP\n    inet 10.0.0.9/24 scope global eth0\n";
    expect(addresses(namespace(pasted))?.sort()).toEqual(["eth0 10.0.0.9/24", "lo 127.0.0.1/8"]);
    expect(namespace(pasted).replayed).toBe(false);
    expect(addresses(namespace(`${pasted}# ip addr del 10.0.0.9/24 dev eth0\n`))).toEqual(["lo 127.0.0.1/8"]);
  });
});

describe("listings", () => {
  test("iptables -L -v -n in the form of iptables-save; what a column hides is left undecided", () => {
    const verbose =
      "# iptables -L -v -n\nChain INPUT (policy DROP 12 packets, 1008 bytes)\n pkts bytes target     prot opt in     out     source               destination         \n    4   336 ACCEPT     icmp --  veth0  *       10.0.0.0/24          0.0.0.0/0            icmptype 8\n    0     0 REJECT     all  --  *      *       !10.0.0.0/24         0.0.0.0/0            reject-with icmp-host-prohibited\n    0     0            all  --  lo     *       0.0.0.0/0            0.0.0.0/0            recent: SET name: x\n\nChain FORWARD (policy ACCEPT 0 packets, 0 bytes)\n pkts bytes target     prot opt in     out     source               destination         \n";
    expect(namespace(verbose).iptables?.legacy?.trim().split("\n")).toEqual([
      "*filter",
      ":INPUT DROP [0:0]",
      ":FORWARD ACCEPT [0:0]",
      "[4:336] -A INPUT -s 10.0.0.0/24 -i veth0 -p icmp -m icmp --icmp-type 8 -j ACCEPT",
      "[0:0] -A INPUT ! -s 10.0.0.0/24 -j REJECT --reject-with icmp-host-prohibited",
      "[0:0] -A INPUT -i lo …",
      "COMMIT",
    ]);
    const short =
      "# iptables -L\nChain INPUT (policy ACCEPT)\ntarget     prot opt source               destination         \nACCEPT     all  --  anywhere             anywhere            \n";
    expect(namespace(short).iptables?.legacy).toContain("-A INPUT … -j ACCEPT");
  });

  test("iptables-save, -S, typed rules and nft", () => {
    const saved =
      "# iptables-save\n# Generated by iptables-save v1.8.9 (nf_tables) on Tue\n*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p icmp -j DROP\nCOMMIT\n# Completed on Tue\n";
    expect(namespace(saved).iptables?.nft).toContain("-A INPUT -p icmp -j DROP");
    expect(namespace("# iptables -S\n-P INPUT DROP\n-A INPUT -i lo -j ACCEPT\n").iptables?.legacy).toBe(
      "*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n",
    );
    const typed = namespace(
      "# iptables -A INPUT -p icmp -j DROP\n# iptables -I INPUT -i lo -j ACCEPT\n# iptables -P FORWARD DROP\n",
    ).iptables?.legacy;
    expect(typed).toBe(
      [
        "*filter\n:INPUT ACCEPT [0:0]",
        ":FORWARD DROP [0:0] # iptables -P FORWARD DROP",
        ":OUTPUT ACCEPT [0:0]",
        "-A INPUT -i lo -j ACCEPT # iptables -I INPUT -i lo -j ACCEPT",
        "-A INPUT -p icmp -j DROP # iptables -A INPUT -p icmp -j DROP",
        "COMMIT\n",
      ].join("\n"),
    );
    const nft = namespace(
      "# nft list ruleset\ntable inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\n",
    );
    expect(nft.nft?.chains.map((chain) => chain.line)).toEqual([
      "chain inet filter input { type filter hook input priority 0; policy drop; }",
    ]);
    expect(nft.replayed).toBe(false);
  });

  test("brctl show, bridge vlan, old ifconfig, arp -a", () => {
    const ns = namespace(
      "# brctl show\nbridge name\tbridge id\t\tSTP enabled\tinterfaces\nbr0\t\t8000.0242ac110002\tno\t\tveth1\n\t\t\t\t\t\t\tveth3\n# bridge vlan\nport\tvlan ids\nveth1\t 1 PVID Egress Untagged\n\t 10-12\n\nveth3\t 20\n",
    );
    expect(ns.links?.filter((l) => l.master).map((l) => `${l.name} ${l.master}`)).toEqual(["veth1 br0", "veth3 br0"]);
    expect(ns.bridge?.vlans?.map((v) => `${v.interface} ${v.id}-${v.end} ${v.pvid} ${v.untagged}`)).toEqual([
      "veth1 1-1 true true",
      "veth1 10-12 false false",
      "veth3 20-20 false false",
    ]);
    const old = namespace(
      "# ifconfig -a\neth0      Link encap:Ethernet  HWaddr 02:42:ac:11:00:02  \n          inet addr:172.17.0.2  Bcast:172.17.255.255  Mask:255.255.0.0\n          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1\n          RX packets:5 errors:0 dropped:0 overruns:0 frame:0\n# arp -a\n? (172.17.0.1) at 02:42:ac:11:00:01 [ether] on eth0\nbox (172.17.0.9) at <incomplete> on eth0\n",
    );
    expect(addresses(old)).toEqual(["eth0 172.17.0.2/16"]);
    expect(old.links?.[0]?.flags.has("LOWER_UP")).toBe(true);
    expect(old.neighbours?.map((n) => n.line)).toEqual([
      "172.17.0.1 dev eth0 lladdr 02:42:ac:11:00:01 STALE",
      "172.17.0.9 dev eth0 INCOMPLETE",
    ]);
  });

  test("lines of no listing are told with their numbers", () => {
    const { unknown, understood } = replay("# ip route\ndefault via 10.0.0.1 dev eth0\nsomething else\n");
    expect(unknown).toEqual([{ number: 3, text: "something else" }]);
    expect(understood).toBe(2);
  });
});
