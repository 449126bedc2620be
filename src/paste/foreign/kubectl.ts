// kubectl: which pod, node and service has which address; what else is in there decides nothing of a ping.

import type { PastedBlock } from "../state/pasted.ts";
import type { Converted } from "./converted.ts";

const WIDE = /^(?:NAMESPACE\s+)?NAME\s+.*\b(?:IP|CLUSTER-IP|INTERNAL-IP)\b/;

/** Whether these lines are what `kubectl get` prints of pods, nodes or services. */
export function isKubectl({ lines }: PastedBlock): boolean {
  return (
    lines.some(({ text }) => WIDE.test(text)) ||
    (lines.some(({ text }) => /^\s*(?:podIP|hostIP|clusterIP): \d/.test(text)) &&
      lines.some(({ text }) => /^\s*(?:kind: (?:Pod|Service|List|Node)|metadata:|status:)/.test(text)))
  );
}

/** The names with their addresses. */
export function fromKubectl({ lines }: PastedBlock): Converted {
  const names = new Map<string, string>();
  const head = lines.find(({ text }) => WIDE.test(text));
  if (head !== undefined) {
    // Columns stand where their titles do; a value is never longer than its column.
    const title = ["INTERNAL-IP", "CLUSTER-IP", "IP"].find((one) => new RegExp(`\\b${one}\\b`).test(head.text)) ?? "IP";
    const at = head.text.search(new RegExp(`(?<![\\w-])${title}\\b`));
    const nameAt = head.text.search(/\bNAME\b/);
    for (const { text } of lines) {
      const address =
        /^\d+\.\d+\.\d+\.\d+/.exec(text.slice(at))?.[0] ?? /\s(\d+\.\d+\.\d+\.\d+)\s/.exec(`${text} `)?.[1];
      const name = text.slice(nameAt).split(/\s/)[0] ?? "";
      if (address !== undefined && name !== "") names.set(name, address);
    }
    return { blocks: [], names, unknown: [] };
  }
  const text = lines.map((line) => line.text).join("\n");
  // A list holds several, each with its own metadata and status.
  for (const one of text.split(/^(?=- apiVersion:|apiVersion:)/m)) {
    const name = /^\s*metadata:[\s\S]*?\n\s+name: (\S+)/m.exec(one)?.[1];
    const address = /\b(?:podIP|clusterIP): "?(\d+\.\d+\.\d+\.\d+)/.exec(one)?.[1];
    if (name !== undefined && address !== undefined) names.set(name, address);
  }
  return { blocks: [], names, unknown: [] };
}
