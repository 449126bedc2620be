// Connections that were typed in a paste and failed by the tool's own words: no ping is told of, and the walk must end as printed.

import { expect, it } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import { readPaste } from "../../src/paste/read.ts";
import { stateFromText } from "../../src/paste/state/replay.ts";
import { renderText } from "../../src/render/text.ts";

const SERVER = `user@srv:~$ ip -4 a show eth0
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000
    inet 192.168.50.20/24 brd 192.168.50.255 scope global eth0
user@srv:~$ ss -ltn
State    Recv-Q   Send-Q     Local Address:Port     Peer Address:Port  Process
LISTEN   0        4096           127.0.0.1:8080          0.0.0.0:*
LISTEN   0        511              0.0.0.0:80            0.0.0.0:*
`;
const FILTER = `user@srv:~$ sudo iptables -S
-P INPUT DROP
-P FORWARD ACCEPT
-P OUTPUT ACCEPT
-A INPUT -i lo -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT
`;

async function told(content: string) {
  const { report } = await reportOfPastes({ pastes: [{ source: "question", content }] });
  if (report === null) throw new Error("nothing was read");
  return { report, text: renderText(report, { language: "en", width: 80, color: false, verbose: false }) };
}

it("a refused connection is held against the sockets that were shown", async () => {
  const { report, text } = await told(`${SERVER}
user@laptop:~$ curl http://192.168.50.20:8080/
curl: (7) Failed to connect to 192.168.50.20 port 8080 after 2 ms: Connection refused
`);
  expect(report.answer).toMatchObject({ code: "port-other-address", certainty: "likely" });
  expect(text).toMatch(/^TCP 192\.168\.50\.20:8080: failed$/m);
  expect(text).not.toMatch(/\bping\b/);
});

const LOOPBACK_8080 = "tcp  LISTEN  0  4096  127.0.0.1:8080  0.0.0.0:*\n";

it.each(["ss -ltn | grep 8080", "ss -lntup | grep ':8080'", "ss -ltn 'sport = :8080'"])(
  "sockets that %s lists are all there are on that port",
  async (command) => {
    const [address] = SERVER.split("user@srv:~$ ss");
    const typed = (port: number) =>
      `${address}user@srv:~$ ${command}\n${LOOPBACK_8080}
user@laptop:~$ curl http://192.168.50.20:${port}/
curl: (7) Failed to connect to 192.168.50.20 port ${port} after 2 ms: Connection refused
`;
    expect((await told(typed(8080))).report.answer).toMatchObject({ code: "port-other-address", certainty: "likely" });
    // Of another port it says nothing, and no rule that nobody has shown is told as one that was met.
    const other = await told(typed(9090));
    expect(other.report.answer).toMatchObject({ code: "tcp-refused" });
    expect(other.text).not.toMatch(/REJECT|listens on another/);
  },
);

it("one that timed out against the firewall, in the words of nc", async () => {
  const { report, text } = await told(`${SERVER}${FILTER}
user@laptop:~$ nc -vz -w 3 192.168.50.20 80
nc: connect to 192.168.50.20 port 80 (tcp) timed out: Operation now in progress
`);
  expect(report.answer).toMatchObject({ code: "iptables-drop", certainty: "likely" });
  expect(text.replace(/[\s\\]+/g, " ")).toContain("--dport 80 -j ACCEPT");
});

it("what was printed must be what the walk comes to", async () => {
  const { report } = await told(`${SERVER}
user@laptop:~$ curl -m 5 http://192.168.50.20:8080/
curl: (28) Connection timed out after 5001 milliseconds
`);
  expect(report.answer?.code).not.toBe("port-other-address");
});

it("a connection that was answered is no question", async () => {
  const { report } = await reportOfPastes({
    pastes: [{ source: "question", content: `${SERVER}\nuser@laptop:~$ curl http://192.168.50.20/\nhello\n` }],
  });
  // Only what stands out in what was shown is told: port 8080 listens on loopback alone.
  expect(report).toMatchObject({ answer: null, flows: [] });
  expect(report?.notes.map(({ en }) => en)).toEqual([
    expect.stringMatching(/^srv: programs listen on loopback alone for TCP 8080/),
  ]);
});

