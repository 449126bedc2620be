// Connections that were typed in a paste and failed by the tool's own words: no ping is told of, and the walk must end as printed.

import { expect, it } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";
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
  expect(report).toBeNull();
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
