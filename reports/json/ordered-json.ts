const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0);

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(byName)
      .map(([key, item]) => [key, sorted(item)]),
  );
}

/**
 * Pretty JSON with keys in one order whatever order they were made in, so that two documents can be compared line by line: the keys of `first`, then
 * the remaining ones, and those of every inner object, by name. Ends with a line feed.
 */
export function orderedJson<T extends object>(document: T, first: readonly (keyof T & string)[]): string {
  const head = Object.fromEntries(first.filter((key) => key in document).map((key) => [key, sorted(document[key])]));
  return `${JSON.stringify({ ...head, ...(sorted(document) as object) }, null, 2)}\n`;
}