const ADDRESSES = SERVER.slice(0, SERVER.indexOf("user@srv:~$ ss"));

it("of sockets that nobody listed none is made up for a refusal that was seen", async () => {
  const { report } = await told(`${ADDRESSES}user@srv:~$ sudo tcpdump -ni eth0 port 8080
listening on eth0, link-type EN10MB (Ethernet), snapshot length 262144 bytes
12:00:01.100000 IP 192.168.50.9.40000 > 192.168.50.20.8080: Flags [S], seq 100, win 64240, options [mss 1460], length 0
12:00:01.100050 IP 192.168.50.20.8080 > 192.168.50.9.40000: Flags [R.], seq 0, ack 101, win 0, length 0
`);
  expect(report.answer).toMatchObject({ code: "tcp-refused", certainty: "likely" });
  expect(report.flows[0]?.findings[0]?.lookalikes).not.toContain("iptables-drop");
});

it("nor for one that was only printed", async () => {
  const { text } = await told(`${ADDRESSES}user@laptop:~$ curl http://192.168.50.20:8080/
curl: (7) Failed to connect to 192.168.50.20 port 8080: Connection refused
`);
  expect(text).not.toMatch(/port-ipv6-only|a program listens/);
});

it("an unnamed prompt need not be on the host that was listed", async () => {
  const { report } = await reportOfPastes({
    pastes: [
      {
        source: "question",
        content:
          `${SERVER}${FILTER}`.replaceAll("user@srv:~$", "$") +
          "$ curl -m 5 http://192.168.50.20/\ncurl: (28) Connection timed out\n",
      },
    ],
  });
  expect(report?.answer?.code).not.toBe("nft-output-drop");
});

const REFUSED: readonly (readonly [name: string, content: string, end: string])[] = [
  [
    "curl at a bare prompt",
    "$ curl http://192.0.2.2:8080/\ncurl: (7) Failed to connect to 192.0.2.2 port 8080 after 2 ms: Connection refused\n",
    "192.0.2.2:8080",
  ],
  [
    "telnet",
    "# telnet 192.0.2.2 3306\nTrying 192.0.2.2...\ntelnet: Unable to connect to remote host: Connection refused\n",
    "192.0.2.2:3306",
  ],
  [
    "psql, over two lines",
    '$ psql -h 192.0.2.5 -U app\npsql: could not connect to server: Connection refused\n\tIs the server running on host "192.0.2.5" and accepting\n\tTCP/IP connections on port 5432?\n',
    "192.0.2.5:5432",
  ],
  [
    "redis-cli",
    "laptop:~$ redis-cli -h 192.0.2.9\nCould not connect to Redis at 192.0.2.9:6379: Connection refused\nnot connected>\n",
    "192.0.2.9:6379",
  ],
  [
    "wget by a name",
    "user@laptop:~$ wget http://web/\nConnecting to web (web)|192.0.2.30|:80... failed: Connection refused.\n",
    "192.0.2.30:80",
  ],
  [
    "Go",
    'Error from server: Get "https://192.0.2.79:10250/logs": dial tcp 192.0.2.79:10250: connect: connection refused\n',
    "192.0.2.79:10250",
  ],
  [
    "Node",
    "Error: connect ECONNREFUSED 192.0.2.6:5432\n    at TCPConnectWrap.afterConnect [as oncomplete] (net.js:1083:14)\n",
    "192.0.2.6:5432",
  ],
  [
    "Java",
    "java.net.ConnectException: Connection refused (Connection refused)\n\tat java.net.PlainSocketImpl.socketConnect(Native Method)\norg.postgresql.util.PSQLException: Connection to 192.0.2.44:5432 refused. Check that the hostname is correct\n",
    "192.0.2.44:5432",
  ],
  [
    "Python",
    'Traceback (most recent call last):\n  File "app.py", line 3, in <module>\n    s.connect(("192.0.2.9", 6379))\nConnectionRefusedError: [Errno 111] Connection refused\n',
    "192.0.2.9:6379",
  ],
];

