// The route cache: path MTUs that were learned are forgotten.

import type { RouteCacheEdit } from "../model/edit.ts";
import { changeNamespace } from "./change.ts";
import { COST, type Face } from "./face.ts";

export const routeCache: Face<RouteCacheEdit> = {
  apply: (state, { netns }) =>
    changeNamespace(state, netns, (ns) => (ns.learnedMtus === undefined ? ns : { ...ns, learnedMtus: [] })),
  command: () => "ip route flush cache",
  // What was learned is learned again.
  undo: () => [],
  keep: () => null,
  cost: COST.setting,
};
