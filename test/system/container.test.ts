// Containers by the cgroup of their processes, and the commands by which people get into them.

import { expect, test } from "vitest";
import { type Container, containerInCgroup, wayInto } from "../../src/model/container.ts";

const ID = "3f2a9c".padEnd(64, "0");

test.each([
  [`0::/system.slice/docker-${ID}.scope`, "docker", ID],
  [`12:pids:/docker/${ID}\n0::/`, "docker", ID],
  [`0::/machine.slice/libpod-${ID}.scope/container`, "podman", ID],
  [`0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-${ID}.scope`, "containerd", ID],
  [`0::/kubepods/besteffort/pod9/${ID}`, "containerd", ID],
  [`0::/kubepods.slice/crio-${ID}.scope`, "cri-o", ID],
  ["0::/lxc.payload.web/init.scope", "lxc", "web"],
  ["0::/machine.slice/systemd-nspawn@my\\x2dweb.service/payload", "nspawn", "my-web"],
])("%s", (cgroup, runtime, id) => {
  expect(containerInCgroup(cgroup)).toEqual({ runtime, id });
});

test("a process of the host is in no container", () => {
  expect(containerInCgroup("0::/user.slice/user-1000.slice/session-2.scope\n")).toBeNull();
  expect(containerInCgroup("0::/system.slice/docker.service\n")).toBeNull();
});

test("what looks or pings goes through the runtime, what changes the network through the host's own tools", () => {
  const web: Container = { runtime: "docker", id: ID, name: "web", pid: 4711 };
  expect(wayInto(web, "ping -c 1 10.0.0.1")).toBe("docker exec web");
  expect(wayInto(web, "ip addr add 10.0.0.2/24 dev eth0")).toBe(
    `nsenter -t "$(docker inspect -f '{{.State.Pid}}' web)" -n`,
  );
  expect(wayInto({ ...web, runtime: "lxc" }, "ip link set eth0 up")).toBe("lxc-attach -n web --");
  expect(wayInto({ ...web, runtime: "containerd", podNamespace: "shop" }, "ping 10.0.0.1")).toBe(
    "kubectl exec -n shop web --",
  );
});