it.each(REFUSED)("%s: refused, and by whom is left open", async (_name, content, end) => {
  const { report, text } = await told(content);
  expect(report.answer).toMatchObject({ code: "tcp-refused", certainty: "likely" });
  expect(text).toMatch(new RegExp(`^TCP ${end.replaceAll(".", String.raw`\.`)}.*: failed$`, "m"));
  expect(report.flows[0]?.findings[0]?.lookalikes).toEqual(
    expect.arrayContaining(["port-no-listener", "port-other-address", "nft-reject"]),
  );
  expect(text).not.toMatch(/\bping\b/);
});

it("one that timed out and one that found no route are told as such, and a firewall comes first", async () => {
  const timedOut = await told(
    "laptop:~$ ssh admin@192.0.2.10\nssh: connect to host 192.0.2.10 port 22: Connection timed out\n",
  );
  expect(timedOut.report.answer).toMatchObject({ code: "tcp-syn-no-answer", certainty: "possible" });
  expect(timedOut.report.flows[0]?.findings[0]?.lookalikes[0]).toBe("iptables-drop");
  const noRoute = await told(
    "$ nc -zv 192.0.2.10 443\nnc: connect to 192.0.2.10 port 443 (tcp) failed: No route to host\n",
  );
  expect(noRoute.report.answer).toMatchObject({ code: "connection-unreachable", certainty: "possible" });
  expect(noRoute.report.flows[0]?.findings[0]?.lookalikes.slice(0, 5)).toContain("nft-reject");
  const failed = await told(
    "C:\\Users\\me>telnet 192.0.2.10 3306\nConnecting To 192.0.2.10...Could not open connection to the host, on port 3306: Connect failed\n",
  );
  expect(failed.text).toMatch(/not why/);
}, 120_000);

it("a host whose ping was answered is not one that no packet reaches", async () => {
  const ping =
    "$ ping -c 1 192.0.2.17\nPING 192.0.2.17 (192.0.2.17) 56(84) bytes of data.\n64 bytes from 192.0.2.17: icmp_seq=1 ttl=64 time=0.4 ms\n\n--- 192.0.2.17 ping statistics ---\n1 packets transmitted, 1 received, 0% packet loss, time 0ms\n";
  const { report } = await told(`${ping}$ nc 192.0.2.17 123\nNcat: No route to host.\n`);
  expect(report.answer?.code).toBe("connection-unreachable");
  expect(report.flows.find(({ flow }) => flow.kind === "tcp")?.findings[0]?.lookalikes).toEqual(["nft-reject"]);
});

it("a prompt such as laptop:~$ names its host, and what was listed elsewhere is not its own", async () => {
  const { report } = await told(`${SERVER.replaceAll("user@srv:~$", "root@srv:~#")}
laptop:~$ curl http://192.168.50.20:8080/
curl: (7) Failed to connect to 192.168.50.20 port 8080: Connection refused
`);
  expect(report.answer).toMatchObject({ code: "port-other-address", certainty: "likely" });
  expect(report.flows[0]?.flow.netns).toBe("laptop");
});

it("one chain listed after another adds to what is known of the table", async () => {
  const chains =
    "$ sudo iptables -S INPUT\n-P INPUT DROP\n-A INPUT -j allowed\n$ sudo iptables -S allowed\n-N allowed\n-A allowed -p tcp -m tcp --dport 22 -j ACCEPT\n";
  const { state } = stateFromText(readPaste(chains, "x").state);
  const tables = state?.namespaces.get("")?.iptables?.legacy ?? "";
  expect(tables).toContain(":INPUT DROP");
  expect(tables).toContain("-A INPUT -j allowed");
  expect(tables).toContain("-A allowed -p tcp -m tcp --dport 22 -j ACCEPT");
  expect(tables.match(/^\*filter$/gm)).toHaveLength(1);
});

