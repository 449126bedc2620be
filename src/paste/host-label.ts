// Lines that say on which machine the commands below them were typed: "On host A:", "**Client**", "路由器上：".

const NOUNS =
  "host|server|client|router|gateway|vm|pc|node|machine|peer|box|laptop|desktop|workstation|firewall|hypervisor|guest|computer|vps|bastion|worker|master|container|pod";
const NAMED = String.raw`(?:[\w.]{1,20}[ -])?(?:${NOUNS})(?:[ -]?(?:[A-Z]|\d{1,3})\b)?(?: side)?`;
const ENGLISH = new RegExp(
  String.raw`^(?<mark>[#*_=-]{1,4}\s*)?(?:(?:on|in|at|from)\s+)?(?:the\s+|my\s+)?(?<name>${NAMED})(?:\s*\([^()]{1,40}\))?\s*(?<colon>[:：])?(?:\*\*|__|[=-]{2,})?(?<after>[:：])?$`,
  "i",
);
const CHINESE =
  /^(?:[#*_=-]{1,4}\s*){0,1}在{0,1}(?<name>(?:主机|服务器|客户端|客户机|路由器|虚拟机|宿主机|网关|节点|电脑|容器)\s?[A-Za-z\d]{0,3})(?:[（(][^（）()]{1,40}[)）])?(?:上|里|中|这边|侧)?\s*[:：](?:\*\*)?$/;
const LONGEST = 60;

/** The machine that such a line names, as one word; null where it is none. */
export function hostLabel(line: string): string | null {
  if (line.length > LONGEST) return null;
  const { name, mark, colon, after } = ENGLISH.exec(line)?.groups ?? {};
  const isMarked = mark !== undefined || colon !== undefined || after !== undefined;
  const said = name !== undefined && isMarked ? name : CHINESE.exec(line)?.groups?.name;
  return said === undefined ? null : said.trim().replace(/\s+/g, "-");
}
