// Containers by what a process's cgroup says, and how people get into them.

/** Those who make containers. */
export const RUNTIMES = ["docker", "podman", "containerd", "cri-o", "lxc", "nspawn"] as const;
/** Who made a container. */
export type ContainerRuntime = (typeof RUNTIMES)[number];

/** The container, or of a pod any of its containers, that holds a network namespace. */
export interface Container {
  readonly runtime: ContainerRuntime;
  readonly id: string;
  /** As people call it: its name, that of its pod, else the beginning of its id. */
  readonly name: string;
  /** Namespace of its pod in Kubernetes. */
  readonly podNamespace?: string;
  /** A process of its, by which it can be entered. */
  readonly pid: number;
}

const ID = "([0-9a-f]{64})";
const BY_SCOPE: readonly (readonly [RegExp, ContainerRuntime])[] = [
  [new RegExp(`/docker-${ID}\\.scope`), "docker"],
  [new RegExp(`/docker/${ID}`), "docker"],
  [new RegExp(`/(?:libpod|crun)-${ID}`), "podman"],
  [new RegExp(`/crio-${ID}\\.scope`), "cri-o"],
  [new RegExp(`/cri-containerd-${ID}\\.scope`), "containerd"],
  [new RegExp(`/nerdctl-${ID}\\.scope`), "containerd"],
  [new RegExp(`/kubepods[^\\n]*/${ID}`), "containerd"],
  [/\/lxc(?:\.payload[./]|\/)([\w.-]+)/, "lxc"],
  [/\/machine\.slice\/systemd-nspawn@([\w.\\-]+)\.service/, "nspawn"],
];

/** Runtime and id (or name) in the text of /proc/PID/cgroup; null where it is no container. */
export function containerInCgroup(cgroup: string): { readonly runtime: ContainerRuntime; readonly id: string } | null {
  for (const [pattern, runtime] of BY_SCOPE) {
    const id = pattern.exec(cgroup)?.[1];
    if (id !== undefined) return { runtime, id: runtime === "nspawn" ? id.replaceAll("\\x2d", "-") : id };
  }
  return null;
}

/** The process of a container of which only the name is known. */
export const NO_PROCESS = 0;

/** What stands in front of a command so that it acts in the container's network, in place of `ip netns exec NAME`. */
export function wayInto({ runtime, name, podNamespace, pid }: Container, command: string): string {
  const isPing = /^(?:sudo )?(?:ping|arping|traceroute|tracepath|mtr|fping) /.test(command);
  switch (runtime) {
    case "docker":
    case "podman":
      // The image has ping if anything; what changes the network is the host's own tool, with the host's rights.
      if (isPing) return `${runtime} exec ${name}`;
      return `nsenter -t "$(${runtime} inspect -f '{{.State.Pid}}' ${name})" -n`;
    case "lxc":
      return `lxc-attach -n ${name} --`;
    case "nspawn":
      return `nsenter -t "$(machinectl show -p Leader --value ${name})" -n`;
    case "containerd":
    case "cri-o":
      if ((isPing || pid === NO_PROCESS) && podNamespace !== undefined)
        return `kubectl exec -n ${podNamespace} ${name} --`;
      if (pid === NO_PROCESS) return `crictl exec ${name}`;
      return `nsenter -t ${pid} -n`;
  }
}
