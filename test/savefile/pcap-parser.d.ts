// The part of npm pcap-parser that the comparison uses; it ships no types.

declare module "pcap-parser" {
  interface Parser {
    on(event: "packet", listener: (packet: TheirPacket) => void): Parser;
    on(event: "error", listener: (error: Error) => void): Parser;
    on(event: "end", listener: () => void): Parser;
  }

  export interface TheirPacket {
    readonly header: {
      readonly timestampSeconds: number;
      readonly timestampMicroseconds: number;
      readonly capturedLength: number;
      readonly originalLength: number;
    };
    readonly data: Buffer;
  }

  export function parse(file: string): Parser;
}
