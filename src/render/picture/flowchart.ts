// The topology as a Mermaid flowchart, for pages that draw such: hosts as boxes, wires, the ways with their steps, and a
// cross where one is stopped.

import { text } from "../../model/text.ts";
import type { Voice } from "../document/voice.ts";
import { mermaidWords } from "../mermaid-words.ts";
import { linesOf } from "./card.ts";
import type { Scene, Way, Waypoint } from "./shapes.ts";

/** The lines of the diagram; none where a row of interfaces tells as much. */
export function flowchartLines(voice: Voice, scene: Scene): string[] {
  const inner = scene.hosts.some(({ spots }) => spots.some(({ role }) => role === "inner"));
  if (scene.hosts.filter(({ isKnown }) => isKnown).length < 2 && !inner) return [];
  const ids = new Map<string, string>();
  const idOf = ({ kind, key }: Pick<Waypoint, "kind" | "key">): string => {
    const known = ids.get(`${kind} ${key}`);
    if (known !== undefined) return known;
    const made = `n${ids.size + 1}`;
    ids.set(`${kind} ${key}`, made);
    return made;
  };
  const stacks = new Set(
    scene.ways.flatMap(({ points }) => points.flatMap(({ kind, key }) => (kind === "stack" ? [key] : []))),
  );
  const hosts = scene.hosts.flatMap((host, index) => [
    `  subgraph h${index + 1}["${named(host.title)}"]`,
    ...host.spots.map((spot) => {
      const words = linesOf(spot).filter((line) => line !== "");
      const label = words.map(named).join("<br/>");
      return `    ${idOf({ kind: "spot", key: spot.key })}["${label}"]`;
    }),
    ...(stacks.has(host.key)
      ? [`    ${idOf({ kind: "stack", key: host.key })}(["${named(voice.say(text("IP stack", "IP 协议栈")))}"])`]
      : []),
    "  end",
  ]);
  const passed = new Set(scene.ways.flatMap(({ points }) => pairsOf(points).map(([a, b]) => pairKey(a.key, b.key))));
  const wires = scene.wires
    .filter(({ from, to }) => !passed.has(pairKey(from, to)))
    .map(
      ({ from, to, isGuessed }) =>
        `  ${idOf({ kind: "spot", key: from })} ${isGuessed ? "-.-" : "---"} ${idOf({ kind: "spot", key: to })}`,
    );
  const ways = scene.ways.flatMap((way, index) => wayLines(voice, way, index, idOf));
  return ["flowchart LR", ...hosts, ...wires, ...ways];
}

function wayLines(voice: Voice, way: Way, index: number, idOf: (point: Waypoint) => string): string[] {
  const arrow = way.kind === "there" ? "==>" : way.kind === "copy" ? "-.->" : "-->";
  const name = way.label === null ? "" : voice.say(way.label);
  const lines = pairsOf(way.points).map(([a, b]) => {
    const label = b.step === null ? "" : `|"${named(`${b.step.n} ${name}`.trim())}"|`;
    return `  ${idOf(a)} ${arrow}${label} ${idOf(b)}`;
  });
  const last = way.points.at(-1);
  if (last === undefined || (way.end !== "stopped" && way.end !== "beyond")) return lines;
  return [...lines, `  ${idOf(last)} --x x${index + 1}(("✗"))`];
}

function pairsOf(points: readonly Waypoint[]): [Waypoint, Waypoint][] {
  return points.slice(1).map((point, index) => [points[index] as Waypoint, point]);
}

function pairKey(a: string, b: string): string {
  return [a, b].sort().join("\t");
}

function named(words: string): string {
  return words.trim() === "" ? "?" : mermaidWords(words);
}
