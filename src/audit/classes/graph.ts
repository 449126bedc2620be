// A graph whose nodes and edges have labels: what a state is made of, without the names that only tell its parts apart.

/** Built once and coloured often. */
export class Graph {
  readonly labels: string[] = [];
  /** For each node: edge label, other end, edge label, other end … */
  readonly edges: number[][] = [];
  private readonly nodes = new Map<string, number>();
  private readonly edgeLabels = new Map<string, number>();

  /** The node of this name, made where it is not there yet. */
  node(name: string, label: string): number {
    const known = this.nodes.get(name);
    if (known !== undefined) return known;
    const node = this.add(label);
    this.nodes.set(name, node);
    return node;
  }

  /** A node that nothing else names. */
  add(label: string): number {
    this.labels.push(label);
    this.edges.push([]);
    return this.labels.length - 1;
  }

  named(name: string): number | undefined {
    return this.nodes.get(name);
  }

  /** Joins two nodes; each end knows which end it is. */
  join(from: number, to: number | undefined, label: string): void {
    if (to === undefined) return;
    this.edges[from]?.push(this.edgeLabel(`>${label}`), to);
    this.edges[to]?.push(this.edgeLabel(`<${label}`), from);
  }

  private edgeLabel(label: string): number {
    const known = this.edgeLabels.get(label) ?? this.edgeLabels.size;
    this.edgeLabels.set(label, known);
    return known;
  }
}
