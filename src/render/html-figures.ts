// The two pictures of a flow on a page: where the packets went, in a form for wide and one for narrow windows, and who saw
// what in order of time. Beside them what their colours mean, and the first of them as a table.

import { text } from "../model/text.ts";
import type { PageBlock } from "./blocks.ts";
import type { Voice } from "./document/voice.ts";
import { WIDTHS } from "./html-picture-style.ts";
import { sequenceSvg } from "./picture/sequence-svg.ts";
import type { Scene, Spot, Way } from "./picture/shapes.ts";
import { escaped, type Picture } from "./picture/svg.ts";
import { topologySvg } from "./picture/topology-svg.ts";
import { PICTURE } from "./picture/words.ts";
import { WORDS } from "./words.ts";

// Beside a picture: the page's margins, the frame and its padding.
const AROUND = 64;

/** The figures; empty where there is nothing to draw. */
export function figuresOf(voice: Voice, { scene, steps, flow }: PageBlock & { kind: "picture" }): string {
  const figures = [];
  const spots = scene.hosts.flatMap((host) => host.spots);
  if (spots.length > 1 || scene.hosts.some(({ isKnown }) => isKnown)) figures.push(topologyFigure(voice, scene, flow));
  const named = {
    id: `sequence-${flow}`,
    title: voice.say(PICTURE.sequence),
    description: voice.say(
      text("Each arrow leads to its step in the table below.", "每个箭头都链接到下方表格中对应的步骤。"),
    ),
  };
  const sequence = sequenceSvg(voice, scene, (n) => steps.get(n) ?? null, named);
  if (sequence !== null) figures.push(sequenceFigure(voice, scene, sequence));
  return figures.join("\n");
}

function topologyFigure(voice: Voice, scene: Scene, flow: number): string {
  const description = scene.ways.flatMap((way) => described(voice, scene, way)).join(voice.say(WORDS.sentenceGap));
  const named = (course: string) => ({
    id: `topology-${flow}-${course}`,
    title: voice.say(PICTURE.topology),
    description,
  });
  const right = topologySvg(voice, scene, "right", named("right"));
  const down = topologySvg(voice, scene, "down", named("down"));
  // The narrower one alone where that is the one that runs to the right, or where no window is as wide as it.
  const from = WIDTHS.find((width) => width >= right.w + AROUND);
  const pictures = right.w <= down.w ? [right] : from === undefined ? [down] : [right, down];
  const look = pictures.length === 1 ? lookOf(pictures) : `${lookOf(pictures)} from${from}`;
  return [
    `<h3>${escaped(voice.say(PICTURE.topology))}</h3>`,
    `<figure class="${look}">`,
    scroller(voice.say(PICTURE.topology), pictures.map(({ svg }) => svg).join("")),
    `<figcaption>${legend(voice, scene)}</figcaption>`,
    `<details><summary>${escaped(voice.say(PICTURE.asTable))}</summary>${placesTable(voice, scene)}</details>`,
    "</figure>",
  ].join("\n");
}

// What is wider than the text may take the room beside it.
function lookOf(pictures: readonly Picture[]): string {
  return Math.max(...pictures.map(({ w }) => w)) > TEXT_WIDTH ? "picture broad" : "picture";
}

const TEXT_WIDTH = 900;

function sequenceFigure(voice: Voice, { crossings }: Scene, picture: Picture): string {
  const isGuessed = crossings.some(({ basis }) => basis !== "seen" && basis !== "kernel" && basis !== "missing");
  const guessed = isGuessed ? `<ul class="legend">${key("guessed", voice.say(PICTURE.guessed))}</ul>` : "";
  return [
    `<h3>${escaped(voice.say(PICTURE.sequence))}</h3>`,
    `<figure class="${lookOf([picture])}">`,
    scroller(voice.say(PICTURE.sequence), picture.svg),
    ...(guessed === "" ? [] : [`<figcaption>${guessed}</figcaption>`]),
    "</figure>",
  ].join("\n");
}

