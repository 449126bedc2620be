// nft's JSON expressions back to the words one types in an nft rule.

type Json = Readonly<Record<string, unknown>>;

function object(value: unknown): Json | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

/** A rule's expressions as `nft list ruleset` would print them, as far as this knows them. */
export function formatNftRule(expressions: readonly Json[]): string {
  return expressions.map(formatOne).join(" ");
}

function formatOne(e: Json): string {
  const match = object(e.match);
  if (match)
    return [left(match.left), match.op === "==" || match.op === "in" ? null : String(match.op), right(match.right)]
      .filter((p) => p !== null)
      .join(" ");
  const counter = object(e.counter);
  if (counter) return `counter packets ${counter.packets} bytes ${counter.bytes}`;
  for (const kind of ["jump", "goto"]) {
    const target = object(e[kind])?.target;
    if (typeof target === "string") return `${kind} ${target}`;
  }
  const reject = object(e.reject);
  if (reject) return `reject with ${reject.type ?? "icmp"} ${reject.expr ?? ""}`.trim();
  const [key] = Object.keys(e);
  if (key !== undefined && (e[key] === null || Object.keys(object(e[key]) ?? { x: 1 }).length === 0)) return key;
  return key === "log" ? "log" : JSON.stringify(e);
}

function left(value: unknown): string {
  const o = object(value);
  const payload = object(o?.payload);
  if (payload) return `${payload.protocol} ${payload.field}`;
  const meta = object(o?.meta);
  if (meta)
    return ["iifname", "oifname", "iif", "oif"].includes(String(meta.key)) ? String(meta.key) : `meta ${meta.key}`;
  const ct = object(o?.ct);
  if (ct) return `ct ${ct.key}`;
  return JSON.stringify(value);
}

function right(value: unknown): string {
  if (Array.isArray(value)) return value.map(right).join(",");
  const o = object(value);
  if (!o) return typeof value === "string" && /^[a-z]+\d/.test(value) ? `"${value}"` : String(value);
  const prefix = object(o.prefix);
  if (prefix) return `${prefix.addr}/${prefix.len}`;
  if (Array.isArray(o.range)) return `${right(o.range[0])}-${right(o.range[1])}`;
  if (Array.isArray(o.set)) return `{ ${o.set.map(right).join(", ")} }`;
  return JSON.stringify(value);
}
