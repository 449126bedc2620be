// The state of an ordinary server, around the hosts of a scenario: Docker with a container and an idle network, ufw, systemd's
// settings, queues and connection tracking, made with the commands and rules that those programs use.

import {
  capturePlaces,
  type LabCommand,
  type LabLink,
  type LabNamespace,
  type Scenario,
} from "../../src/lab/scenario.ts";

const BRIDGE = "docker0";
const IDLE = "br-3f2b9c1d7e50";

// Docker 28, as iptables-save shows it: a container that publishes port 8080, a network without containers.
const DOCKER_FILTER = `-A FORWARD -j DOCKER-USER
-A FORWARD -j DOCKER-ISOLATION-STAGE-1
-A FORWARD -o ${BRIDGE} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -o ${BRIDGE} -j DOCKER
-A FORWARD -i ${BRIDGE} ! -o ${BRIDGE} -j ACCEPT
-A FORWARD -i ${BRIDGE} -o ${BRIDGE} -j ACCEPT
-A FORWARD -o ${IDLE} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -o ${IDLE} -j DOCKER
-A FORWARD -i ${IDLE} ! -o ${IDLE} -j ACCEPT
-A FORWARD -i ${IDLE} -o ${IDLE} -j ACCEPT
-A DOCKER -d 172.17.0.2/32 ! -i ${BRIDGE} -o ${BRIDGE} -p tcp -m tcp --dport 80 -j ACCEPT
-A DOCKER-ISOLATION-STAGE-1 -i ${BRIDGE} ! -o ${BRIDGE} -j DOCKER-ISOLATION-STAGE-2
-A DOCKER-ISOLATION-STAGE-1 -i ${IDLE} ! -o ${IDLE} -j DOCKER-ISOLATION-STAGE-2
-A DOCKER-ISOLATION-STAGE-1 -j RETURN
-A DOCKER-ISOLATION-STAGE-2 -o ${BRIDGE} -j DROP
-A DOCKER-ISOLATION-STAGE-2 -o ${IDLE} -j DROP
-A DOCKER-ISOLATION-STAGE-2 -j RETURN
-A DOCKER-USER -j RETURN`;

// ufw 0.36 after \`ufw allow ssh\`, shortened to what an IPv4 packet may meet.
const UFW = `-A INPUT -j ufw-before-logging-input
-A INPUT -j ufw-before-input
-A INPUT -j ufw-after-input
-A INPUT -j ufw-reject-input
-A INPUT -j ufw-track-input
-A OUTPUT -j ufw-before-output
-A OUTPUT -j ufw-track-output
-A ufw-after-input -p udp -m udp --dport 137 -j ufw-skip-to-policy-input
-A ufw-after-input -m addrtype --dst-type BROADCAST -j ufw-skip-to-policy-input
-A ufw-before-input -i lo -j ACCEPT
-A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A ufw-before-input -m conntrack --ctstate INVALID -j ufw-logging-deny
-A ufw-before-input -m conntrack --ctstate INVALID -j DROP
-A ufw-before-input -p icmp -m icmp --icmp-type 3 -j ACCEPT
-A ufw-before-input -p icmp -m icmp --icmp-type 11 -j ACCEPT
-A ufw-before-input -p icmp -m icmp --icmp-type 12 -j ACCEPT
-A ufw-before-input -p icmp -m icmp --icmp-type 8 -j ACCEPT
-A ufw-before-input -p udp -m udp --sport 67 --dport 68 -j ACCEPT
-A ufw-before-input -j ufw-not-local
-A ufw-before-input -d 224.0.0.251/32 -p udp -m udp --dport 5353 -j ACCEPT
-A ufw-before-input -j ufw-user-input
-A ufw-before-output -o lo -j ACCEPT
-A ufw-before-output -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A ufw-before-output -j ufw-user-output
-A ufw-logging-deny -m conntrack --ctstate INVALID -m limit --limit 3/min --limit-burst 10 -j RETURN
-A ufw-logging-deny -m limit --limit 3/min --limit-burst 10 -j LOG --log-prefix "[UFW BLOCK] "
-A ufw-not-local -m addrtype --dst-type LOCAL -j RETURN
-A ufw-not-local -m addrtype --dst-type MULTICAST -j RETURN
-A ufw-not-local -m addrtype --dst-type BROADCAST -j RETURN
-A ufw-not-local -m limit --limit 3/min --limit-burst 10 -j ufw-logging-deny
-A ufw-not-local -j DROP
-A ufw-skip-to-policy-input -j DROP
-A ufw-track-output -p tcp -m conntrack --ctstate NEW -j ACCEPT
-A ufw-track-output -p udp -m conntrack --ctstate NEW -j ACCEPT
-A ufw-user-input -p tcp -m tcp --dport 22 -j ACCEPT`;

