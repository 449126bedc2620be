// Kernel settings as `sysctl` prints and takes them, and as files under /proc/sys are read and written.

/** A setting with its key as `sysctl -a` prints it. */
export interface PastedSetting {
  readonly key: string;
  readonly value: string;
}

/** `/proc/sys/net/ipv4/conf/veth0.1/rp_filter` to `net.ipv4.conf.veth0/1.rp_filter`; null where the path is none. */
export function keyOfPath(path: string): string | null {
  const match = /^\/?proc\/sys\/(net\/[^\s*]+)$/.exec(path.replace(/\/{2,}/g, "/"));
  if (!match) return null;
  return (match[1] as string)
    .split("/")
    .map((name) => name.replaceAll(".", "/"))
    .join(".");
}

/** A key with either separator, as sysctl takes it: the first one decides. */
function normalKey(key: string): string {
  const first = /[./]/.exec(key)?.[0];
  if (first !== "/") return key;
  return key.replace(/[./]/g, (separator) => (separator === "/" ? "." : "/"));
}

/** `net.ipv4.ip_forward = 1`, as printed or as typed behind `sysctl -w`; null where the text is none. */
export function parseSetting(text: string): PastedSetting | null {
  const match = /^\s*(net[./][^\s=:]+)\s*[=:]\s*(\S.*)$/.exec(text);
  return match ? { key: normalKey(match[1] as string), value: (match[2] as string).trim() } : null;
}

/** A line of `grep . /proc/sys/net/ipv4/conf/*\/rp_filter`: the path, a colon, the value. */
export function parsePathLine(text: string): PastedSetting | null {
  const match = /^(\/proc\/sys\/net\/[^\s:]+):\s*(\S.*)$/.exec(text.trim());
  if (!match) return null;
  const key = keyOfPath(match[1] as string);
  return key === null ? null : { key, value: (match[2] as string).trim() };
}

/** What an `echo` or a loop over files writes; `*` in a key stands for every interface. */
export function writtenSettings(line: string): PastedSetting[] {
  const loop = /\bfor\s+(\w+)\s+in\s+([^;]{1,400});?\s*do\b(.{1,400}?)\bdone\b/.exec(line);
  if (loop) {
    const [, name = "", list = "", body = ""] = loop;
    return list
      .trim()
      .split(/\s+/)
      .flatMap((item) => writtenSettings(body.replaceAll(`$${name}`, item).replaceAll(`\${${name}}`, item)));
  }
  const found: PastedSetting[] = [];
  for (const match of line.matchAll(
    /\b(?:echo|printf)\s+(?:-\w\s+)?["']?([-\w]+)["']?\s*(?:>+\s*|\|\s*(?:sudo\s+)?tee\s+(?:-a\s+)?)["']?(\/proc\/sys\/net\/[^\s"';&]+)/g,
  )) {
    const key = keyOfPath((match[2] as string).replaceAll("*", "\u0001"))?.replaceAll("\u0001", "*");
    if (key !== undefined) found.push(...braces(key).map((one) => ({ key: one, value: match[1] as string })));
  }
  return found;
}

/** The settings that words behind `sysctl` write. */
export function typedSettings(words: readonly string[]): PastedSetting[] {
  const joined = words.join(" ").replace(/\s*=\s*/g, "=");
  return joined.split(/\s+/).flatMap((word) => {
    const setting = parseSetting(word);
    return setting ? braces(setting.key).map((key) => ({ key, value: setting.value })) : [];
  });
}

// `conf.{all,veth0}.rp_filter` as a shell spreads it, one level deep.
function braces(key: string): string[] {
  const match = /^([^{}]*)\{([^{}]{1,200})\}([^{}]*)$/.exec(key);
  return match ? (match[2] as string).split(",").map((part) => `${match[1]}${part}${match[3]}`) : [key];
}
