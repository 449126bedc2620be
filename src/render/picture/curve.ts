// Smooth lines: chains of cubic curves that leave and arrive along the course of the picture.

import type { Point } from "./arrange.ts";
import type { Course } from "./card.ts";

/** Begin, its handle, the end's handle, end. */
export type Cubic = readonly [Point, Point, Point, Point];

/** A line through points; at its ends it goes the given ways along the course (1 on, -1 back). */
export function curveThrough(course: Course, points: readonly Point[], leaves: number, arrives: number): Cubic[] {
  const cubics: Cubic[] = [];
  for (let k = 1; k < points.length; k++) {
    const [a, b] = [points[k - 1] as Point, points[k] as Point];
    const run = course === "right" ? b.x - a.x : b.y - a.y;
    const reach = Math.max(14, Math.abs(run) / 2);
    const out = k === 1 ? leaves * reach : run / 2;
    const into = k === points.length - 1 ? arrives * reach : run / 2;
    cubics.push([a, moved(course, a, out), moved(course, b, -into), b]);
  }
  return cubics;
}

/** A straight line. */
export function straight(a: Point, b: Point): Cubic[] {
  const at = (t: number): Point => ({ x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t });
  return [[a, at(1 / 3), at(2 / 3), b]];
}

/** Further along the course. */
export function moved(course: Course, { x, y }: Point, by: number): Point {
  return course === "right" ? { x: x + by, y } : { x, y: y + by };
}

/** Further across it. */
export function aside(course: Course, { x, y }: Point, by: number): Point {
  return course === "right" ? { x, y: y + by } : { x: x + by, y };
}

/** As SVG's path data. */
export function pathOf(cubics: readonly Cubic[]): string {
  const [first] = cubics;
  if (first === undefined) return "";
  const said = cubics.map(([, b, c, d]) => `C${at(b)} ${at(c)} ${at(d)}`);
  return `M${at(first[0])}${said.join("")}`;
}

function at({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

/** One digit behind the point is more than a screen shows. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The point after that part of the whole line, each cubic taken as equally long. */
export function pointAt(cubics: readonly Cubic[], part: number): Point {
  const scaled = Math.min(Math.max(part, 0), 0.9999) * cubics.length;
  const cubic = cubics[Math.floor(scaled)];
  if (cubic === undefined) return { x: 0, y: 0 };
  const t = scaled - Math.floor(scaled);
  const mix = (key: "x" | "y"): number => {
    const [a, b, c, d] = cubic.map((point) => point[key]) as [number, number, number, number];
    return (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t ** 2 * c + t ** 3 * d;
  };
  return { x: mix("x"), y: mix("y") };
}
