// Names of the lab's namespaces: they tell which run made them, and whether that run is still alive.

import { randomBytes } from "node:crypto";
import { isGone, type Owner, ownTag } from "../kernel/read-owner.ts";

const NAME = /^pktwhy-((\d+)\.(\d+)\.(\d+)\.[0-9a-f]+)-(.+)$/;
const UP = "pktwhy-up-";

/** A namespace of a run that no state shows: what lies beyond what is known. */
export const UNSEEN = "unseen";

/** The owner of a run as its name carries it. */
export interface RunOwner extends Owner {
  readonly run: string;
}

/** A run of this process that nobody else has the name of. */
export function newRun(): string {
  return `${ownTag()}.${randomBytes(4).toString("hex")}`;
}

/** The real name of a scenario's namespace within a run. */
export function realName(run: string, logical: string): string {
  return `pktwhy-${run}-${logical}`;
}

/** The real name of a namespace that `lab up` leaves standing. */
export function standingName(scenario: string, logical: string): string {
  return `${UP}${scenario}.${logical}`;
}

/** Which scenario's `lab up` made the namespace; null for any other. */
export function standingScenario(name: string): string | null {
  return name.startsWith(UP) ? (name.slice(UP.length).split(".")[0] ?? null) : null;
}

/** Who made the namespace; null where no run of the lab did. */
export function ownerOf(name: string): RunOwner | null {
  const match = NAME.exec(name);
  if (match === null) return null;
  return {
    run: match[1] as string,
    pid: Number(match[2]),
    started: Number(match[3]),
    pidNamespace: Number(match[4]),
  };
}

/** Whether the run's process is gone; false where this cannot be judged from here. */
export function isDead(owner: RunOwner): boolean {
  return isGone(owner);
}
