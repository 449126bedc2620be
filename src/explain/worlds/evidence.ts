// What else was seen or shown than the packets on their way: errors, neighbour entries, what ping was refused.

import { formatIpv4 } from "../../model/address.ts";
import { endsOf } from "../../model/connection.ts";
import type { Flow } from "../../model/flow.ts";
import { examplesOf, journeysOf } from "../../model/observed.ts";
import type { PrintedPath } from "../../model/printed-path.ts";
import type { SystemState } from "../../model/system-state.ts";
import { stepsOf, type Trace } from "../../model/trace.ts";
import { predict } from "../../predict/predict.ts";
import type { Case } from "../case.ts";

/** An ICMP error that was captured must be one that this world makes. */
export function agreesWithErrors(trace: Trace, flow: Flow): boolean {
  const errors = examplesOf(flow)
    .flatMap(journeysOf)
    .flatMap(({ sightings: [first] }) =>
      first?.network.kind === "icmp" && first.network.icmp?.body.kind === "error" ? [first.network.icmp] : [],
    )
    .filter(({ type }) => type !== 5);
  if (errors.length === 0) return true;
  const made = stepsOf(trace).flatMap(({ expects }) =>
    expects?.packet.kind === "icmp-error" ? [`${expects.packet.type} ${expects.packet.code}`] : [],
  );
  return errors.every(({ type, code }) => made.includes(`${type} ${code}`));
}

/** A connection that was refused by a reset is so in this world. */
export function agreesWithResets(trace: Trace, flow: Flow): boolean {
  if (endsOf(flow).every(({ end }) => end.kind !== "refused")) return true;
  return stepsOf(trace).some(
    ({ expects }) => expects?.packet.kind === "transport" && expects.packet.what.kind === "reset",
  );
}

/** A router that let a packet expire, and whose error came back, must be on the way of this world. */
export function agreesWithPath(path: PrintedPath | undefined, { attempt }: Trace, state: SystemState): boolean {
  const isPassed = path?.hops.some(({ backs }) =>
    backs.some(({ error, from }) => error === null && from !== null && from !== path.target),
  );
  if (isPassed !== true) return true;
  const { disposition, heard } = predict(state, { ...attempt, ttl: 1 });
  return disposition.kind === "stopped" && disposition.hit.code === "ttl-expired" && heard?.kind === "icmp-error";
}

const UNRESOLVED = ["FAILED", "INCOMPLETE"];

/** An entry that a paste shows is what the ping has left behind. */
export function agreesWithEntries({ state, pasted }: Case, trace: Trace): boolean {
  if (!pasted) return true;
  const asked = trace.nextHop ?? trace.attempt.destination;
  const entries = state?.namespaces.get(trace.attempt.netns)?.neighbours ?? [];
  const entry = entries.find(({ address }) => address === asked);
  if (entry === undefined || !UNRESOLVED.some((one) => entry.states.has(one))) return true;
  return asksInVain(trace);
}

/** Whether the asker asks by ARP and gets no MAC address, so that no echo request leaves. */
export function asksInVain(trace: Trace): boolean {
  const own = stepsOf(trace).filter(({ netns }) => netns === trace.attempt.netns);
  return (
    own.some(({ expects }) => expects?.packet.kind === "arp-request") &&
    !own.some(({ expects }) => expects?.packet.kind === "echo-request")
  );
}

// What the asker's own firewall says, and WireGuard, of a peer without an endpoint and of an address that no peer has.
const OWN_REFUSALS: ReadonlySet<string | null> = new Set(["EPERM", "EDESTADDRREQ", "ENOKEY"]);

/** What the asker's own kernel refuses to send, nothing behind it stops. */
export function agreesWithRefusals({ heard }: Trace, { printed }: Flow): boolean {
  const refused = printed?.refusals.filter(({ call, errno }) => call === "sendmsg" && OWN_REFUSALS.has(errno)) ?? [];
  if (refused.length === 0 || printed?.answers !== 0) return true;
  return heard?.kind === "error" && refused.some(({ errno }) => errno === heard.errno);
}

/** "Network is unreachable" is itself the evidence that no route fits: those that nobody showed do not. */
export function refusedNoRoute({ printed }: Flow): boolean {
  return printed?.refusals.some(({ errno }) => errno === "ENETUNREACH") ?? false;
}

const MARTIAN = /\bmartian (?:source|destination) (\S+) from (\S+?),/;

/** What the kernel logged of this packet, or of its answer, is how it ended. */
export function agreesWithLog({ state, pasted }: Case, trace: Trace): boolean {
  if (!pasted || state === null) return true;
  const { source, attempt, disposition } = trace;
  const from = source ?? attempt.source;
  const ends = new Set([formatIpv4(attempt.destination), ...(from === null ? [] : [formatIpv4(from)])]);
  const lines = [...state.namespaces.values()].flatMap(({ kernelLog = [] }) => kernelLog);
  const at = lines.findIndex((line) => {
    const [, to = "", sender = ""] = MARTIAN.exec(line) ?? [];
    return ends.size === 2 && ends.has(to) && ends.has(sender);
  });
  if (at < 0) return true;
  return disposition.kind === "stopped" && endsOfMartian(lines[at + 1]).test(disposition.hit.code);
}

// The frame's header stands in the line below, its last two octets the protocol: ARP questions are validated, too (arp_process).
function endsOfMartian(header: string | undefined): RegExp {
  const octets = /ll header: [\da-f]{8}: ((?:[\da-f]{2} ){13}[\da-f]{2})/.exec(header ?? "")?.[1]?.split(" ");
  const protocol = octets?.slice(12).join("");
  if (protocol === "0806") return /^(?:rp-filter-arp$|accept-local-off$)/;
  return protocol === "0800"
    ? /^(?:rp-filter-(?!arp)|martian-|accept-local-)/
    : /^(?:rp-filter-|martian-|accept-local-)/;
}
