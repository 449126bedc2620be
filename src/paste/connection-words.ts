// What programs print of a connection that failed: strerror's words, and the address and port beside them.

import { type Ipv4, parseIpv4 } from "../model/address.ts";
import type { SocketFailure } from "../model/flow.ts";

// Of the C library and its translations, of Windows, of Node, Go and Java, which take them from there. Of connections that
// were made first: curl says "Connection timed out" while it connects, and "Operation timed out" only afterwards
// (multi_handle_timeout); its "(28) SSL connection timeout" waits for TLS.
const FAILURES: readonly (readonly [RegExp, SocketFailure | null])[] = [
  [
    /connection (?:was )?(?:forcibly )?reset|reset by peer|ECONNRESET|forcibly closed by the remote host|连接被对(?:方|端)重[置设]|連線被對方重設|vom Kommunikationspartner zurückgesetzt|ré-initialisée par le correspondant|reinicializada por la máquina remota|Conexão fechada pela outra ponta|разорвано другой стороной|相手からリセット|\(104\)/i,
    "ECONNRESET",
  ],
  [
    /empty reply from server|SSL_ERROR_SYSCALL in connection|No data received\.|Remote end closed connection without response|socket hang up|_exchange_identification: .*closed|Connection closed by \S+ port \d|"https?:\/\/\S+": (?:unexpected )?EOF$/i,
    "EOF",
  ],
  [
    /Operation timed out after \d+ milliseconds with|SSL connection timeout|timed out during banner exchange|(?:Recv failure|Read error)\W+Connection timed out|TLS handshake timeout|timeout awaiting response headers/i,
    "EAGAIN",
  ],
  [
    /connection refused|ECONNREFUSED|actively refused|Connection to \S+ refused|拒绝连接|拒絕連線|Connexion refusée|Verbindungsaufbau abgelehnt|Conexión rehusada|Conexão recusada|В соединении отказано|接続を拒否されました|\(111\)/i,
    "ECONNREFUSED",
  ],
  [
    /no route to host|host is unreachable|EHOSTUNREACH|没有到主机的路由|Keine Route zum Zielrechner|Aucun chemin d['’]accès|Нет маршрута до узла|ホストへの経路がありません|\(113\)/i,
    "EHOSTUNREACH",
  ],
  [/network (?:is )?(?:unreachable|down)|ENETUNREACH|网络不可达|Das Netzwerk ist nicht erreichbar/i, "ENETUNREACH"],
  [
    /timed? ?out|ETIMEDOUT|did not properly respond after a period|连接超时|Wartezeit für die Verbindung|expiration du délai|Expiró el tiempo de conexión|Tempo esgotado para conexão|Время ожидания соединения истекло|接続がタイムアウト|\(110\)/i,
    "ETIMEDOUT",
  ],
  [
    /failed to connect|couldn't connect|could ?n[o']t (?:open )?connect|unable to connect|connect(?:ion)? failed|can't connect|无法连接/i,
    null,
  ],
];

/** A failure that a program's own words tell. */
export interface ToldFailure {
  /** Null where they say no more than that it failed. */
  readonly failure: SocketFailure | null;
  readonly line: string;
}

/** The first line that tells why; else the first that tells that it failed. */
export function failureIn(lines: readonly string[]): ToldFailure | null {
  const told = lines.flatMap((line): ToldFailure[] => {
    const found = FAILURES.find(([words]) => words.test(line));
    return found === undefined ? [] : [{ failure: found[1] ?? byDuration(line), line: quotedIn(line, found[0]) }];
  });
  return told.find(({ failure }) => failure !== null) ?? told[0] ?? givenUp(lines);
}

const TRYING = /^(?:\*\s+)?Trying \d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\.\.\.$/;

// curl -v and telnet say whom they try, and whoever waited for it ended them.
function givenUp(lines: readonly string[]): ToldFailure | null {
  const tried = lines.findIndex((line) => TRYING.test(line.trim()));
  const after = tried < 0 ? [] : lines.slice(tried + 1);
  const isEnded = after.some((line) => /^\^C$/.test(line.trim()));
  const isMade = after.some((line) => /\bConnected to\b|^[<>] /.test(line));
  return isEnded && !isMade ? { failure: "ETIMEDOUT", line: (lines[tried] ?? "").trim() } : null;
}

// In a sentence, what the program printed is set off by grave accents.
function quotedIn(line: string, words: RegExp): string {
  const quoted = [...line.matchAll(/`([^`]+)`/g)].map(([, inside = ""]) => inside.trim());
  return quoted.find((inside) => words.test(inside)) ?? line.trim();
}

// curl says how long it tried: what ended within a second was refused, and three seconds are those of ARP (neigh_timer_handler:
// mcast_solicit of three); more than two minutes are all SYN retries.
function byDuration(line: string): SocketFailure | null {
  const took = /after (\d+) ms/i.exec(line)?.[1];
  if (took === undefined) return null;
  const ms = Number(took);
  if (ms >= SYN_RETRIES_MS) return "ETIMEDOUT";
  return null;
}

const SYN_RETRIES_MS = 60_000;

/** The end of a connection, as a line names it. */
export interface NamedEnd {
  readonly host: string;
  readonly address: Ipv4 | null;
  readonly port: number;
}

const ADDRESS = String.raw`(\d{1,3}(?:\.\d{1,3}){3})`;
const HOST = String.raw`([A-Za-z][\w-]*(?:\.[\w-]+)*)`;
// The far end of two comes first (Go: `read tcp 10.0.0.5:41234->10.0.0.9:443`).
const ENDS: readonly RegExp[] = [
  new RegExp(String.raw`->${ADDRESS}:(\d{1,5})(?!\d)`),
  new RegExp(String.raw`(?<![\d.])${ADDRESS}[\])"'|]*:(\d{1,5})(?!\d)`),
  new RegExp(
    String.raw`(?<![\d.])${ADDRESS}["')\]]*,? (?:\(tcp\) )?(?:on |and accepting TCP/IP connections on )?port:?[ =]?"?(\d{1,5})(?!\d)`,
    "i",
  ),
  // Name servers, as BIND's tools print them.
  new RegExp(String.raw`(?<![\d.])${ADDRESS}#(\d{1,5})(?!\d)`),
  new RegExp(String.raw`["'(]${ADDRESS}["']?,\s*(?:port=)?(\d{1,5})(?!\d)`),
  new RegExp(
    String.raw`(?:connect to|connecting to|connection to|connect to host|connect to address|connect to server at|ECONNREFUSED|dial tcp)\s+"?${HOST}"?(?::|,? port )(\d{1,5})(?!\d)`,
    "i",
  ),
];

/** The first end with its port that these lines name; what is broken over two lines is read as one. */
export function endIn(lines: readonly string[]): NamedEnd | null {
  const joined = lines.slice(0, -1).map((line, at) => `${line} ${lines[at + 1]?.trim() ?? ""}`);
  for (const text of [...lines, ...joined])
    for (const pattern of ENDS) {
      const [, host = "", port = ""] = pattern.exec(text) ?? [];
      if (port === "" || Number(port) === 0 || Number(port) > 65_535) continue;
      return { host, address: parseIpv4(host), port: Number(port) };
    }
  return null;
}
