// Sockets that listen in a scenario's namespaces: a small program in Python holds them, and ends when its namespace is gone.

import { children, inside, type Running, start } from "./command.ts";

/**
 * `tcp 0.0.0.0:8080`, `udp 127.0.0.1:53`, `tcp 0.0.0.0%veth1:80`, `tcp [::]:80`; `full`: it accepts nothing, and no room is left;
 * `answers` or `resets` what it has read of a connection, which it else leaves unread; `mute` or `refuses` questions of UDP,
 * a refusal of DNS, which it else sends back; `stuck`: it reads none, and has little room.
 */
export type Listens = string;

const SERVER = String.raw`
import os, re, select, socket, struct, sys
space, listeners, kept, does = sys.argv[1], [], [], {}
for words in sys.argv[2:]:
    protocol, place, *more = words.split()
    address, device, port = re.fullmatch(r"\[?([^\]%]+)\]?(?:%([^:]+))?:(\d+)", place).groups()
    six = ":" in address
    kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
    s = socket.socket(socket.AF_INET6 if six else socket.AF_INET, kind)
    if six: s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1 if "v6only" in more else 0)
    if kind == socket.SOCK_STREAM: s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if device: s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
    s.bind((address, int(port)))
    if kind == socket.SOCK_STREAM:
        s.listen(0 if "full" in more else 16)
        if "full" in more:
            for _ in range(2):
                c = socket.socket()
                c.setblocking(False)
                if device: c.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
                try: c.connect(("127.0.0.1" if address in ("0.0.0.0", "::") else address, int(port)))
                except BlockingIOError: pass
                kept.append(c)
            kept.append(s)
            continue
    if "stuck" in more:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        kept.append(s)
        continue
    listeners.append(s)
    does[s] = more[0] if more else None
accepted = set()
print("ready", flush=True)
while os.path.exists(space):
    for s in select.select(listeners, [], [], 0.5)[0]:
        what = does.get(s)
        if s in accepted:
            data = s.recv(65536)
            if what == "resets":
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if data and what == "answers": s.sendall(b"answer")
            if not data or what == "resets":
                listeners.remove(s)
                s.close()
        elif s.type == socket.SOCK_STREAM:
            c = s.accept()[0]
            kept.append(c)
            if what in ("answers", "resets"):
                listeners.append(c)
                accepted.add(c)
                does[c] = what
        else:
            data, sender = s.recvfrom(2048)
            if what == "mute": continue
            if what == "refuses": data = data[:2] + bytes([0x81, 0x85]) + data[4:]
            try: s.sendto(data, sender)
            except OSError: pass
`;

/** Starts what listens in a namespace, and waits until it does. */
export async function listen(realName: string, listens: readonly Listens[]): Promise<Running> {
  const space = `/run/netns/${realName}`;
  const running = start(inside(realName, ["python3", "-c", SERVER, space, ...listens]));
  await new Promise<void>((resolve, reject) => {
    running.child.stdout?.once("data", () => resolve());
    running.finished.then(({ stderr }) => reject(new Error(stderr.trim().split("\n").at(-1))), reject);
  });
  children.delete(running.child);
  // It outlives a lab that is left standing.
  for (const stream of [running.child.stdin, running.child.stdout, running.child.stderr]) stream?.destroy();
  running.child.unref();
  return running;
}
