// What every family of hostile cases has: a name, and cases by seed and number.

/** One way to attack. */
export interface Family {
  readonly name: string;
  /** Runs a case; throws where anything does, or where what comes out breaks a promise. Says whether it became words. */
  run(seed: number, number: number): Promise<boolean>;
  /** What the case reads, to be looked at. */
  inputsOf(seed: number, number: number): readonly Uint8Array[];
}

/** Throws where something that always holds does not. */
export function promise(kept: boolean, otherwise: string): void {
  if (!kept) throw new Error(otherwise);
}

/** Bytes as a pipe hands them on. */
export async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}
