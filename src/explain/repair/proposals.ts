// What could be done against a hit: the edits of its cause, with the words that the state knows filled in, and what the
// state itself offers of the same kind.

import { remediesFor } from "../../edits/asked-remedies.ts";
import { formatIpv4, formatMac, type Ipv4, inPrefix, parseIpv4 } from "../../model/address.ts";
import type { Cause } from "../../model/cause.ts";
import type { AddressEdit, Edit, NeighbourEdit, RouteEdit } from "../../model/edit.ts";
import type { CauseHit } from "../../model/finding.ts";
import { isIncomplete } from "../../model/remedy.ts";
import type { SystemState } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import { narrowed, notTranslated } from "./accept.ts";
import { gatewayProposals } from "./gateway-twice.ts";
import { givingOf } from "./give.ts";
import { routeInFront, routesTo } from "./routes.ts";

/** Edits that are typed together, and what they do. */
export interface Proposal {
  readonly edits: readonly Edit[];
  readonly effect: Text;
}

/** Where a hit stands: the state, and the two ends of the conversation. */
export interface HitPlace {
  readonly state: SystemState;
  readonly asker: string;
  /** The hosts that passed it on, or sent it. */
  readonly senders: readonly string[];
  readonly source: Ipv4 | null;
  readonly destination: Ipv4;
}

/** All that can be proposed against a hit, in the cause's own order. */
export function proposalsOf(hit: CauseHit, cause: Cause, place: HitPlace): Proposal[] {
  const remedies = remediesFor(cause, hit.facts, hit.netns).flatMap((one) => (one.edits === undefined ? [] : [one]));
  const own = remedies.flatMap(({ edits, effect }): Proposal[] => {
    if (edits.length === 1) return optionsOf(edits[0], hit, place).map((one) => ({ effect, ...one }));
    return edits.some((edit) => isIncomplete(edit, hit.facts)) ? [] : [{ edits, effect }];
  });
  const isAstray = hit.facts.sender !== undefined;
  const aboutTheWay = isAstray || asksForWayBack(hit) || remedies.some(({ edits }) => edits.some(isAboutTheWay));
  const routes = aboutTheWay ? routeProposals(hit, place) : [];
  // A published port is meant to be translated; a ping that meets its rule mostly is not.
  const isPublished = hit.facts.protocol !== undefined && hit.code === "nat-dnat-redirected";
  const kept = isPublished ? [] : notTranslated(hit);
  const untouched = kept.map((edit): Proposal => ({ edits: [edit], effect: UNTOUCHED }));
  return [
    ...own,
    ...untouched,
    ...routes,
    ...(isAstray ? gatewayProposals(hit, place.state) : []),
    ...entryProposals(
      remedies.flatMap(({ edits }) => edits),
      hit,
      place,
    ),
  ];
}

// What is fixed by another way as well: the packet came to a host that has none, or that it was not meant for.
function isAboutTheWay(edit: Edit): boolean {
  if (edit.kind === "sysctl") return edit.settings.some(({ key }) => /\.(?:ip_forward|forwarding)$/.test(key));
  return edit.kind === "route" || edit.kind === "rule" || (edit.kind === "address" && edit.verb !== "del");
}

// A rule that drops what could not be answered lets it pass once it could.
function asksForWayBack({ facts: { rule = "" } }: CauseHit): boolean {
  return /\bfib saddr\b.* oif\b|\brpfilter\b/.test(rule);
}

type Option = Pick<Proposal, "edits"> & Partial<Pick<Proposal, "effect">>;

