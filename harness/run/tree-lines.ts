import type { ConfigLine, ProxyService } from '../model/service.ts';
import type { ConfigTree, Entry } from '../model/surroundings.ts';

/** Lines of one config that matter to a WebSocket, limits too. */
export const linesIn = (service: ProxyService, text: string, label: string): readonly ConfigLine[] => [
  ...service.readConfig(text, label),
  ...(service.readLimits?.(text, label) ?? []),
];

/** The same of a user's config of several files; with an entry without the lines of other hosts. */
export function linesOfTree(service: ProxyService, tree: ConfigTree, entry?: Entry): readonly ConfigLine[] {
  if (service.readTree !== undefined) return service.readTree(tree, entry);
  const main = tree.files.get(tree.main);
  return main === undefined ? [] : linesIn(service, main.text, main.label);
}