const ENDED_LATER: readonly (readonly [name: string, content: string, end: string])[] = [
  ["curl", "$ curl http://192.0.2.2:9000\ncurl: (56) Recv failure: Connection reset by peer\n", "192.0.2.2:9000"],
  ["curl, an empty reply", "$ curl http://192.0.2.2:9000\ncurl: (52) Empty reply from server\n", "192.0.2.2:9000"],
  [
    "curl in TLS",
    "$ curl https://192.0.2.2/\ncurl: (35) OpenSSL SSL_connect: Connection reset by peer in connection to 192.0.2.2:443\n",
    "192.0.2.2:443",
  ],
  [
    "ssh",
    "laptop:~$ ssh admin@192.0.2.3\nkex_exchange_identification: read: Connection reset by peer\nConnection reset by 192.0.2.3 port 22\n",
    "192.0.2.3:22",
  ],
  [
    "wget without a prompt",
    "--2026-11-24 23:22:29--  http://192.0.2.4:9000/\nConnecting to 192.0.2.4:9000... connected.\nHTTP request sent, awaiting response... Read error (Connection reset by peer) in headers.\n",
    "192.0.2.4:9000",
  ],
  [
    "a sentence",
    "How can I find why `curl http://192.0.2.5:9000` outputs `curl: (56) Recv failure: Connection reset by peer`?\n",
    "192.0.2.5:9000",
  ],
  [
    "Go, which names its own end first",
    'Get "https://192.0.2.6:6443/api": read tcp 192.0.2.99:41234->192.0.2.6:6443: read: connection reset by peer\n',
    "192.0.2.6:6443",
  ],
];

it.each(ENDED_LATER)("%s: the connection was made, and the other side ended it", async (_name, content, end) => {
  const { report, text } = await told(content);
  expect(report.answer).toMatchObject({ code: "tcp-reset", certainty: "likely" });
  expect(text).toMatch(new RegExp(`^TCP ${end.replaceAll(".", String.raw`\.`)}.*: failed$`, "m"));
  expect(report.flows[0]?.findings[0]?.lookalikes[0]).toBe("port-other-address");
  expect(report.flows[0]?.findings[0]?.evidence[0]?.text.en).not.toContain("How can I");
  expect(text).not.toMatch(/SYN|\bping\b/);
});

it.each([
  ["curl", "curl: (28) Operation timed out after 5001 milliseconds with 0 out of 0 bytes received"],
  ["curl while it speaks TLS", "curl: (28) SSL connection timeout"],
])("%s: connected and then without an answer is no lost SYN", async (_name, printed) => {
  const { report, text } = await told(`$ curl https://192.0.2.2:8443 -m 5\n${printed}\n`);
  expect(report.answer).toMatchObject({ code: "tcp-data-not-acknowledged", certainty: "possible" });
  expect(text).not.toMatch(/SYN or its answer/);
});

it.each([
  "curl: (28) Connection timed out after 5001 milliseconds",
  "curl: (28) Failed to connect to 192.0.2.2 port 8443 after 5001 ms: Timeout was reached",
  "curl: (28) Connection timeout after 5001 ms",
])("%s is one that was never made", async (printed) => {
  const { report } = await told(`$ curl https://192.0.2.2:8443 -m 5\n${printed}\n`);
  expect(report.answer?.code).toBe("tcp-syn-no-answer");
});

it("beside listings in which the walk connects, it is told as it ended", async () => {
  const { report, text } = await told(`${SERVER}
user@srv:~$ curl http://127.0.0.1:8080/
curl: (52) Empty reply from server
`);
  expect(report.answer).toMatchObject({ code: "tcp-reset", certainty: "likely" });
  expect(text).toMatch(/: failed$/m);
});

