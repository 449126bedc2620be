// Names of containers: the runtime's own files tell which name an id has.

import { readFileSync } from "node:fs";
import { type Container, containerInCgroup } from "../model/container.ts";

const SHORT_ID = 12;

/** The container that a process is in; null where it is in none, or nobody may look. */
export function containerOfProcess(pid: number): Container | null {
  const found = containerInCgroup(textOf(`/proc/${pid}/cgroup`));
  if (found === null) return null;
  const { runtime, id } = found;
  const named = namedBy(runtime, id);
  const name = named.name !== null && /^[\w][\w.-]*$/.test(named.name) ? named.name : id.slice(0, SHORT_ID);
  const space = named.podNamespace;
  return { runtime, id, name, pid, ...(space === null ? {} : { podNamespace: space }) };
}

interface Named {
  readonly name: string | null;
  readonly podNamespace: string | null;
}

function namedBy(runtime: Container["runtime"], id: string): Named {
  switch (runtime) {
    case "docker":
      return ofDocker(id);
    case "podman":
      return ofPodman(id);
    case "containerd":
      return ofAnnotations(
        ["k8s.io", "default", "moby"].map(
          (space) => `/run/containerd/io.containerd.runtime.v2.task/${space}/${id}/config.json`,
        ),
        { name: "io.kubernetes.cri.sandbox-name", space: "io.kubernetes.cri.sandbox-namespace", plain: "nerdctl/name" },
      );
    case "cri-o":
      return ofAnnotations([`/run/containers/storage/overlay-containers/${id}/userdata/config.json`], {
        name: "io.kubernetes.pod.name",
        space: "io.kubernetes.pod.namespace",
        plain: "io.kubernetes.container.name",
      });
    case "lxc":
    case "nspawn":
      return { name: id, podNamespace: null };
  }
}

// /var/lib/docker/containers/ID/config.v2.json: {"Name": "/web", "Config": {"Labels": {…}}}
function ofDocker(id: string): Named {
  const file = jsonOf(`/var/lib/docker/containers/${id}/config.v2.json`);
  const labels = fieldsOf(fieldsOf(file.get("Config")).get("Labels"));
  const pod = textIn(labels, "io.kubernetes.pod.name");
  const name = pod ?? textIn(file, "Name")?.replace(/^\//, "") ?? null;
  return { name, podNamespace: pod === null ? null : textIn(labels, "io.kubernetes.pod.namespace") };
}

// containers.json of the storage: [{"id": "…", "names": ["web"]}]
function ofPodman(id: string): Named {
  for (const file of ["containers", "volatile-containers"]) {
    const list = parsed(textOf(`/var/lib/containers/storage/overlay-containers/${file}.json`));
    for (const one of Array.isArray(list) ? list : []) {
      const fields = fieldsOf(one);
      const names = fields.get("names");
      if (fields.get("id") === id && Array.isArray(names) && typeof names[0] === "string")
        return { name: names[0], podNamespace: null };
    }
  }
  return { name: null, podNamespace: null };
}

function ofAnnotations(files: readonly string[], keys: { name: string; space: string; plain: string }): Named {
  for (const file of files) {
    const annotations = fieldsOf(jsonOf(file).get("annotations"));
    const pod = textIn(annotations, keys.name);
    const name = pod ?? textIn(annotations, keys.plain);
    if (name !== null) return { name, podNamespace: pod === null ? null : textIn(annotations, keys.space) };
  }
  return { name: null, podNamespace: null };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function jsonOf(file: string): ReadonlyMap<string, unknown> {
  return fieldsOf(parsed(textOf(file)));
}

function fieldsOf(json: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof json === "object" && json !== null ? Object.entries(json) : []);
}

function textIn(fields: ReadonlyMap<string, unknown>, key: string): string | null {
  const value = fields.get(key);
  return typeof value === "string" && value !== "" ? value : null;
}
