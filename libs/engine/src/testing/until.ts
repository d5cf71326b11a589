/** Waits until `probe` gives something, looking often; a probe that throws is looked at again. @throws Error naming what was waited for */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 20_000,
): Promise<T> {
  let cause: unknown;
  for (const deadline = performance.now() + timeoutMs; ;) {
    try {
      const found = await probe();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`, { cause });
    await new Promise((wake) => setTimeout(wake, 10));
  }
}
