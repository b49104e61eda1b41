/** Maps with at most `width` calls under way. After the first failure no further call starts; the failure is thrown once all that run have ended. */
export async function inParallel<T, R>(items: readonly T[], width: number, call: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const rest = items.entries();
  let failure: { readonly error: unknown } | null = null;
  const worker = async (): Promise<void> => {
    for (const [index, item] of rest) {
      try {
        results[index] = await call(item);
      } catch (error) {
        failure ??= { error };
      }
      if (failure !== null) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  if (failure !== null) throw (failure as { readonly error: unknown }).error;
  return results;
}
