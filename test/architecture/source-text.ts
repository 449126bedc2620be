// Reads TypeScript as text: what a file imports, and its code without comments and strings.

/** Specifiers of all imports and re-exports, `import type` and `import("…")` included. */
export function importsOf(source: string): string[] {
  const found: string[] = [];
  for (const match of source.matchAll(
    /^\s*(?:import|export)\b[^;"]*?\bfrom\s*"([^"]+)"|^\s*import\s*"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)/gm,
  )) {
    found.push(match[1] ?? match[2] ?? match[3] ?? "");
  }
  return found;
}

/** The code alone: comments, strings, template texts and regular expressions become blanks; `${…}` stays. */
export function codeOf(source: string): string {
  let code = "";
  let i = 0;
  // One entry per open `${`: the depth of braces inside it.
  const templates: number[] = [];
  while (i < source.length) {
    const two = source.slice(i, i + 2);
    const c = source[i] as string;
    if (two === "//") i = endOf(source, "\n", i);
    else if (two === "/*") i = endOf(source, "*/", i + 2) + 2;
    else if (c === '"' || c === "'") {
      i = afterString(source, i, c);
      code += '""';
    } else if (c === "`" || (c === "}" && templates.at(-1) === 0)) {
      if (c === "}") templates.pop();
      const end = afterTemplateText(source, i + 1);
      if (source[end - 1] === "{") templates.push(0);
      code += " ";
      i = end;
    } else if (c === "/" && /(?:^|[(,=:[!&|?{};+>]|\breturn)\s*$/.test(code.slice(-40))) {
      i = afterRegExp(source, i + 1);
      code += '""';
    } else {
      const last = templates.length - 1;
      if (last >= 0 && c === "{") templates[last] = (templates[last] ?? 0) + 1;
      if (last >= 0 && c === "}") templates[last] = (templates[last] ?? 0) - 1;
      code += c;
      i++;
    }
  }
  return code;
}

/** Circles in a graph of imports, each once and in full: the shortest one through every file that is in any. */
export function circlesIn(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const found = new Map<string, string>();
  for (const file of imports.keys()) {
    const circle = shortestBack(imports, file);
    const key = [...circle].sort().join(" ");
    if (circle.length > 0 && !found.has(key)) found.set(key, [...circle, file].join(" → "));
  }
  return [...found.values()];
}

function shortestBack(imports: ReadonlyMap<string, readonly string[]>, start: string): string[] {
  const seen = new Set<string>();
  let paths = [[start]];
  while (paths.length > 0) {
    const longer: string[][] = [];
    for (const path of paths) {
      for (const next of imports.get(path.at(-1) as string) ?? []) {
        if (next === start) return path;
        if (seen.has(next)) continue;
        seen.add(next);
        longer.push([...path, next]);
      }
    }
    paths = longer;
  }
  return [];
}

/** A function with the line of its name, the lines from there to its closing brace, and how many parameters it takes. */
export interface FunctionSize {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
  readonly parameters: number;
}

/** Functions and methods of a file as the formatter sets it: each ends at the first brace that is no deeper than its name. */
export function functionsIn(source: string): FunctionSize[] {
  const lines = source.split("\n");
  return lines.flatMap((text, at): FunctionSize[] => {
    const found =
      /^(\s*)(?:export )?(?:async )?function\*? (\w+)(?:<.*>)?\(/.exec(text) ??
      /^( {2})(?:static |async |get |set )*(#?[\w$]+)(?:<.*>)?\((?!.*;$)/.exec(text);
    if (!found || /^\s*(?:if|for|while|switch|return|expect|it|describe)\b/.test(text)) return [];
    const [head, indent = "", name = ""] = found;
    const end = lines.findIndex((line, index) => index >= at && (line === `${indent}}` || line === `${indent}},`));
    if (end < 0) return [];
    const list = parametersOf(
      lines
        .slice(at, end + 1)
        .join("\n")
        .slice(head.length),
    );
    return list === null ? [] : [{ name, line: at + 1, lines: end - at + 1, parameters: list }];
  });
}

// Counts what stands between commas, up to the parenthesis that closes the list; null where a call is chained to it.
function parametersOf(source: string): number | null {
  const code = codeOf(source.replaceAll("=>", "  "));
  let depth = 0;
  let count = 0;
  let isEmpty = true;
  for (let at = 0; at < code.length; at++) {
    const c = code[at] as string;
    if (c === ")" && depth === 0) {
      if (/^\s*[.;]/.test(code.slice(at + 1))) return null;
      break;
    }
    if (/[([{<]/.test(c)) depth++;
    else if (/[)\]}>]/.test(c)) depth--;
    if (c === "," && depth === 0) {
      if (!isEmpty) count++;
      isEmpty = true;
    } else if (!/\s/.test(c)) isEmpty = false;
  }
  return isEmpty ? count : count + 1;
}

function endOf(source: string, what: string, from: number): number {
  const at = source.indexOf(what, from);
  return at === -1 ? source.length : at;
}

function afterString(source: string, start: number, quote: string): number {
  let i = start + 1;
  while (i < source.length && source[i] !== quote) i += source[i] === "\\" ? 2 : 1;
  return i + 1;
}

// Ends behind the closing backtick or behind the `${` of a substitution.
function afterTemplateText(source: string, start: number): number {
  let i = start;
  while (i < source.length) {
    if (source[i] === "\\") i += 2;
    else if (source[i] === "`") return i + 1;
    else if (source[i] === "$" && source[i + 1] === "{") return i + 2;
    else i++;
  }
  return i;
}

function afterRegExp(source: string, start: number): number {
  let inClass = false;
  let i = start;
  for (; i < source.length; i++) {
    const c = source[i];
    if (c === "\\") i++;
    else if (c === "[") inClass = true;
    else if (c === "]") inClass = false;
    else if (c === "/" && !inClass) break;
  }
  return i + 1;
}