function optionsOf(edit: Edit, hit: CauseHit, place: HitPlace): Option[] {
  const whole: Option[] = isIncomplete(edit, hit.facts) ? [] : [{ edits: [edit] }];
  switch (edit.kind) {
    case "nft-rule":
    case "tables-rule": {
      if (edit.verb === "delete" || !/accept/i.test(edit.rule ?? "")) return whole;
      const reply = place.source !== null && hit.facts.target === formatIpv4(place.source);
      const narrow = narrowed(edit, hit, reply, place.state).map((one): Option => ({ edits: [one], effect: NARROW }));
      return [...narrow, ...whole];
    }
    case "route":
      return whole;
    case "address":
      if (whole.length === 0) return withLength(edit, place.state);
      return edit.verb === "del" || givingOf(edit, place.state) !== "nobody's"
        ? whole
        : [{ edits: [edit], effect: IF_MEANT }];
    case "neighbour":
      return whole.length > 0 ? whole : withMac(edit, place.state);
    case "bridge-port":
      return [...whole, ...siblings(edit, place.state)];
    default:
      return whole;
  }
}

const IF_MEANT = text(
  "gives the interface the address, if this host is meant to have it: no host of the state has it",
  "如果这个地址本来就该属于这台主机，就配到该接口上：状态里没有任何主机有这个地址",
);

const UNTOUCHED = text(
  "keeps NAT away from exactly these packets, in front of the rule that rewrites them",
  "让 NAT 不处理这一种报文，放在改写它的规则之前",
);

const NARROW = text(
  "lets exactly these packets pass, in front of the rule that drops them; lasts until the rules are loaded anew",
  "只放行这一种报文，放在丢弃它的规则之前；规则重新加载后失效",
);

// At the host where it ended, and at the asker, whose route may lead to the wrong host.
function routeProposals(hit: CauseHit, place: HitPlace): Proposal[] {
  const { state, asker, source, destination } = place;
  const here = hit.netns === null ? [] : [hit.netns];
  const tables = [undefined, ...(hit.facts.table === undefined ? [] : [hit.facts.table])];
  const ends = [destination, ...(source === null ? [] : [source])];
  const ways = [
    ...here.flatMap((netns) => ends.map((end) => ({ netns, end }))),
    ...(hit.netns === asker ? [] : [{ netns: asker, end: destination }]),
    // One that it should never have come to was named by a route of somebody on its way.
    ...(hit.facts.sender === undefined ? [] : astrayWays(hit, place, ends)),
  ];
  return ways.flatMap(({ netns, end }) => [
    ...routeInFront(state, netns, end).map((edit) => ({ edits: [edit], effect: IN_FRONT })),
    ...tables.flatMap((table) =>
      routesTo(state, netns, end, table).map((edit) => ({ edits: overLink(edit, state), effect: wayOf(edit, end) })),
    ),
  ]);
}

function astrayWays({ netns: here }: CauseHit, { senders, asker }: HitPlace, ends: readonly Ipv4[]) {
  return senders
    .filter((netns) => netns !== here)
    .flatMap((netns) => ends.map((end) => ({ netns, end })))
    .filter(({ netns, end }) => netns !== asker || end !== ends[0]);
}

const IN_FRONT = text(
  "takes away the route that is used and leads elsewhere: the other one to this prefix then counts",
  "删除正在使用、却通往别处的那条路由：之后由同一前缀的另一条决定",
);

// fib_create_info refuses a next hop over a link that is down.
function overLink(edit: RouteEdit, { namespaces }: SystemState): Edit[] {
  const { netns, device } = edit;
  const link = namespaces.get(netns ?? "")?.links?.find(({ name }) => name === device);
  if (device === undefined || link === undefined || link.flags.has("UP")) return [edit];
  return [{ kind: "link", netns, device, up: true }, edit];
}

function wayOf({ via, device = "" }: RouteEdit, end: Ipv4): Text {
  const to = formatIpv4(end);
  return via === undefined
    ? text(`the way to ${to}, which is on ${device}'s own link`, `去往 ${to} 的路由：它就在 ${device} 所在的链路上`)
    : text(
        `the way to ${to}, by the host on this link that leads there`,
        `去往 ${to} 的路由：经本链路上通往那里的主机`,
      );
}

