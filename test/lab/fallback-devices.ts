// Fixtures from guests whose kernel puts devices of its own into every namespace: no rebuilt network has them.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

// fb_tunnels_only_for_init_net = 0: what ip_gre, ipip and sit make by themselves.
const OWN_DEVICES = new Set(["gre0", "gretap0", "erspan0", "tunl0", "sit0", "ip_vti0"]);

/** Whether a namespace of this fixture holds one of them. */
export function hasFallbackDevices(fixture: string): boolean {
  const state = JSON.parse(gunzipSync(readFileSync(join(fixture, "state.json.gz"))).toString());
  const namespaces: readonly { link?: readonly { ifname: string }[] }[] = Object.values(state.namespaces);
  return namespaces.some(({ link = [] }) => link.some(({ ifname }) => OWN_DEVICES.has(ifname)));
}
