// Colours of a graph's nodes such that two of one colour have neighbours of the same colours (colour refinement, 1-WL).

import type { Graph } from "./graph.ts";

/** A colour for each node, by its number. */
export type Colours = Int32Array;

// Edge labels are few; a colour times this, and an edge label, are one number.
const EDGE_LABELS = 4096;

/** The coarsest colouring that fits the labels. */
export function coloured(graph: Graph): Colours {
  const { colours, count } = numbered(graph.labels);
  return refined(graph, colours, count);
}

/** The coarsest one that tells this node from all others, too. */
export function colouredFrom(graph: Graph, colours: Colours, node: number): Colours {
  const own = Int32Array.from(colours);
  let count = 0;
  for (const colour of own) count = Math.max(count, colour + 1);
  own[node] = count;
  return refined(graph, own, count + 1);
}

// Each round tells apart what the round before has told apart one edge further off.
function refined(graph: Graph, start: Colours, distinct: number): Colours {
  let [colours, count] = [start, distinct];
  for (;;) {
    const next = numbered(graph.edges.map((edges, node) => seenBy(colours, node, edges)));
    if (next.count === count) return next.colours;
    [colours, count] = [next.colours, next.count];
  }
}

function seenBy(colours: Colours, node: number, edges: readonly number[]): string {
  const seen = new Array<number>(edges.length >> 1);
  for (let at = 0; at < edges.length; at += 2)
    seen[at >> 1] = (colours[edges[at + 1] as number] as number) * EDGE_LABELS + (edges[at] as number);
  if (seen.length > 1) seen.sort((a, b) => a - b);
  return `${colours[node]} ${seen.join(" ")}`;
}

function numbered(signs: readonly string[]): { readonly colours: Colours; readonly count: number } {
  const known = new Map<string, number>();
  const colours = Int32Array.from(signs, (sign) => {
    const colour = known.get(sign) ?? known.size;
    known.set(sign, colour);
    return colour;
  });
  return { colours, count: known.size };
}
