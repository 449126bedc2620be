// Sockets for probes: what listens in a namespace, and a program that connects to it or asks it, both in Python.

import { inside, start } from "../../../src/lab/command.ts";
import type { Listens } from "../../../src/lab/listeners.ts";

/** What listens. */
export interface ListenerDraft {
  readonly protocol: "tcp" | "udp";
  readonly address: string;
  port: number;
  readonly device?: string;
  readonly v6only?: boolean;
  /** It accepts nothing, and its backlog is full. */
  readonly full?: boolean;
}

/** What is asked, and how. */
export interface ProbeDraft {
  readonly protocol: "tcp" | "udp";
  readonly destination: string;
  readonly port: number;
  readonly source: string | null;
  readonly device: string | null;
}

const CLIENT = `
import errno, json, socket, sys
p = json.loads(sys.argv[1])
tcp = p["protocol"] == "tcp"
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM)
s.settimeout(2.6 if tcp else 1.6)
def say(what):
    print(what, flush=True)
    sys.exit(0)
try:
    if p["device"]: s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, p["device"].encode())
    if p["source"]: s.bind((p["source"], 0))
    s.connect((p["destination"], p["port"]))
    if tcp: say("connected")
    s.send(b"?")
    s.recv(64)
    say("answered")
except socket.timeout: say("silence")
except OSError as e: say(errno.errorcode.get(e.errno, str(e.errno)))
`;

/** As the lab takes it. */
export function listensOf({ protocol, address, port, device, v6only, full }: ListenerDraft): Listens {
  const place = address.includes(":") ? `[${address}]` : address;
  const more = [v6only ? "v6only" : "", full ? "full" : ""].filter(Boolean).join(" ");
  return `${protocol} ${place}${device === undefined ? "" : `%${device}`}:${port} ${more}`.trim();
}

/** Connects or asks; what the program got, in a word. */
export async function probe(realName: string, asked: ProbeDraft): Promise<string> {
  const done = await start(inside(realName, ["python3", "-c", CLIENT, JSON.stringify(asked)])).finished;
  return done.stdout.toString().trim() || `nothing: ${done.stderr.trim().split("\n").at(-1)}`;
}
