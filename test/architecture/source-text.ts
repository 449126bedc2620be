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