const DOCKER_NAT = `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 172.18.0.0/16 ! -o ${IDLE} -j MASQUERADE
-A POSTROUTING -s 172.17.0.0/16 ! -o ${BRIDGE} -j MASQUERADE
-A DOCKER -i ${IDLE} -j RETURN
-A DOCKER -i ${BRIDGE} -j RETURN
-A DOCKER ! -i ${BRIDGE} -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80
COMMIT`;

function rulesOf(own: string | undefined): string {
  const rules = `${DOCKER_FILTER}\n${UFW}`;
  const chains = [...new Set(rules.match(/(?:DOCKER|ufw)-?[\w-]*/g))].filter((name) => !/^(?:DOCKER|ufw)-$/.test(name));
  const typed = (own ?? "").split("\n").filter((line) => line.startsWith("-A"));
  const filter = [
    "*filter",
    ":INPUT DROP [0:0]",
    ":FORWARD DROP [0:0]",
    ":OUTPUT ACCEPT [0:0]",
    ...chains.map((name) => `:${name} - [0:0]`),
    ...typed,
    rules,
    "COMMIT",
  ];
  return `${filter.join("\n")}\n${DOCKER_NAT}`;
}

// What systemd 256 and Docker set; what the scenario itself sets counts.
const SETTINGS: Readonly<Record<string, string>> = {
  "net.ipv4.conf.all.rp_filter": "0",
  "net.ipv4.conf.all.promote_secondaries": "1",
  "net.ipv4.conf.all.accept_source_route": "0",
  "net.ipv4.ping_group_range": "0 2147483647",
};

/** The scenario with one of its hosts a server; that host is given a container of its own. */
export function withServer(scenario: Scenario, host: string, number: number): Scenario {
  const own = scenario.namespaces[host] as LabNamespace;
  const container = `web${number}`;
  const [port, veth] = [`veth5a${number}`, `eth0`];
  const server: LabNamespace = {
    ...own,
    addresses: { ...own.addresses, [BRIDGE]: ["172.17.0.1/16"] },
    sysctl: { ...SETTINGS, "net.ipv4.ip_forward": "1", ...own.sysctl },
    iptables: rulesOf(own.iptables),
  };
  const links: LabLink[] = [
    ...scenario.links,
    { kind: "veth", ends: [`${host}:${port}`, `${container}:${veth}`] },
    { kind: "bridge", at: `${host}:${BRIDGE}`, ports: [port] },
  ];
  return {
    ...scenario,
    namespaces: {
      ...scenario.namespaces,
      [host]: server,
      [container]: { addresses: { [veth]: ["172.17.0.2/16"] }, routes: ["default via 172.17.0.1"] },
    },
    links,
    capture: capturePlaces(scenario),
    before: [...idleNetwork(host), ...queues(scenario, host), ...traffic(container), ...(scenario.before ?? [])],
  };
}

function idleNetwork(host: string): LabCommand[] {
  const lines = [
    `ip link add name ${IDLE} type bridge`,
    `ip addr add 172.18.0.1/16 brd 172.18.255.255 dev ${IDLE}`,
    `ip link set ${IDLE} up`,
  ];
  return lines.map((line) => ({ netns: host, argv: line.split(" ") }));
}

// systemd makes fq_codel the default (net.core.default_qdisc); a kernel without it takes its own.
function queues({ links }: Scenario, host: string): LabCommand[] {
  const ends = links.flatMap((link) => (link.kind === "veth" ? link.ends : []));
  return ends
    .filter((end) => end.startsWith(`${host}:`))
    .map((end) => {
      const queue = `tc qdisc replace dev ${end.split(":")[1]} root`;
      return { netns: host, argv: ["sh", "-c", `${queue} fq_codel || ${queue} pfifo_fast`] };
    });
}

// Connection tracking holds entries, and the tables hold neighbours.
function traffic(container: string): LabCommand[] {
  return [{ netns: container, argv: ["ping", "-c", "1", "172.17.0.1"] }];
}
