// What a bridge port takes of that which is sent to all ports.

import { text } from "../../model/text.ts";

/** br_flood: the port flag that each kind of frame goes by, and what is said of a port without it. */
export const FLOODS = {
  broadcast: {
    flag: "broadcastFlood",
    refusal: text("it takes no broadcasts (bcast_flood off)", "它不接收广播（bcast_flood off）"),
  },
  multicast: {
    flag: "multicastFlood",
    refusal: text("it takes no multicasts (mcast_flood off)", "它不接收组播（mcast_flood off）"),
  },
  unknown: {
    flag: "flood",
    refusal: text("it takes no frames for unknown MAC addresses (flood off)", "它不接收未知单播（flood off）"),
  },
} as const;
