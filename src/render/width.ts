// How wide text stands on a terminal, and where its lines may break: Han characters take two columns and break anywhere.

// Unicode East Asian Width W and F, as ranges of code points (UAX #11), and emoji that terminals draw two columns wide.
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f900, 0x1faff],
  [0x20000, 0x3fffd],
];
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
// Marks that must not begin a line, and marks that must not end one.
const CLOSING = new Set("，。、；：？！）」』》】〉”’…,.;:?!)]}%");
const OPENING = new Set("（「『《【〈“‘([{");

function widthOf(char: string): number {
  const code = char.codePointAt(0) as number;
  if (code < 0x300) return 1;
  if (code >= 0x4e00 && code <= 0x9fff) return 2;
  if (WIDE.some(([first, last]) => code >= first && code <= last)) return 2;
  return ZERO_WIDTH.test(char) ? 0 : 1;
}

// Below this every character takes one column, and a line breaks at blanks alone.
const NARROW = /^[\0-\u02ff]*$/;

/** Columns a string takes on a terminal. */
export function displayWidth(line: string): number {
  if (NARROW.test(line)) return line.length;
  let width = 0;
  for (const char of line) width += widthOf(char);
  return width;
}

/** Fills up with spaces on the right. */
export function padEnd(line: string, width: number): string {
  return line + " ".repeat(Math.max(0, width - displayWidth(line)));
}

/** Fills up with spaces on the left. */
export function padStart(line: string, width: number): string {
  return " ".repeat(Math.max(0, width - displayWidth(line))) + line;
}

/** Breaks a paragraph into lines of at most `width` columns; a word longer than a line is cut. */
export function wrap(paragraph: string, width: number): string[] {
  const room = Math.max(2, width);
  const lines: string[] = [];
  let line = "";
  let columns = 0;
  for (const { space, word } of atoms(paragraph)) {
    const width = displayWidth(word);
    if (line !== "" && columns + space.length + width <= room) {
      line += space + word;
      columns += space.length + width;
      continue;
    }
    if (line !== "") lines.push(line);
    line = word;
    columns = width;
    while (columns > room) {
      const head = takeColumns(line, room);
      lines.push(head);
      line = line.slice(head.length);
      columns = displayWidth(line);
    }
  }
  if (line !== "") lines.push(line);
  return lines;
}

/** Lays items out in lines of at most `width` columns, breaking between items where it can. */
export function fill(items: readonly string[], separator: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  items.forEach((item, index) => {
    const piece = index < items.length - 1 ? item + separator.trimEnd() : item;
    const gap = separator.slice(separator.trimEnd().length);
    if (line !== "" && displayWidth(line + gap + piece) > width) {
      lines.push(line);
      line = piece;
    } else line = line === "" ? piece : line + gap + piece;
    const pieces = wrap(line, width);
    for (const piece of pieces.slice(0, -1)) lines.push(piece);
    line = pieces.at(-1) ?? "";
  });
  if (line !== "") lines.push(line);
  return lines;
}

/** As many characters from the start as fit into `width` columns, at least one. */
function takeColumns(line: string, width: number): string {
  let taken = "";
  let columns = 0;
  for (const char of line) {
    columns += widthOf(char);
    if (columns > width && taken !== "") break;
    taken += char;
  }
  return taken;
}

interface Atom {
  readonly space: string;
  readonly word: string;
}

// Pieces between which a line may break, each with the spaces that stand before it.
function atoms(paragraph: string): Atom[] {
  if (NARROW.test(paragraph))
    return Array.from(paragraph.matchAll(/( *)([^ ]+)/g), ([, space = "", word = ""]) => ({ space, word }));
  const found: Atom[] = [];
  let space = "";
  let word = "";
  let previous = "";
  let quoted = false;
  for (const char of paragraph) {
    if (char === " ") {
      if (word !== "") found.push({ space, word });
      space = word === "" ? `${space} ` : " ";
      word = "";
    } else {
      const closes = CLOSING.has(char) || (char === '"' && quoted);
      const held = closes || OPENING.has(previous) || (previous === '"' && quoted);
      if (word !== "" && !held && (widthOf(char) === 2 || widthOf(previous) === 2) && widthOf(char) > 0) {
        found.push({ space, word });
        space = "";
        word = "";
      }
      word += char;
      if (char === '"') quoted = !quoted;
    }
    previous = char;
  }
  if (word !== "") found.push({ space, word });
  return found;
}
