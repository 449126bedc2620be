// Display width and line breaks: two columns for Han characters, no line that starts with a closing mark.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { displayWidth, fill, padEnd, padStart, wrap } from "../../src/render/width.ts";

describe("display width", () => {
  it("counts two columns for Han characters and full-width punctuation, one for Latin and box drawing", () => {
    expect(displayWidth("ARP 请求，")).toBe(10);
    expect(displayWidth("├─ µs ▶")).toBe(7);
    expect(displayWidth("e\u0301")).toBe(1);
    expect(padEnd("状态", 6)).toBe("状态  ");
    expect(padStart("状态", 6)).toBe("  状态");
  });
});

describe("wrap", () => {
  it("breaks English at spaces and Chinese between characters", () => {
    expect(wrap("one two three", 8)).toEqual(["one two", "three"]);
    expect(wrap("内核静默丢弃了它", 8)).toEqual(["内核静默", "丢弃了它"]);
  });

  it("keeps addresses, codes and commands in one piece", () => {
    expect(wrap("no 192.168.2.11/24 here", 15)).toEqual(["no", "192.168.2.11/24", "here"]);
    expect(wrap("见 arp-no-local-owner", 18)).toEqual(["见", "arp-no-local-owner"]);
  });

  it("never begins a line with a closing mark nor ends one with an opening mark", () => {
    for (let width = 20; width < 60; width++) {
      for (const line of wrap('问"谁是 192.168.2.1?"，共 3 次（都没有应答）：内核不算丢包。', width)) {
        expect(line).not.toMatch(/^[，。：）]/);
        expect(line).not.toMatch(/（$/);
      }
    }
  });

  it("cuts a word that is longer than a line", () => {
    expect(wrap("abcdefghij k", 4)).toEqual(["abcd", "efgh", "ij k"]);
  });

  it("loses no character and keeps to the width, whatever the text", () => {
    const piece = fc.constantFrom("a", "bc", " ", "中", "，", "（", "）", '"', "192.168.2.1", "-", "。");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 4, max: 30 }), (pieces, width) => {
        const paragraph = pieces.join("");
        const lines = wrap(paragraph, width);
        expect(lines.join("").replaceAll(" ", "")).toBe(paragraph.replaceAll(" ", ""));
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe("fill", () => {
  it("breaks between items and leaves the separator at the end of the line", () => {
    expect(fill(["one two", "three four", "five"], " · ", 12)).toEqual(["one two ·", "three four ·", "five"]);
    expect(fill(["一二", "三四"], "、", 6)).toEqual(["一二、", "三四"]);
    expect(fill([], ", ", 10)).toEqual([]);
  });
});
