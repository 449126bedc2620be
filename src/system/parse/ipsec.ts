// IPsec policies, from `ip xfrm policy`.

import { ANY_IPV4, formatIpv4, type Prefix, parsePrefix } from "../../model/address.ts";
import type { IpsecPolicy } from "../../model/system-state.ts";

const EVERYTHING: Prefix = { address: ANY_IPV4, length: 0 };

/** Parses the IPv4 policies in the order of the dump; those of single sockets are passed over. */
export function parsePolicies(text: string | undefined): IpsecPolicy[] | undefined {
  if (text === undefined) return undefined;
  // Each begins at the margin with its selector; what belongs to it is indented.
  return text.split(/\n(?=\S)/).flatMap((block) => policyOf(block.trim().split(/\s+/)));
}

function policyOf(words: readonly string[]): IpsecPolicy[] {
  const end = words.indexOf("tmpl");
  const own = end < 0 ? words : words.slice(0, end);
  const after = (word: string): string | null => {
    const at = own.indexOf(word);
    return at < 0 ? null : (own[at + 1] ?? null);
  };
  const direction = after("dir");
  if (direction !== "in" && direction !== "out" && direction !== "fwd") return [];
  const [from, to] = [prefixOf(after("src")), prefixOf(after("dst"))];
  if (from === null || to === null) return [];
  const policy = {
    direction,
    from,
    to,
    protocol: after("proto"),
    interface: after("dev"),
    priority: Number(after("priority") ?? 0),
    block: after("action") === "block",
    template: isBinding(words),
    unread: ["mark", "if_id", "sport", "dport", "type", "code", "uid"].some((word) => own.includes(word)),
  } as const;
  return [{ ...policy, line: policyLine(policy) }];
}

function prefixOf(printed: string | null): Prefix | null {
  return printed === null ? EVERYTHING : parsePrefix(printed.includes("/") ? printed : `${printed}/32`);
}

// `level use` takes what there is.
function isBinding(words: readonly string[]): boolean {
  return words
    .join(" ")
    .split(" tmpl ")
    .slice(1)
    .some((template) => !/\blevel use\b/.test(template));
}

// Not `default`, as routes have it.
function selector({ address, length }: Prefix): string {
  return `${formatIpv4(address)}/${length}`;
}

function policyLine(policy: Omit<IpsecPolicy, "line">): string {
  return [
    `src ${selector(policy.from)} dst ${selector(policy.to)}`,
    ...(policy.protocol === null ? [] : [`proto ${policy.protocol}`]),
    ...(policy.interface === null ? [] : [`dev ${policy.interface}`]),
    `dir ${policy.direction}`,
    ...(policy.block ? ["action block"] : []),
    `priority ${policy.priority}`,
    ...(policy.template ? ["tmpl"] : []),
  ].join(" ");
}
