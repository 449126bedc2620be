// Tells pasted text from captures among the inputs; standard input is looked at without being consumed.

import type { CaptureInput } from "../savefile/open.ts";
import { type ByteSource, openFile, openPipe } from "../savefile/open-bytes.ts";

// A paste is what a person selected in a terminal; more than this is a log, and its beginning is explained.
const LONGEST_PASTE = 16 * 1024 * 1024;

/** Text of a paste, or the bytes of a capture that were already looked at; null where nothing had to be opened. */
export type Looked =
  | { readonly kind: "paste"; readonly text: string }
  | { readonly kind: "bytes"; readonly bytes: ByteSource }
  | null;

/** Looks at one input. */
export async function lookAt(input: CaptureInput): Promise<Looked> {
  if (input.path !== null && input.content !== "text") return null;
  const { looksLikePaste, pasteText } = await import("../savefile/text/read-paste.ts");
  const bytes = input.path === null ? openPipe(process.stdin, input.source) : openFile(input.path, input.source);
  if (!looksLikePaste(await bytes.head())) return { kind: "bytes", bytes };
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (let chunk = await bytes.read(); chunk !== null && total < LONGEST_PASTE; chunk = await bytes.read()) {
    chunks.push(new Uint8Array(chunk));
    total += chunk.length;
  }
  await bytes.close();
  return { kind: "paste", text: pasteText(Buffer.concat(chunks)) };
}
