// The numbers of a watch over HTTP, for Prometheus and what else reads its format: served by the half that has no rights.

import { createServer } from "node:http";
import { type AddressInfo, isIP } from "node:net";
import { usageError } from "../../case/usage-error.ts";
import { ownValue } from "../../model/own-value.ts";
import { ProblemError } from "../../model/problem.ts";
import { printable, text } from "../../model/text.ts";

/** Where it listens. */
export interface MetricsAddress {
  readonly host: string;
  readonly port: number;
}

const LOOPBACK = "127.0.0.1";
// A scrape comes every few seconds; more at once are no scrapes.
const MOST_CONNECTIONS = 16;
const PATIENCE_MS = 5000;

/** `9091`, `127.0.0.1:9091`, `[::1]:9091`: without an address, loopback. Throws a usage error for what is none. */
export function metricsAddress(asked: string): MetricsAddress {
  const [, bracketed, plain, digits = ""] = /^(?:(?:\[([^\]]+)\]|([^:[\]]*)):)?(\d{1,5})$/.exec(asked) ?? [];
  const named = bracketed ?? (plain === undefined || plain === "" ? LOOPBACK : plain);
  const host = named === "localhost" ? LOOPBACK : named;
  if (digits !== "" && Number(digits) <= 65_535 && isIP(host) !== 0) return { host, port: Number(digits) };
  const name = printable(asked);
  throw usageError(
    asked,
    text(
      `${name} is no address to serve metrics at. Give a port for loopback, or an address with one: --metrics 9091, --metrics 10.0.0.1:9091`,
      `${name} 不是可以提供指标的地址。请给出端口（仅本机），或地址加端口：--metrics 9091、--metrics 10.0.0.1:9091`,
    ),
  );
}

/** What is being served. */
export interface MetricsServer {
  readonly url: string;
  close(): void;
}

/** Begins to serve `words`; throws a ProblemError where nothing can listen there. */
export async function serveMetrics(at: MetricsAddress, words: () => string): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    const { method = "", url = "" } = request;
    const isRead = method === "GET" || method === "HEAD";
    const found = isRead && url.split("?")[0] === "/metrics";
    const body = found ? words() : isRead ? "See /metrics\n" : "GET /metrics\n";
    response.writeHead(found ? 200 : isRead ? 404 : 405, {
      "content-type": found ? "text/plain; version=0.0.4; charset=utf-8" : "text/plain; charset=utf-8",
      "content-length": Buffer.byteLength(body),
      ...(isRead ? {} : { allow: "GET, HEAD" }),
    });
    response.end(method === "HEAD" ? "" : body);
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.requestTimeout = PATIENCE_MS;
  server.headersTimeout = PATIENCE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(new ProblemError(notServed(at, error))));
    server.listen(at.port, at.host, resolve);
  });
  server.on("error", () => {});
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${placeOf({ ...at, port })}/metrics`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function placeOf({ host, port }: MetricsAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function notServed(at: MetricsAddress, error: NodeJS.ErrnoException) {
  const place = placeOf(at);
  const because = ownValue(BECAUSE, error.code ?? "") ?? text(error.code ?? "", error.code ?? "");
  return {
    kind: "cannot-serve",
    severity: "error",
    place,
    text: text(`Metrics cannot be served at ${place}: ${because.en}.`, `无法在 ${place} 提供指标：${because.zh}。`),
  } as const;
}

const BECAUSE: Readonly<Record<string, ReturnType<typeof text>>> = {
  EADDRINUSE: text("something else listens there; name another port", "已有其他程序在监听，请换一个端口"),
  EADDRNOTAVAIL: text("this host has no such address", "本机没有这个地址"),
  EACCES: text(
    "ports below 1024 are for root, and whoever reads the packets has given up its rights; name a higher port",
    "1024 以下的端口只有 root 能用，而读取报文的进程已放弃权限；请用更大的端口",
  ),
};
