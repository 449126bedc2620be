// Whom the explainer becomes before it reads the first packet: the caller behind sudo, else nobody.

import { readFileSync } from "node:fs";
import type { Problem } from "../model/problem.ts";
import { text } from "../model/text.ts";

/** A user to become, and when. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
  /** Name for the supplementary groups; null where it is not known. */
  readonly user: string | null;
  /** Files are opened by the caller's own rights ("caller"), or by root before it turns into nobody ("nobody"). */
  readonly kind: "caller" | "nobody";
}

const NOBODY = 65_534;

/** Null where there are no rights to give up. */
export function identityToBecome(env: NodeJS.ProcessEnv = process.env): Identity | null {
  if (process.getuid?.() !== 0) return null;
  const uid = Number(env.SUDO_UID);
  const gid = Number(env.SUDO_GID);
  if (env.SUDO_UID && Number.isInteger(uid) && uid > 0 && Number.isInteger(gid) && gid >= 0) {
    return { uid, gid, user: userOf(uid)?.name ?? null, kind: "caller" };
  }
  const nobody = userNamed("nobody");
  return { uid: nobody?.uid ?? NOBODY, gid: nobody?.gid ?? NOBODY, user: null, kind: "nobody" };
}

/** Becomes that user for good; where the system refuses, a problem says so and nothing has changed. */
export function become(identity: Identity): Problem | null {
  try {
    if (identity.user === null) process.setgroups?.([identity.gid]);
    else (process as WithGroups).initgroups(identity.user, identity.gid);
    process.setgid?.(identity.gid);
    process.setuid?.(identity.uid);
    return null;
  } catch {
    return {
      kind: "still-root",
      severity: "warning",
      place: "pktwhy",
      text: text(
        `Packets are read as root here, because this system has no user ${identity.uid} to become.`,
        `这个系统里没有可以切换到的用户 ${identity.uid}，报文由 root 身份读取。`,
      ),
    };
  }
}

// Documented since Node 0.9, and missing in its type declarations.
type WithGroups = NodeJS.Process & { initgroups(user: string, gid: number): void };

interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

function users(): User[] {
  try {
    return readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .map((line) => line.split(":"))
      .map(([name = "", , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
  } catch {
    return [];
  }
}

function userOf(uid: number): User | undefined {
  return users().find((user) => user.uid === uid);
}

function userNamed(name: string): User | undefined {
  return users().find((user) => user.name === name && Number.isInteger(user.uid) && user.uid > 0);
}
