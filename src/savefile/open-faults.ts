// The sentences for files that cannot be opened or read, and for arguments that name nothing to read.

import { guessOf } from "../model/nearest.ts";
import type { Problem } from "../model/problem.ts";
import { printable, text } from "../model/text.ts";

function error(kind: string, place: string, en: string, zh: string): Problem {
  return { kind, severity: "error", place, text: text(en, zh) };
}

/** What the operating system said when a file was opened or read at `offset`; `others` lie where it was looked for. */
export function fileFault(place: string, code: string, offset: number, others: readonly string[] = []): Problem {
  const name = printable(place);
  const guess = guessOf(place, others);
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return error(
        "no-such-file",
        place,
        `${name}: no such file.${printable(guess.en)} Check the spelling, or list what is there with ls.`,
        `${name}：文件不存在。${printable(guess.zh)}请检查拼写，或用 ls 查看有哪些文件。`,
      );
    case "EACCES":
    case "EPERM":
      return error(
        "no-permission",
        place,
        `${name} may not be read by this user. Read it as its owner or with sudo, or give pktwhy a copy that is yours.`,
        `当前用户无权读取 ${name}。请以文件所有者的身份或用 sudo 读取，或者复制一份自己有权读取的。`,
      );
    case "EMFILE":
    case "ENFILE":
      return error(
        "too-many-files",
        place,
        `${name} could not be opened because too many files are open at once. Raise the limit (ulimit -n 4096), or give fewer captures.`,
        `同时打开的文件过多，无法打开 ${name}。请提高上限（ulimit -n 4096），或减少抓包文件的数量。`,
      );
    default: {
      const problem = error(
        "read-failed",
        place,
        `${name} could not be read beyond byte ${offset} (${code}). Copy it to another disk and try again.`,
        `${name} 在第 ${offset} 字节之后无法读取（${code}）。请将其复制到其他磁盘后重试。`,
      );
      return offset > 0 ? { ...problem, severity: "warning" } : problem;
    }
  }
}

/** Compressed data that ends too early or does not unpack; what was unpacked before is still read. */
export function gzipFault(place: string, code: string, offset: number): Problem {
  const name = printable(place);
  if (code === "Z_BUF_ERROR") {
    return {
      kind: "gzip-cut-off",
      severity: "warning",
      place,
      text: text(
        `${name} is cut off: its gzip data ends too early, at byte ${offset}; what was unpacked until there is read. Copy it again.`,
        `${name} 被截断：gzip 数据在第 ${offset} 字节处提前结束；此前解压出的内容照常读取。请重新复制该文件。`,
      ),
    };
  }
  return {
    kind: "gzip-damaged",
    severity: "warning",
    place,
    text: text(
      `${name} is damaged: its gzip data cannot be unpacked at or before byte ${offset}; what was unpacked until there is read. Copy it again in binary mode.`,
      `${name} 已损坏：gzip 数据在第 ${offset} 字节处或之前无法解压；此前解压出的内容照常读取。请以二进制方式重新复制该文件。`,
    ),
  };
}

/** A directory in which no file is a capture. */
export function noCapturesIn(place: string): Problem {
  const name = printable(place);
  return error(
    "no-captures",
    place,
    `${name} is a directory without captures (no pcap or pcapng file in it, and its subdirectories are not searched). Name the files, or the directory that holds them.`,
    `目录 ${name} 中没有抓包文件（没有 pcap 或 pcapng 文件，且不搜索子目录）。请给出文件名，或抓包文件所在的目录。`,
  );
}

/** `IF=DIRECTORY`: one interface cannot be that of all captures in it. */
export function interfaceForDirectory(argument: string, directory: string): Problem {
  const name = printable(directory);
  return error(
    "interface-for-directory",
    argument,
    `${printable(argument)} gives one interface for a whole directory. Name the file: ${printable(argument)}/FILE, or give ${name} alone.`,
    `${printable(argument)} 为整个目录指定了同一个接口。请写明文件：${printable(argument)}/FILE，或只给出 ${name}。`,
  );
}

/** Something that is neither file nor directory nor pipe. */
export function notAFile(place: string): Problem {
  const name = printable(place);
  return error(
    "not-a-file",
    place,
    `${name} is neither a file nor a directory. Give a capture file, or a directory that holds some.`,
    `${name} 既不是文件也不是目录。请给出抓包文件，或包含抓包文件的目录。`,
  );
}

/** The same file named twice: read once, as reading it twice would make every packet a duplicate. */
export function namedTwice(place: string): Problem {
  const name = printable(place);
  return {
    kind: "named-twice",
    severity: "warning",
    place,
    text: text(
      `${name} is named twice and read once. Leave one of the two out.`,
      `${name} 被指定了两次，只读取一次。请去掉其中一个。`,
    ),
  };
}