const DNS_SILENT: readonly (readonly [name: string, content: string])[] = [
  [
    "nslookup",
    "[root@node1 ~]# nslookup www.example.com 192.0.2.53\n;; connection timed out; no servers could be reached\n",
  ],
  [
    "dig",
    "$ dig @192.0.2.53 example.com\n\n; <<>> DiG 9.16 <<>> @192.0.2.53 example.com\n;; connection timed out; no servers could be reached\n",
  ],
  [
    "dig at the server of resolv.conf",
    "$ dig example.com\n;; communications error to 192.0.2.53#53: timed out\n;; communications error to 192.0.2.53#53: timed out\n;; no servers could be reached\n",
  ],
  ["host", "$ host example.com 192.0.2.53\n;; connection timed out; no servers could be reached\n"],
];

it.each(DNS_SILENT)(
  "%s that got no answer asked over UDP, and all that it printed was used",
  async (_name, content) => {
    const { report, text } = await told(content);
    expect(report.answer).toMatchObject({ code: "dns-no-answer" });
    expect(text).toMatch(/^UDP 192\.0\.2\.53:53/m);
    expect(text).not.toMatch(/\bSYN\b|refused at once|not understood|ETIMEDOUT/);
  },
);

it("a name server that refuses is a UDP port at which nobody listens", async () => {
  const { report, text } = await told(
    "$ dig @192.0.2.53 example.com\n;; communications error to 192.0.2.53#53: connection refused\n",
  );
  expect(report.answer).toMatchObject({ code: "nothing-listens", certainty: "likely" });
  expect(text).toContain("UDP port 53");
});

it("what a program connects to on its own host is held against the sockets there", async () => {
  const typed = (listener: string) => `[root@one ~]# netstat -nlp | grep 8080
${listener}
[root@one ~]# curl 127.0.0.1:8080
curl: (7) Failed connect to 127.0.0.1:8080; Connection refused
`;
  const six = await told(
    typed("tcp6       0      0 ::1:8080                :::*                    LISTEN      15660/perl"),
  );
  expect(six.report.answer).toMatchObject({ code: "port-ipv6-only", certainty: "likely" });
  const other = await told(
    typed("tcp        0      0 192.168.50.20:8080      0.0.0.0:*               LISTEN      15660/perl"),
  );
  expect(other.report.answer).toMatchObject({ code: "port-other-address", certainty: "likely" });
  const here = await told(
    typed("tcp        0      0 0.0.0.0:8080            0.0.0.0:*               LISTEN      15660/perl"),
  );
  expect(here.report.answer?.code).not.toMatch(/^port-/);
});

it("nslookup's own words are no question that somebody asks, and its server is asked over UDP", async () => {
  const { report } = await told(
    "$ nslookup example.com 192.0.2.53\nnslookup: write to '192.0.2.53': Host is unreachable\n",
  );
  expect(report.answer?.code).toBe("connection-unreachable");
  expect(report.flows[0]?.flow).toMatchObject({ kind: "udp", dstPort: 53 });
  const inside = await reportOfPastes({
    pastes: [
      {
        source: "question",
        content:
          "$ docker run --rm alpine nslookup example.com\nnslookup: write to '192.0.2.53': Host is unreachable\n",
      },
    ],
  });
  expect(inside.report?.flows.some(({ flow }) => flow.kind === "ping") ?? false).toBe(false);
});

it("one that somebody gave up waiting for was not answered; one that was made is no such thing", async () => {
  const { report } = await told("user@a:~$ curl -v http://192.0.2.3:9090/\n*   Trying 192.0.2.3...\n^C\nuser@a:~$ \n");
  expect(report.answer?.code).toBe("tcp-syn-no-answer");
  const made =
    "user@a:~$ curl -v http://192.0.2.3:9090/\n*   Trying 192.0.2.3...\n* Connected to 192.0.2.3 (192.0.2.3) port 9090\n^C\n";
  const other = await reportOfPastes({ pastes: [{ source: "question", content: made }] });
  expect(other.report?.answer?.code).not.toBe("tcp-syn-no-answer");
});
