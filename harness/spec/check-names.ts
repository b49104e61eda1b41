import { type DeclaredPath } from './read-path.ts';
import { quoted } from './problem.ts';
import type { SpecItem } from './spec-map.ts';
import type { SpecDocument } from './spec-document.ts';

/** Reports path ids and host names that are not unique in the run, and links that have the name of a host. */
export function checkNames(document: SpecDocument, paths: readonly DeclaredPath[], items: readonly SpecItem[]): void {
  const ids = new Map<string, string>();
  const hosts = new Map<string, string>();
  paths.forEach((path, index) => {
    const node = items[index]?.node ?? null;
    const firstPath = ids.get(path.id);
    if (path.id !== '' && firstPath !== undefined) {
      document.report(
        'SPEC_ERR_DUPLICATE',
        `expected the id of each path to be unique, got ${quoted(path.id)} again (the first is ${firstPath})`,
        node,
      );
      // Its hosts have the same default names: one message is enough.
      return;
    }
    ids.set(path.id, items[index]?.name ?? path.id);
    for (const { name } of path.proxies) {
      const other = hosts.get(name);
      if (other !== undefined && path.id !== '') {
        document.report(
          'SPEC_ERR_DUPLICATE',
          `expected the name of each host to be unique in the run, got ${quoted(name)} on path ${quoted(path.id)} and on path ${quoted(other)}; give one of them a 'name'`,
          node,
        );
      }
      hosts.set(name, path.id);
    }
  });
  paths.forEach((path, index) => {
    for (const { name } of path.links) {
      if (hosts.has(name))
        document.report(
          'SPEC_ERR_DUPLICATE',
          `expected links and hosts to have different names, got ${quoted(name)} for both`,
          items[index]?.node ?? null,
        );
    }
  });
}
