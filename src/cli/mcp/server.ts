// The protocol itself: JSON-RPC 2.0, one message a line; requests are answered one after another.

import { createInterface } from "node:readline";
import { packageVersion } from "../../case/package-root.ts";
import { ProblemError } from "../../model/problem.ts";
import { TOOLS, toolByName } from "./tools.ts";

// The versions whose messages these are, the newest first.
const VERSIONS = ["2025-06-18", "2025-03-26", "2024-11-05"] as const;

const FAULT = { parse: -32700, request: -32600, method: -32601, params: -32602, internal: -32603 } as const;

interface Request {
  readonly id: string | number;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

class RpcFault extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Answers until the input ends. */
export async function serve(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Promise<void> {
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === "") continue;
    const reply = await replyTo(line);
    if (reply !== null) output.write(`${JSON.stringify({ jsonrpc: "2.0", ...reply })}\n`);
  }
}

async function replyTo(line: string): Promise<Record<string, unknown> | null> {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    return { id: null, error: { code: FAULT.parse, message: "not JSON" } };
  }
  if (!isRecord(message) || typeof message.method !== "string")
    return { id: null, error: { code: FAULT.request, message: "not a request" } };
  const { id, method, params } = message;
  // What has no id is a notification, and nobody waits for an answer.
  if (typeof id !== "string" && typeof id !== "number") return null;
  try {
    return { id, result: await resultOf({ id, method, params: isRecord(params) ? params : {} }) };
  } catch (error) {
    const code = error instanceof RpcFault ? error.code : FAULT.internal;
    return { id, error: { code, message: error instanceof Error ? error.message : String(error) } };
  }
}

async function resultOf({ method, params }: Request): Promise<unknown> {
  switch (method) {
    case "initialize":
      return {
        protocolVersion: VERSIONS.find((version) => version === params.protocolVersion) ?? VERSIONS[0],
        capabilities: { tools: {} },
        serverInfo: { name: "pktwhy", version: packageVersion() },
        instructions:
          "Explains why a ping or a connection got no answer, from captures and kernel state. Begin with explain or predict; try a fix with check_fix before you advise it.",
      };
    case "ping":
      return {};
    case "tools/list":
      return {
        tools: TOOLS.map(({ name, description, inputSchema }) => ({
          name,
          description,
          inputSchema,
          annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: false },
        })),
      };
    case "tools/call":
      return called(params);
    default:
      throw new RpcFault(FAULT.method, `there is no method ${method}`);
  }
}

async function called(params: Readonly<Record<string, unknown>>): Promise<unknown> {
  const tool = toolByName(params.name);
  if (tool === null) throw new RpcFault(FAULT.params, `there is no tool ${String(params.name)}`);
  try {
    const found = await tool.call(isRecord(params.arguments) ? params.arguments : {});
    return { content: [{ type: "text", text: JSON.stringify(found) }], structuredContent: found };
  } catch (error) {
    // What whoever calls can put right is an answer of the tool, not a fault of the protocol.
    if (!(error instanceof ProblemError)) throw error;
    return { content: [{ type: "text", text: error.problem.text.en }], isError: true };
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
