// What a pure function of a string gave is kept for a while: walks through systems that differ in one thing say the same
// sentences again and again.

/** As many as one flow's walks say; then it begins anew, so that a long watch holds no more. */
const MOST_KEPT = 4096;

/** The function, asked once for each of the last few thousand strings. */
export function remembered(make: (from: string) => string): (from: string) => string {
  const kept = new Map<string, string>();
  return (from) => {
    const known = kept.get(from);
    if (known !== undefined) return known;
    if (kept.size >= MOST_KEPT) kept.clear();
    const made = make(from);
    kept.set(from, made);
    return made;
  };
}