// What scrolls can be reached by the keyboard.
function scroller(label: string, svg: string): string {
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escaped(label)}">${svg}</div>`;
}

function legend(voice: Voice, { ways, hosts, stop, leftOut, target }: Scene): string {
  const items = ways.flatMap(({ kind, label }) => (label === null ? [] : [key(kind, voice.say(label))]));
  if (ways.some(({ kind }) => kind === "copy")) items.push(key("copy", voice.say(PICTURE.copy)));
  const owner = hosts.flatMap(({ spots }) => spots).find(({ isOwner }) => isOwner);
  if (owner !== undefined) items.push(key("owner", voice.say(text(`has ${target}`, `持有 ${target}`))));
  if (stop !== null) {
    const { n } = stop.step;
    const said = voice.say(text(`stopped here, step ${n}`, `止于此（第 ${n} 步）`));
    items.push(`<li class="bad"><span class="key cross"></span>${escaped(said)}</li>`);
  }
  const more = voice.say(
    text(`${leftOut} more hosts are in the steps alone.`, `另有 ${leftOut} 台主机只在步骤中列出。`),
  );
  return `<ul class="legend">${items.join("")}</ul>${escaped(voice.say(PICTURE.steps))}${leftOut === 0 ? "" : ` ${escaped(more)}`}`;
}

function key(look: string, words: string): string {
  return `<li><span class="key ${look}"></span>${escaped(words)}</li>`;
}

// The way in words: for those who hear the page.
function described(voice: Voice, { hosts, stop }: Scene, { kind, label, points, end }: Way): string[] {
  if (kind === "copy" || points.length === 0) return [];
  const nameOf = (point: Way["points"][number]): string => {
    if (point.kind === "stack")
      return `${hosts.find((host) => host.key === point.key)?.title ?? ""} ${voice.say(WORDS.stack)}`;
    const host = hosts.find(({ spots }) => spots.some((spot) => spot.key === point.key));
    return `${host?.title ?? ""} ${host?.spots.find((spot) => spot.key === point.key)?.name ?? ""}`;
  };
  const way = points.map(nameOf).join(" → ");
  const stopped = end === "stopped" || end === "beyond" ? ` ✗ ${stop === null ? "" : voice.say(stop.headline)}` : "";
  return [
    `${label === null ? "" : `${voice.say(label)}${voice.say(WORDS.colon)}`}${way}${stopped}${voice.say(text(".", "。"))}`,
  ];
}

function placesTable(voice: Voice, { hosts, wires }: Scene): string {
  const spots = new Map(hosts.flatMap((host) => host.spots.map((spot) => [spot.key, { host, spot }] as const)));
  const nameOf = (key: string): string => {
    const one = spots.get(key);
    return one === undefined ? "" : `${one.host.title} ${one.spot.name}`;
  };
  const rows = hosts.flatMap(({ title, spots: own }) =>
    own.map((spot) => {
      const others = wires.flatMap(({ from, to }) => (from === spot.key ? [to] : to === spot.key ? [from] : []));
      return [title, spot.name, spot.addresses.join(", "), others.map(nameOf).join(", "), stateOf(voice, spot)];
    }),
  );
  const head = [PICTURE.host, PICTURE.interface, PICTURE.addresses, PICTURE.connected, PICTURE.state].map(
    (one) => `<th scope="col">${escaped(voice.say(one))}</th>`,
  );
  const lines = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join("")}</tr>`);
  return `<div class="wide"><table class="places"><thead><tr>${head.join("")}</tr></thead><tbody>${lines.join("")}</tbody></table></div>`;
}

function stateOf(voice: Voice, { isDown, isOwner, role }: Spot): string {
  const said = [
    ...(isOwner ? [text("target", "目标")] : []),
    ...(isDown && role !== "lo" ? [text("down", "未启用")] : []),
  ];
  return said.map(voice.say).join(voice.say(WORDS.comma));
}
