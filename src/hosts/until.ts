// When a collection is to end: after its time, or when somebody says so.

/** The end of a collection. */
export interface CollectionEnd {
  /** Fulfilled at once where it was said already. */
  reached(): Promise<void>;
  /** Signals do again what they do by themselves. */
  forget(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Ctrl-C, a signal, or so many seconds from when it is waited for; null is no time. */
export function endOf(seconds: number | null): CollectionEnd {
  let isSaid = false;
  let wake = (): void => {};
  const say = (): void => {
    isSaid = true;
    wake();
  };
  for (const signal of SIGNALS) process.on(signal, say);
  // Whoever started us to be part of a run is done, or gone.
  process.on("disconnect", say);
  return {
    async reached() {
      if (isSaid) return;
      const late = seconds === null ? undefined : setTimeout(say, seconds * 1000);
      // Without a timer nothing else would keep us here.
      const stay = setInterval(() => {}, 60_000);
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (isSaid) resolve();
      });
      clearTimeout(late);
      clearInterval(stay);
    },
    forget() {
      for (const signal of SIGNALS) process.off(signal, say);
      process.off("disconnect", say);
    },
  };
}
