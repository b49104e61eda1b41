import type { ConfigTree, Entry } from '../../harness/model/surroundings.ts';
import type { ConfigLine } from '../../harness/model/service.ts';
import { readCaddyfile, type Node } from './caddyfile.ts';
import { readLines } from './config-lines.ts';
import { readOptions, siteFor, sitesOf } from './sites.ts';

/**
 * The lines of a user's Caddyfile and of what it imports that matter to a WebSocket. With an entry those that only stand in other sites are
 * left out. Never throws.
 */
export function readTree(tree: ConfigTree, entry?: Entry): readonly ConfigLine[] {
  const all = [...tree.files.values()].flatMap(({ text, label, isWrapper }) => (isWrapper === true ? [] : readLines(text, label, 'any')));
  if (entry === undefined) return all;
  const { options, sites: blocks } = readCaddyfile(tree);
  const sites = sitesOf(blocks, readOptions(options, '/'));
  const own = siteFor(sites, entry);
  if (own === null) return all;
  const mine = new Set(own.body.flatMap(placesOf));
  const others = new Set(sites.flatMap(({ body }) => body.flatMap(placesOf)).filter((place) => !mine.has(place)));
  return all.filter(({ file, line }) => !others.has(`${file}:${line}`));
}

const placesOf = ({ place, children }: Node): readonly string[] => [`${place.file}:${place.line}`, ...(children ?? []).flatMap(placesOf)];
