// Whoever is asked for a port usually listens on it, where nobody has listed its sockets.

import type { Flow } from "../../model/flow.ts";
import type { PortSocket } from "../../model/system-state.ts";
import { stepsOf } from "../../model/trace.ts";
import { predict } from "../../predict/predict.ts";
import { attemptsOf } from "../attempt.ts";
import type { Case } from "../case.ts";
import { type Base, withNamespace } from "./made.ts";

/** The system with a socket where the walk comes to a host whose sockets nobody has listed. */
export function listening(base: Base, { asked }: Case, flow: Flow): Base {
  const [attempt] = attemptsOf(flow, base.asker, asked.get(flow) ?? null, base.state);
  if (attempt?.transport === undefined) return base;
  const trace = predict(base.state, attempt);
  const { disposition } = trace;
  if (disposition.kind !== "open" || !disposition.missing.includes("sockets")) return base;
  const came = stepsOf(trace).findLast(({ leg, expects }) => leg === "request" && expects?.direction === "in")?.expects;
  if (came?.packet.kind !== "transport") return base;
  const { protocol } = attempt.transport;
  // What a translation on that very host makes of the port, no frame shows.
  const ports = new Set([came.packet.destinationPort, flow.dstPort].flatMap((port) => port ?? []));
  const sockets = [...ports].map((port) => socketOn(protocol, port));
  return { ...base, ...withNamespace(base, came.netns, (ns) => (ns.sockets === undefined ? { ...ns, sockets } : ns)) };
}

function socketOn(protocol: PortSocket["protocol"], port: number): PortSocket {
  const backlog = protocol === "tcp" ? USUAL_BACKLOG : null;
  return {
    protocol,
    family: "ipv4",
    address: null,
    address6: null,
    port,
    device: null,
    v6only: false,
    peer: null,
    waiting: 0,
    backlog,
    program: null,
    line: `${protocol} ${protocol === "tcp" ? "LISTEN" : "UNCONN"} 0 ${backlog ?? 0} 0.0.0.0:${port}`,
  };
}

// What listen() is called with most.
const USUAL_BACKLOG = 128;
