import type { TextRule } from './spec-map.ts';

/** Names of paths, hosts and links: they become host names and file names. */
export const NAME: TextRule = {
  pattern: /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/,
  shape: 'a name of 1 to 40 lower-case letters, digits and dashes',
};

/** Names that every topology has already. */
export const isReservedName = (name: string): boolean =>
  ['client', 'origin', 'static', 'localhost', 'unknown'].includes(name) || /^router-\d+$/.test(name);

/** A sentence for people. */
export const SENTENCE: TextRule = { max: 2000 };
