import { pathOfPattern } from '../socket-path.ts';
import type { Directive } from './directives.ts';

/** A line that sends requests to a next host. */
export interface Pass {
  readonly directive: Directive;
  /** Beginning of the request-targets that it takes. */
  readonly prefix: string;
  readonly url: string;
  /** It passes a WebSocket's upgrade on: by scheme, by `upgrade=`, or after a condition on the Upgrade header. */
  readonly isForSockets: boolean;
  /** A later line of the same section that counts instead. */
  readonly replacedBy: Directive | null;
  /** The section with a path that it stands in. */
  readonly section: Directive | null;
}

const PASSES = new Set(['proxypass', 'proxypassmatch']);
const SECTIONS = new Set(['location', 'locationmatch', 'proxy', 'proxymatch']);
const MENTIONS_UPGRADE = /%\{(?:HTTP:(?:Upgrade|Connection)|HTTP_UPGRADE|HTTP_CONNECTION)\}/i;

/** ProxyPass, ProxyPassMatch, `RewriteRule [P]` and `SetHandler proxy:` of a site, in order. https://httpd.apache.org/docs/2.4/mod/mod_proxy.html */
export function passesOf(own: readonly Directive[], section: Directive | null = null): readonly Pass[] {
  const found: Pass[] = [];
  const conditions: Directive[] = [];
  for (const one of own) {
    if (one.name === 'rewritecond') conditions.push(one);
    const pass = PASSES.has(one.name)
      ? passOf(one, section)
      : one.name === 'rewriterule'
        ? rewriteOf(one, conditions, section)
        : handlerOf(one, section);
    if (one.name === 'rewriterule') conditions.length = 0;
    if (pass !== null) found.push(pass);
    if (one.children !== null) found.push(...passesOf(one.children, SECTIONS.has(one.name) ? one : section));
  }
  return section === null ? markReplaced(found) : found;
}

/** In a section with a path the last ProxyPass counts: a directory config has room for one. */
function markReplaced(passes: readonly Pass[]): readonly Pass[] {
  return passes.map((pass, at) => {
    if (pass.section === null || !PASSES.has(pass.directive.name)) return pass;
    const later = passes.slice(at + 1).findLast((one) => keyOf(one) === keyOf(pass) && PASSES.has(one.directive.name));
    return later === undefined ? pass : { ...pass, replacedBy: later.directive };
  });
}

/** Sections of the same path are merged. */
const keyOf = ({ section }: Pass): string => section?.words.join(' ').toLowerCase() ?? '';

function passOf(directive: Directive, section: Directive | null): Pass | null {
  const args = directive.words.slice(1).filter((word) => !/^(?:interpolate|noquery)$/i.test(word));
  const takesPath = section === null || !isUrl(args[0] ?? '');
  const [path = '', url = ''] = takesPath ? args : [prefixOf(section), args[0] ?? ''];
  const isPattern = takesPath && directive.name === 'proxypassmatch';
  const prefix = isPattern ? pathOfPattern(path) : path;
  if (url === '' || !prefix.startsWith('/')) return null;
  const isForSockets = /^wss?:/i.test(afterSocket(url)) || args.some((word) => /^upgrade=/i.test(word));
  return { directive, prefix, url, isForSockets, replacedBy: null, section };
}

function rewriteOf(directive: Directive, conditions: readonly Directive[], section: Directive | null): Pass | null {
  const [, pattern = '', url = '', flags = ''] = directive.words;
  if (!/(?:^\[|,)\s*(?:P|proxy)\s*(?:,|\]$)/i.test(flags)) return null;
  const asks = conditions.filter(({ words }) => MENTIONS_UPGRADE.test(words[1] ?? '')).map(({ words }) => words[2] ?? '');
  const isForSockets = /^wss?:/i.test(afterSocket(url)) || asks.some((ask) => !ask.startsWith('!') && /websocket|upgrade/i.test(ask));
  const path = conditions.find(({ words }) => /%\{REQUEST_URI\}/.test(words[1] ?? '') && words[2]?.startsWith('!') === false)?.words[2];
  return { directive, prefix: pathOfPattern(path ?? pattern), url, isForSockets, replacedBy: null, section };
}

/** `SetHandler "proxy:http://app:3000"` */
function handlerOf(directive: Directive, section: Directive | null): Pass | null {
  const [, handler = ''] = directive.words;
  if (directive.name !== 'sethandler' || !/^proxy:/i.test(handler)) return null;
  const url = handler.slice('proxy:'.length);
  return { directive, prefix: prefixOf(section), url, isForSockets: /^wss?:/i.test(url), replacedBy: null, section };
}

function prefixOf(section: Directive | null): string {
  const [, first = '/', second = ''] = section?.words ?? [];
  if (first === '~') return pathOfPattern(second);
  return section?.name === 'locationmatch' ? pathOfPattern(first) : first.startsWith('/') ? first : '/';
}

const isUrl = (word: string): boolean => word === '!' || /^(?:unix:|[a-z][\w+.-]*:\/\/)/i.test(word);

/** The URL behind `unix:/path|`. */
const afterSocket = (url: string): string => url.replace(/^unix:[^|]*\|/i, '');
