import { isFront, type Section } from './config-sections.ts';
import { exampleHosts, readTest } from './request-tests.ts';
import { remembered } from './remembered.ts';
import type { WholeConfig } from './whole-config.ts';

/** What a host is called where a config names none (RFC 6761 reserves `.test`). */
export const FALLBACK_HOST = 'hopscope.test';
const DOMAIN = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const NO_DOMAIN = /\.(?:pem|crt|cer|key|cfg|lst|txt|bundle|fullchain|chain|combined|cert|ssl|map|conf|d)$/;
const MAX_HOSTS = 50;

/** Domains in the path of a certificate: `/etc/letsencrypt/live/chat.example.com/fullchain.pem`. */
export function domainsInPath(path: string): readonly string[] {
  const parts = path
    .toLowerCase()
    .split('/')
    .map((part) => part.replace(/\.(?:pem|crt|cer)$/, '').replace(/^(?:wildcard|star|_)\./, 'www.'));
  return parts.filter((part) => DOMAIN.test(part) && !NO_DOMAIN.test(part));
}

/** Host names that the ACLs of a section test, in the order of the file. */
export function testedHosts(section: Section, base: string): readonly string[] {
  const hosts = [...section.inherited, ...section.own].flatMap(({ words }) =>
    groupsOf(words).flatMap((group) => [
      ...exampleHosts(
        readTest(group, hostVariables(section), () => null),
        base,
      ),
    ]),
  );
  return [...new Set(hosts)].slice(0, MAX_HOSTS);
}

/** The test of an `acl` line, and those in braces. */
function groupsOf(words: readonly string[]): readonly (readonly string[])[] {
  if (words[0] === 'acl') return [words.slice(2)];
  return words.flatMap((word, index) => {
    const end = /^!?\{$/.test(word) ? words.indexOf('}', index) : -1;
    return end < 0 ? [] : [words.slice(index + 1, end)];
  });
}

/** Variables that rules set: `http-request set-var(txn.host) req.hdr(host),lower`. */
export const hostVariables = remembered(({ own, inherited }: Section): ReadonlyMap<string, string> => {
  const rules = [...inherited, ...own].filter(({ text }) => text.includes('set-var('));
  return new Map(
    rules.flatMap(({ words }) => {
      const at = words.findIndex((word) => /^set-var\([^()]+\)$/.test(word));
      const name = words[at]?.slice('set-var('.length, -1);
      return at < 0 || name === undefined ? [] : [[name.split(',')[0] ?? name, words[at + 1] ?? ''] as const];
    }),
  );
});

/** The host that is used where nothing says one: the first domain of the config. */
export const defaultHost = remembered(({ sections, statements }: Pick<WholeConfig, 'sections' | 'statements'>): string => {
  const tested = sections.filter(isFront).flatMap((front) => testedHosts(front, FALLBACK_HOST));
  const inPaths = statements.flatMap(({ words }) =>
    words.flatMap((word, index) => (word === 'crt' ? domainsInPath(words[index + 1] ?? '') : [])),
  );
  const inRedirects = statements.flatMap(({ text, words }) =>
    words.includes('redirect') ? [...text.matchAll(/https?:\/\/([a-z0-9.-]{4,253})/gi)].map((match) => (match[1] ?? '').toLowerCase()) : [],
  );
  return [...tested, ...inPaths, ...inRedirects].find((host) => DOMAIN.test(host) && !NO_DOMAIN.test(host)) ?? FALLBACK_HOST;
});
