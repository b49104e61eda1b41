import { placedWords, withTail } from './line-words.ts';
import type { Section, Statement } from './config-sections.ts';

/** Where a rule's condition begins; -1 when it has none. */
const conditionAt = (words: readonly string[]): number => words.findIndex((word) => word === 'if' || word === 'unless');

const isOr = (word: string): boolean => word === '||' || word === 'or';

/**
 * The rule, no longer applied where the ACL expression holds (`{ path /socket }`). In an `if` it is excluded from every alternative, since
 * `||` binds weaker than the implicit AND (manual, section 7.2); an `unless` gets it as one more alternative.
 */
export function withException(line: string, acl: string): string {
  const words = placedWords(line);
  const at = conditionAt(words.map(({ word }) => word));
  if (at < 0) return withTail(line, `unless ${acl}`);
  if (words[at]?.word === 'unless') return withTail(line, `|| ${acl}`);
  const alternatives = words.slice(at + 1).filter(({ word }) => isOr(word));
  const excluded = alternatives.toReversed().reduce((text, { start }) => `${text.slice(0, start)}!${acl} ${text.slice(start)}`, line);
  return withTail(excluded, `!${acl}`);
}

/** An ACL of the section by its name: its statements, which HAProxy takes together as alternatives (manual, section 7.1). */
export const aclStatements = ({ own, inherited }: Section, name: string): readonly Statement[] =>
  [...inherited, ...own].filter(({ words }) => words[0] === 'acl' && words[1] === name);

/** ACLs of a rule's condition by name, with whether they are negated; anonymous ones in braces are left out. */
export function namedAcls({ words }: Statement): readonly { readonly name: string; readonly isNegated: boolean }[] {
  const condition = words.slice(conditionAt(words) + 1);
  const names: { name: string; isNegated: boolean }[] = [];
  let isAnonymous = false;
  for (const word of condition) {
    if (/^!?\{$/.test(word)) isAnonymous = true;
    else if (word === '}') isAnonymous = false;
    else if (!isAnonymous && !isOr(word) && word !== '!') names.push({ name: word.replace(/^!/, ''), isNegated: word.startsWith('!') });
  }
  return names;
}

/** What the condition of a rule looks at, anonymous and named ACLs alike: `path_beg`, `req.hdr(Upgrade)`. Null: an ACL that is defined nowhere. */
export function fetchesOf(rule: Statement, section: Section): readonly string[] | null {
  const at = conditionAt(rule.words);
  if (at < 0) return [];
  const anonymous = rule.words.flatMap((word, index) => (index > at && /^!?\{$/.test(word) ? [rule.words[index + 1] ?? ''] : []));
  const named = namedAcls(rule).map(({ name }) => aclStatements(section, name).map(({ words }) => words[2] ?? ''));
  return named.some((fetches) => fetches.length === 0) ? null : [...anonymous, ...named.flat()];
}

const ABOUT_PATH = /^(?:path|url|base|capture\.req\.uri)(?:_[a-z]+)?(?:,|$)/;
const ABOUT_UPGRADE = /^(?:(?:req\.)?f?hdr|hdr)(?:_[a-z]+)?\((?:upgrade|connection|sec-websocket-[a-z]+)\b/i;

export const isAboutPath = (fetch: string): boolean => ABOUT_PATH.test(fetch);

/** Rules about addresses, passwords, certificates or names guard something: no exception is proposed for those. */
export const isAboutRequest = (fetch: string): boolean => isAboutPath(fetch) || ABOUT_UPGRADE.test(fetch);
