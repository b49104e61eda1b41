/** The last part of a path; of a folder the last one too. */
const lastOf = (label: string): string => label.replace(/\/+$/, '').split('/').at(-1) ?? label;

/**
 * Names files as short as they can be told apart: `edge.conf` where no other file of these is called so, else the whole label. A label that is not among them is
 * given back as it is.
 */
export function shortLabels(labels: Iterable<string>): (label: string) => string {
  const all = [...new Set(labels)];
  const byLast = Map.groupBy(all, lastOf);
  const short = new Map(all.map((label) => [label, byLast.get(lastOf(label))?.length === 1 ? lastOf(label) : label]));
  return (label) => short.get(label) ?? label;
}
