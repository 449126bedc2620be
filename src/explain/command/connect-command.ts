// Which connections a command line asks for, where the tool is known: curl, wget, nc, ssh, dig and their like.

import { type Ipv4, parseIpv4 } from "../../model/address.ts";
import { ownValue } from "../../model/own-value.ts";
import type { TransportProtocol } from "../../model/transport.ts";
import { programOf } from "./asked-command.ts";
import { SHELL_CONNECTION } from "./shell-script.ts";
import { type InnerCommand, innerCommands } from "./wrappers.ts";

/** A connection, or a question over UDP, that a command line names. */
export interface WantedConnection {
  readonly program: string;
  readonly protocol: TransportProtocol;
  /** As it was typed. */
  readonly host: string;
  /** Null where a name stands for it. */
  readonly address: Ipv4 | null;
  readonly port: number;
}

/** How a tool takes its target. */
interface Tool {
  /** Ends with status 0 only where the far side has answered in its own protocol. */
  readonly hears?: true;
  /** Letters of short options that take a value. */
  readonly values: string;
  /** Long options that take a value as a word of their own. */
  readonly long?: string;
  readonly targets: (line: ToolLine) => readonly (Target | null)[];
  readonly protocol?: (line: ToolLine) => TransportProtocol;
}

interface Target {
  readonly host: string;
  readonly port: number;
}

interface ToolLine {
  readonly words: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly value: (...names: readonly string[]) => string | undefined;
}

const MOST_TARGETS = 64;

const SCHEMES: Readonly<Record<string, number>> = { http: 80, https: 443, ftp: 21, ws: 80, wss: 443 };

const BY_URL: Tool["targets"] = ({ words }) => words.map(urlOf);

const HOST_AND_PORTS: Tool["targets"] = ({ words: [host, ...ports] }) =>
  ports.flatMap(portsOf).map((port) => placeOf(host, port));

const byOption =
  (host: readonly string[], port: readonly string[], usual: number): Tool["targets"] =>
  ({ value, words }) => [
    placeOf(value(...host) ?? (host.length === 0 ? words[0] : undefined), portNumber(value(...port)) ?? usual),
  ];

const TOOLS: Readonly<Record<string, Tool>> = {
  curl: {
    hears: true,
    values: "AbcCdDeEFhHKmoPQrtTuUwxXyYz",
    long: "max-time connect-timeout output data header user-agent request user interface resolve retry proxy cacert cert key write-out form data-binary data-raw url",
    targets: BY_URL,
  },
  wget: {
    hears: true,
    values: "OoaeitTQwPUlAXDR",
    long: "timeout tries output-document connect-timeout read-timeout dns-timeout user password header",
    targets: BY_URL,
  },
  nc: {
    values: "eGgIiMmOPpqsTVWwXxk",
    targets: HOST_AND_PORTS,
    protocol: ({ flags }) => (flags.has("u") ? "udp" : "tcp"),
  },
  telnet: { values: "abeklnSX", targets: ({ words: [host, port] }) => [placeOf(host, portNumber(port) ?? 23)] },
  ssh: {
    values: "bcDEeFIiJLlmOopQRSWw",
    targets: ({ words: [host = ""], value }) => [
      placeOf(host.slice(host.lastIndexOf("@") + 1), portNumber(value("p")) ?? 22),
    ],
  },
  "ssh-keyscan": { values: "fpTt", targets: byOption([], ["p"], 22) },
  psql: {
    values: "cdfFhLoPpRTUv",
    long: "host port dbname username command file",
    targets: byOption(["h", "host"], ["p", "port"], 5432),
  },
  "redis-cli": { values: "hpaniursd", targets: byOption(["h"], ["p"], 6379) },
  mysql: {
    values: "hPuDeS",
    long: "host port user database execute",
    targets: byOption(["h", "host"], ["P", "port"], 3306),
  },
  iperf3: {
    values: "cpitblwMNSBAFkTCV",
    long: "client port time bitrate bind",
    targets: byOption(["c", "client"], ["p", "port"], 5201),
  },
  dig: {
    values: "bcfkpqtxy",
    targets: ({ words, value }) => [
      placeOf(words.find((word) => word.startsWith("@"))?.slice(1), portNumber(value("p")) ?? 53),
    ],
    protocol: ({ words }) => (words.some((word) => /^\+(?:tcp|vc)$/.test(word)) ? "tcp" : "udp"),
  },
  host: {
    values: "ctNRTW",
    targets: ({ words }) => [placeOf(words[1], 53)],
    protocol: ({ flags }) => (flags.has("T") ? "tcp" : "udp"),
  },
  nslookup: { values: "", targets: ({ words }) => [placeOf(words[1], 53)], protocol: () => "udp" },
};