function withLength(edit: AddressEdit, { namespaces }: SystemState): Option[] {
  const [bare = ""] = edit.address.split("/");
  const address = parseIpv4(bare);
  const own = edit.netns === null ? [] : (namespaces.get(edit.netns)?.addresses ?? []);
  const here = own.filter(({ interface: name }) => name === edit.device);
  if (edit.verb !== "del" || address === null) return [];
  const held = here.find(({ local }) => local === address);
  if (held !== undefined) return [{ edits: [{ ...edit, address: `${bare}/${held.prefixLength}` }], effect: TAKES_OFF }];
  // fib_add_ifaddr: on lo the whole prefix of an address is local.
  const covering = here.find(
    ({ local, prefixLength }) => edit.device === "lo" && inPrefix(address, { address: local, length: prefixLength }),
  );
  if (covering === undefined) return [];
  const kept = formatIpv4(covering.local);
  const edits: Edit[] = [
    { ...edit, address: `${kept}/${covering.prefixLength}` },
    { ...edit, verb: "add", address: `${kept}/32` },
  ];
  const effect = text(
    `keeps ${kept} alone on lo, where with its prefix length the whole subnet counts as this host's own`,
    `lo 上只保留 ${kept}：带着原来的前缀长度时，整个子网都算本机地址`,
  );
  return [{ edits, effect }];
}

const TAKES_OFF = text("takes the address off this interface", "从该接口上删除这个地址");

function withMac(edit: NeighbourEdit, state: SystemState): Option[] {
  const address = edit.address === undefined ? null : parseIpv4(edit.address);
  if (address === null || edit.netns === null) return [];
  return ownersOf(state, address).flatMap(({ netns, interface: name }): Option[] => {
    const mac = state.namespaces.get(netns)?.links?.find((link) => link.name === name)?.mac ?? null;
    if (mac === null || netns === edit.netns) return [];
    const effect = text("enters the MAC address by hand, instead of asking by ARP", "手工写入 MAC，不再用 ARP 询问");
    return [{ edits: [{ ...edit, mac: formatMac(mac) }], effect }];
  });
}

// A flag of the port towards a bystander is not the one that matters: every port of the bridge that has it is tried.
function siblings(edit: Extract<Edit, { kind: "bridge-port" }>, { namespaces }: SystemState): Option[] {
  const ports = namespaces.get(edit.netns ?? "")?.bridge?.ports ?? [];
  const bridge = ports.find((port) => port.interface === edit.device)?.bridge;
  if (edit.flags === undefined || edit.netns === null) return [];
  const { isolated } = edit.flags;
  return ports
    .filter((port) => port.interface !== edit.device && (bridge === undefined || port.bridge === bridge))
    .filter((port) => isolated === undefined || port.isolated !== isolated)
    .map((port) => ({ edits: [{ ...edit, device: port.interface }] }));
}

// An entry of the forwarding table that stands on the wrong port, in the words by which the kernel finds it.
function entryProposals(edits: readonly Edit[], { netns, facts }: CauseHit, { state }: HitPlace): Proposal[] {
  const about = edits.some((edit) => edit.kind === "fdb" || (edit.kind === "link" && edit.mac !== undefined));
  const ns = netns === null ? undefined : state.namespaces.get(netns);
  if (!about || ns === undefined || facts.mac === undefined) return [];
  const own = (ns.links ?? []).some(({ mac }) => mac !== null && formatMac(mac) === facts.mac);
  if (own) return [];
  return (ns.bridge?.fdb ?? []).flatMap((entry): Proposal[] => {
    if (formatMac(entry.mac) !== facts.mac || entry.master === null) return [];
    return [
      {
        edits: [
          {
            kind: "fdb",
            netns,
            verb: "del",
            mac: formatMac(entry.mac),
            device: entry.interface,
            master: true,
            ...(entry.vlan === null ? {} : { vlan: entry.vlan }),
          },
        ],
        effect: text(
          "deletes the wrong entry; the bridge then learns the port by itself",
          "删除错误的表项；之后网桥会自行学习端口",
        ),
      },
    ];
  });
}
