/**
 * What `work` gives, unless it takes longer: somebody else's promise that never settles must not hold ours for ever.
 * @throws Error naming what did not end
 */
export async function within<T>(milliseconds: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not end within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    // Whatever becomes of it now, nobody waits for it.
    work.catch(() => undefined);
  }
}
