// The report on one screen: the answer, why, the steps, what to do, what it could be else, and where the rest is.

import type { Document, Part } from "../document/document.ts";
import { FOLDS } from "../document/fold.ts";
import { fittingLines } from "../drawing.ts";
import type { Page } from "../page.ts";
import { screenLines } from "./blocks.ts";
import { lastLine } from "./last-line.ts";
import { type Room, rooms, type Story } from "./room.ts";

/** Lines of a terminal; a picture may add to them, and what went well needs fewer. */
export const SCREEN = { lines: 24, withPicture: 30, well: 15 } as const;

// Parts of one block stand together, without a blank line.
type Block = "head" | "steps" | "advice" | "rest";

const BLOCKS: readonly Block[] = ["head", "steps", "advice", "rest"];

/** The lines of a document that was cut to the screen's level. */
export function screenOf(page: Page, told: Document): string[] {
  const parts = told.sections.flatMap((section) => section.parts);
  const asked = parts.filter((part) => part.kind === "list" && part.asked === true);
  const shown = parts.filter((part) => !asked.includes(part));
  const most = told.isWell ? SCREEN.well : SCREEN.lines;
  const blocks = fitting(page, shown, most, told.isWell ? "well" : storyOf(shown));
  const lines = joined(blocks.blocks, most);
  const picture = told.isWell ? [] : pictureOf(page, shown);
  const [head, ...rest] = blocks.blocks;
  const whole =
    picture.length > 0 && lines.length + picture.length + 1 <= SCREEN.withPicture
      ? joined([head ?? [], picture, ...rest], SCREEN.withPicture)
      : lines;
  const why = asked.flatMap((part) => screenLines(page, part, blocks.room));
  return why.length === 0 ? whole : [...whole, "", ...why];
}

function pictureOf(page: Page, parts: readonly Part[]): string[] {
  return parts.flatMap((part) => (part.kind === "drawing" ? fittingLines(page, part.drawing) : []));
}

// Rows up to which every step of a story is told.
const SHORT = 12;

function storyOf(parts: readonly Part[]): Story {
  const rows = parts.flatMap((part) => (part.kind === "steps" ? [part.folded[FOLDS]?.length ?? 0] : []));
  return Math.max(0, ...rows) <= SHORT ? "short" : "long";
}

// The most that fits; the least where nothing does.
function fitting(page: Page, parts: readonly Part[], most: number, story: Story): { blocks: string[][]; room: Room } {
  let made: { blocks: string[][]; room: Room } | null = null;
  for (const room of rooms(story)) {
    made = { blocks: blocksOf(page, parts, room), room };
    if (sizeOf(made.blocks, room.blank) <= most) return made;
  }
  return made as { blocks: string[][]; room: Room };
}

function blocksOf(page: Page, parts: readonly Part[], room: Room): string[][] {
  const blocks = new Map<Block, string[]>(BLOCKS.map((block) => [block, []]));
  const counted = new Map<string, number>();
  for (const part of parts) {
    const nth = counted.get(countedAs(part)) ?? 0;
    counted.set(countedAs(part), nth + 1);
    blocks.get(blockOf(part))?.push(...screenLines(page, part, room, nth));
  }
  return [...blocks.values(), lastLine(page, parts)];
}

function countedAs(part: Part): string {
  return part.kind === "paragraph" ? part.role : part.kind;
}

function blockOf(part: Part): Block {
  switch (part.kind) {
    case "title":
    case "answer":
    case "no-answer":
      return "head";
    case "paragraph":
      return part.role === "summary" ? "head" : part.role === "also" ? "advice" : "rest";
    case "steps":
      return "steps";
    case "list":
    case "fixes":
    case "lookalikes":
    case "settle":
    case "by-hand":
      return "advice";
    default:
      return "rest";
  }
}

// Blank lines between the blocks, from the top on, as far as there is room.
function joined(blocks: readonly (readonly string[])[], most: number): string[] {
  const shown = blocks.filter((block) => block.length > 0);
  const spare = most - shown.reduce((sum, block) => sum + block.length, 0);
  return shown.flatMap((block, index) => (index > 0 && index <= spare ? ["", ...block] : block));
}

function sizeOf(blocks: readonly (readonly string[])[], blank: boolean): number {
  const shown = blocks.filter((block) => block.length > 0);
  return shown.reduce((sum, block) => sum + block.length, 0) + (blank ? Math.max(0, shown.length - 1) : 0);
}
