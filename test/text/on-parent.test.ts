// Containers on an interface of their host: nobody shows a macvlan device, but the words that made it are there.

import { expect, it } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";

const SILENT = (target: string) => `$ ping -c 3 ${target}
PING ${target} (${target}) 56(84) bytes of data.
From 172.26.9.151 icmp_seq=1 Destination Host Unreachable
From 172.26.9.151 icmp_seq=2 Destination Host Unreachable

--- ${target} ping statistics ---
3 packets transmitted, 0 received, +2 errors, 100% packet loss, time 2049ms
`;
const CREATED =
  "$ docker network create -d macvlan --subnet=172.26.9.0/24 --gateway=172.26.9.1 \\\n    -o parent=eno1 macvlan0\n";
const COMPOSED =
  "networks:\n  lan:\n    driver: macvlan\n    driver_opts:\n      parent: eth0\n    ipam:\n      config:\n        - subnet: 172.26.9.0/24\n          gateway: 172.26.9.1\n";

async function suspects(content: string): Promise<readonly string[]> {
  const { report } = await reportOfPastes({ pastes: [{ source: "x", content }] });
  return (report?.flows[0]?.findings[0]?.lookalikes ?? []).slice(0, 2);
}

it.each([
  ["docker network create", `${CREATED}${SILENT("172.26.9.149")}`],
  ["podman with ipvlan", `# podman network create --driver=ipvlan -o parent=eth0 lan\n${SILENT("172.26.9.149")}`],
  ["a compose file", `${COMPOSED}\n${SILENT("172.26.9.149")}`],
  ["words alone", `host cant ping container and container cant ping host\nmy host ip is 172.26.9.151\n\n${CREATED}`],
])("%s: its host and its containers do not hear each other", async (_name, content) => {
  expect(await suspects(content)).toContain("macvlan-host-isolation");
});

it.each([
  ["its gateway", `${CREATED}${SILENT("172.26.9.1")}`],
  ["another subnet", `${CREATED}${SILENT("10.9.0.2")}`],
  ["a bridge of the host", `${CREATED.replace("macvlan --", "bridge --")}${SILENT("172.26.9.149")}`],
])("%s is another matter", async (_name, content) => {
  expect(await suspects(content)).not.toContain("macvlan-host-isolation");
});
