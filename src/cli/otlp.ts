// Hands findings to a collector by OTLP over HTTP: bounded, and what fails is one sentence.

import { packageVersion } from "../case/package-root.ts";
import { usageError } from "../case/usage-error.ts";
import { now } from "../clock.ts";
import type { Problem } from "../model/problem.ts";
import { printable, text } from "../model/text.ts";
import { otlpLogs } from "../render/export/otlp.ts";
import type { FindingRow } from "../render/export/rows.ts";

const MOST_ROWS = 10_000;
const EACH_TIME = 1000;
const PATIENCE_MS = 10_000;

/** The place of a collector; throws a usage error for what is none. Without a path it is OTLP's own. */
export function collectorOf(asked: string): URL {
  const url = URL.canParse(asked) ? new URL(asked) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    const name = printable(asked);
    throw usageError(
      asked,
      text(
        `${name} is no address of a collector. Give one like http://127.0.0.1:4318`,
        `${name} 不是采集器的地址。请给出类似 http://127.0.0.1:4318 的地址`,
      ),
    );
  }
  if (url.pathname === "/") url.pathname = "/v1/logs";
  return url;
}

/** Sends them; what went wrong, or null. */
export async function sendFindings(rows: readonly FindingRow[], collector: URL): Promise<Problem | null> {
  for (let at = 0; at < Math.min(rows.length, MOST_ROWS); at += EACH_TIME) {
    const body = otlpLogs(rows.slice(at, Math.min(at + EACH_TIME, MOST_ROWS)), packageVersion(), now());
    const fault = await send(body, collector);
    if (fault !== null) return notSent(collector, fault);
  }
  return rows.length > MOST_ROWS ? notSent(collector, `more than ${MOST_ROWS} findings`) : null;
}

async function send(body: string, collector: URL): Promise<string | null> {
  try {
    const response = await fetch(collector, {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await response.body?.cancel();
    return response.ok ? null : `HTTP ${response.status}`;
  } catch (error) {
    const { cause, name } = error as { readonly cause?: NodeJS.ErrnoException; readonly name?: string };
    if (name === "TimeoutError") return `no answer within ${PATIENCE_MS / 1000} s`;
    return cause?.code ?? String(error);
  }
}

function notSent(collector: URL, fault: string): Problem {
  // A password in it is nobody's business.
  const place = printable(`${collector.protocol}//${collector.host}${collector.pathname}`);
  return {
    kind: "cannot-send",
    severity: "error",
    place,
    text: text(
      `The findings did not all reach the collector at ${place} (${printable(fault)}). The report itself is whole.`,
      `发现的结果没有全部送达采集器 ${place}（${printable(fault)}）。报告本身是完整的。`,
    ),
  };
}
