// Connections that a command line names and of which no packet was seen: the kernel may have refused them at once.

import type { Ipv4 } from "../model/address.ts";
import type { Flow } from "../model/flow.ts";
import { sightingsOf } from "../model/observed.ts";
import type { SystemState } from "../model/system-state.ts";
import type { PlacedCommand } from "./case.ts";
import { hearsAnswer, type WantedConnection, wantedConnections } from "./command/connect-command.ts";
import { asAsked } from "./own-translation.ts";

const MOST = 4;

/** The flow of the one connection that a command has made which says by its status that it was answered. */
function asItEnded(flow: Flow, command: PlacedCommand): Flow {
  const { argv, exitCode, netns } = command;
  if (flow.kind !== "tcp" || exitCode !== 0 || flow.netns !== netns || !hearsAnswer(argv)) return flow;
  const [wanted] = wantedConnections(argv);
  return wanted?.port === flow.dstPort && wanted?.address === flow.dst ? { ...flow, heard: true } : flow;
}

/** Whether a command names this connection itself: then its failure is the person's question, whatever else went well. */
export function isNamed({ kind, dst, dstPort }: Flow, argv: readonly string[]): boolean {
  return wantedConnections(argv).some(
    ({ protocol, address, port }) => protocol === kind && address === dst && port === dstPort,
  );
}

/** The flows, and one for each connection that was asked for and did not show. */
export function withConnections(
  seen: readonly Flow[],
  command: PlacedCommand | null,
  state: SystemState | null,
): Flow[] {
  if (command === null || command.netns == null || command.amongOthers) return asAsked(seen, [], state);
  const wanted = wantedBy(command, command.netns);
  const unseen = wanted.filter(({ address, port, protocol }) =>
    seen.every(({ kind, dst, dstPort }) => kind !== protocol || dst !== address || dstPort !== port),
  );
  const flows = asAsked(seen, unseen, state).map((flow) => asItEnded(flow, command));
  const shows = flows.some(({ kind, netns }) => (kind === "tcp" || kind === "udp") && netns === command.netns);
  if (shows) return flows;
  const told = unseen.slice(0, MOST).map((one, at) => attempted(one, flows.length + 1 + at, around(one, flows)));
  const taken = new Set(told.flatMap(({ around: some }) => some));
  const ended = command.told === undefined ? {} : { told: { failure: command.told.failure, line: command.told.line } };
  return [...flows.filter((flow) => !taken.has(flow)), ...told.map(({ flow }) => ({ ...flow, ...ended }))];
}

// What it printed names the very connection that failed.
function wantedBy({ told, ran, argv }: PlacedCommand, place: string): Attempted[] {
  if (told !== undefined) {
    const { protocol, to } = told;
    return [{ program: argv[0] ?? "", protocol, ...to, netns: place }];
  }
  return (ran ?? [{ argv, netns: place }]).flatMap((one) =>
    wantedConnections(one.argv).flatMap((wanted) =>
      wanted.address === null ? [] : [{ ...wanted, address: wanted.address, netns: one.netns }],
    ),
  );
}

type Attempted = WantedConnection & { readonly address: Ipv4; readonly netns: string };

// What its kernel asked by ARP in vain, and the error that it made of that.
function around({ address, protocol, port, netns }: Attempted, flows: readonly Flow[]): Flow[] {
  return flows.filter(
    (flow) =>
      flow.dst === address &&
      (flow.netns === null || flow.netns === netns) &&
      (flow.kind === "arp" || (flow.kind === "icmp-error" && quotes(flow, protocol, port))),
  );
}

function quotes(flow: Flow, protocol: WantedConnection["protocol"], port: number): boolean {
  return sightingsOf(flow).some(({ network }) => {
    const body = network.kind === "icmp" ? network.icmp?.body : null;
    const quoted = body?.kind === "error" ? body.quoted : null;
    return quoted?.ip.protocol === (protocol === "tcp" ? 6 : 17) && quoted.ports?.destination === port;
  });
}

function attempted(
  { protocol, address, port, netns }: Attempted,
  id: number,
  some: readonly Flow[],
): { readonly flow: Flow; readonly around: readonly Flow[] } {
  const flow: Flow = {
    id,
    kind: protocol,
    netns,
    src: some.find(({ src }) => src !== null)?.src ?? null,
    dst: address,
    icmpId: null,
    srcPort: null,
    dstPort: port,
    requests: 0,
    replies: 0,
    duplicates: 0,
    errors: some.reduce((sum, { errors }) => sum + errors, 0),
    rttMs: null,
    from: some[0]?.from ?? null,
    to: some[0]?.to ?? null,
    echoOutcomes: [],
    arpOutcomes: some.flatMap(({ arpOutcomes }) => arpOutcomes),
    loneOutcomes: some.flatMap(({ loneOutcomes }) => loneOutcomes),
    transportOutcomes: [],
  };
  return { flow, around: some };
}
