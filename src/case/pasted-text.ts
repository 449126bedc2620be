// Tells pasted text from captures among the inputs; standard input is looked at without being consumed.

import type { Problem } from "../model/problem.ts";
import { printable, text } from "../model/text.ts";
import type { CaptureInput } from "../savefile/open.ts";
import { type ByteSource, openFile, openPipe } from "../savefile/open-bytes.ts";

// A paste is what a person selected in a terminal; more than this is a log, and its beginning is explained.
const LONGEST_PASTE = 8 * 1024 * 1024;
const MOST_LINES = 100_000;
const NEWLINE = 10;
const RETURN = 13;

/** Text of a paste, or the bytes of a capture that were already looked at; null where nothing had to be opened. */
export type Looked =
  | { readonly kind: "paste"; readonly text: string; readonly problems: readonly Problem[] }
  | { readonly kind: "bytes"; readonly bytes: ByteSource }
  | null;

/** Looks at one input. */
export async function lookAt(input: CaptureInput): Promise<Looked> {
  if (input.path !== null && input.content !== "text") return null;
  const { looksLikePaste, pasteText } = await import("../paste/read.ts");
  const bytes = input.path === null ? openPipe(process.stdin, input.source) : openFile(input.path, input.source);
  if (!looksLikePaste(await bytes.head())) return { kind: "bytes", bytes };
  const { content, whole } = await beginningOf(bytes);
  await bytes.close();
  const problems = [...bytes.problems, ...(whole ? [] : [beginningOnly(input.source)])];
  return { kind: "paste", text: pasteText(content), problems };
}

/** As much as a paste may hold. */
async function beginningOf(bytes: ByteSource): Promise<{ content: Uint8Array; whole: boolean }> {
  const chunks: Uint8Array[] = [];
  let room = LONGEST_PASTE;
  let lines = MOST_LINES;
  for (let chunk = await bytes.read(); chunk !== null; chunk = await bytes.read()) {
    let end = 0;
    for (; end < chunk.length && room > 0 && lines > 0; end++, room--) {
      if (chunk[end] === NEWLINE || chunk[end] === RETURN) lines--;
    }
    chunks.push(chunk.slice(0, end));
    if (end < chunk.length) return { content: Buffer.concat(chunks), whole: false };
  }
  return { content: Buffer.concat(chunks), whole: true };
}

function beginningOnly(place: string): Problem {
  const name = printable(place);
  const most = `${LONGEST_PASTE / 2 ** 20} MB`;
  return {
    kind: "paste-too-long",
    severity: "warning",
    place,
    text: text(
      `${name} is longer than any paste: only its beginning (${most} or ${MOST_LINES} lines) is read. Give the part that shows the fault, or a capture written by tcpdump -w.`,
      `${name} 太长，不像是粘贴的文本：只读取开头部分（${most} 或 ${MOST_LINES} 行）。请只给出出问题的那一段，或用 tcpdump -w 写成的抓包文件。`,
    ),
  };
}