const ALIASES: Readonly<Record<string, string>> = {
  ncat: "nc",
  netcat: "nc",
  "nc.openbsd": "nc",
  "nc.traditional": "nc",
  kdig: "dig",
  scp: "",
};

/** Whether status 0 of this command says that its only program was answered: no shell stands around it. */
export function hearsAnswer(argv: readonly string[]): boolean {
  const [only, ...others] = innerCommands(argv);
  // `sh -c 'curl URL; true'` ends as its last word does.
  if (only === undefined || others.length > 0 || !only.isSure) return false;
  const tool = ownValue(TOOLS, programOf(only.argv));
  return tool?.hears === true && wantedBy(only).length === 1;
}

/** Everything that it names, in order; empty where it runs no such tool or gives no host. */
export function wantedConnections(argv: readonly string[]): WantedConnection[] {
  return innerCommands(argv).flatMap(wantedBy);
}

function wantedBy({ argv }: InnerCommand): WantedConnection[] {
  const [own, ...rest] = programOf(argv) === "busybox" ? argv.slice(1) : argv;
  if (own === undefined) return [];
  const opened = SHELL_CONNECTION.exec(own);
  if (opened !== null) return ofShell(opened);
  const program = programOf([own]);
  const tool = ownValue(TOOLS, ownValue(ALIASES, program) ?? program);
  if (tool === undefined) return [];
  const line = readLine(rest, tool);
  const protocol = tool.protocol?.(line) ?? "tcp";
  const places = tool.targets(line).filter((place) => place !== null);
  return places
    .slice(0, MOST_TARGETS)
    .map((place) => ({ program, protocol, address: parseIpv4(place.host), ...place }));
}

function ofShell([, protocol, host = "", port]: RegExpExecArray): WantedConnection[] {
  const wanted = { program: "bash", host, address: parseIpv4(host), port: Number(port) };
  return [{ ...wanted, protocol: protocol === "udp" ? "udp" : "tcp" }];
}

function readLine(argv: readonly string[], { values, long = "" }: Tool): ToolLine {
  const longValues = new Set(long.split(" "));
  const flags = new Set<string>();
  const found = new Map<string, string>();
  const words: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] as string;
    if (word.startsWith("--") && word.length > 2) {
      const [name = "", value] = word.slice(2).split("=", 2);
      if (value !== undefined) found.set(name, value);
      else if (longValues.has(name)) found.set(name, argv[++at] ?? "");
      else flags.add(name);
    } else if (!word.startsWith("-") || word.length < 2) words.push(word);
    else
      for (let letter = 1; letter < word.length; letter++) {
        const option = word[letter] as string;
        if (!values.includes(option)) flags.add(option);
        else {
          found.set(option, word.slice(letter + 1) || (argv[++at] ?? ""));
          break;
        }
      }
  }
  const url = found.get("url");
  return {
    words: url === undefined ? words : [url, ...words],
    flags,
    value: (...names) => names.flatMap((name) => found.get(name) ?? [])[0],
  };
}

function urlOf(word: string): { readonly host: string; readonly port: number } | null {
  const match = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:[^/@]*@)?(\[[^\]]*\]|[^/:?#[\]]+)(?::(\d+))?(?:[/?#]|$)/i.exec(word);
  if (match === null || match[2] === undefined) return null;
  return placeOf(match[2], portNumber(match[3]) ?? ownValue(SCHEMES, (match[1] ?? "http").toLowerCase()) ?? 80);
}

function placeOf(
  host: string | undefined,
  port: number | null,
): { readonly host: string; readonly port: number } | null {
  return host === undefined || host === "" || port === null ? null : { host, port };
}

// nc takes a range, too: its first ports stand for it.
function portsOf(word: string): number[] {
  const [, low, high] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(word) ?? [];
  if (low === undefined) return [];
  const count = high === undefined ? 1 : Math.max(1, Number(high) - Number(low) + 1);
  return Array.from({ length: Math.min(count, MOST_TARGETS) }, (_, at) => Number(low) + at);
}

function portNumber(word: string | undefined): number | null {
  return word !== undefined && /^\d{1,5}$/.test(word) ? Number(word) : null;
}
