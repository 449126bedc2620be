// Pasted text of every kind, damaged as texts get, and read to its report: tcpdump, ping, ip, bridge, nft, iptables, sysctl.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type PastedText, reportOfPastes } from "../../src/case/paste-report.ts";
import { looksLikePaste, pasteText } from "../../src/paste/read.ts";
import { type Family, promise } from "./family.ts";
import { damaged } from "./mutate-bytes.ts";
import { damagedText } from "./mutate-text.ts";
import { commandsStayOurs, keepsPromises } from "./promises.ts";
import { type Random, randomOf } from "./random.ts";

/** Real texts: recorded here, and what people pasted (../shared/transcripts, where it lies). */
export function pastedTexts(): string[] {
  const posted = join(import.meta.dirname, "../../../shared/transcripts");
  return [...recordedTexts(), ...textsIn([posted])];
}

/** Those alone that were recorded here. */
export function recordedTexts(): string[] {
  return textsIn([join(import.meta.dirname, "pasted")]);
}

function textsIn(directories: readonly string[]): string[] {
  return directories
    .filter((directory) => existsSync(directory))
    .flatMap((directory) =>
      readdirSync(directory)
        .filter((file) => file.endsWith(".txt"))
        .sort()
        .map((file) => readFileSync(join(directory, file), "utf8")),
    );
}

/** Cases are made of these texts. */
export function pasteFamily(texts: readonly string[]): Family {
  const bytesOf = (random: Random): Uint8Array[] => {
    const made = Array.from({ length: random.chance(0.1) ? 2 : 1 }, () => Buffer.from(damagedText(texts, random)));
    return made.map((bytes) => (random.chance(0.05) ? damaged(bytes, random) : bytes));
  };
  return {
    name: "text",
    async run(seed, number) {
      const random = randomOf(seed, number);
      const files = bytesOf(random);
      const pastes = files.map((bytes, i) => ({
        source: i === 0 ? "paste.txt" : "other.txt",
        content: pasteText(bytes),
        interface: random.chance(0.1) ? "veth9" : null,
        netns: null,
      }));
      for (const bytes of files) looksLikePaste(bytes);
      return keepsPastePromises(pastes, random);
    },
    inputsOf: (seed, number) => bytesOf(randomOf(seed, number)),
  };
}

/** Reads the texts to their report, which must keep its promises; says whether it was put into words. */
export async function keepsPastePromises(pastes: readonly PastedText[], random: Random): Promise<boolean> {
  const read = await reportOfPastes({ pastes, captures: [], state: null, problems: [] });
  promise(read.report !== null || read.problems.some(({ severity }) => severity === "error"), "nothing said");
  const lines = pastes.reduce((sum, { content }) => sum + content.split(/\r\n|\n|\r/).length, 0);
  promise(read.unknown.length <= lines, `${read.unknown.length} lines not understood of ${lines}`);
  if (read.report !== null) commandsStayOurs(read.report);
  if (read.report === null || !random.chance(0.3)) return false;
  keepsPromises(read.report, random);
  return true;
}
