import { braceOutline } from './brace-outline.ts';
import { indentOutline } from './indent-outline.ts';
import { lineOutline, type LineSyntax } from './line-outline.ts';
import type { Outline } from './outlined.ts';

const SECTION =
  /^(?:global|defaults|frontend|backend|listen|resolvers|userlist|peers|mailers|cache|program|ring|http-errors|fcgi-app|log-forward|log-profile|crt-store|traces|acme)(?:\s|$)/;

/** HAProxy, "Configuration file format" and "Quoting and escaping" (Configuration Manual 2.1 and 2.2): `#` anywhere outside of quotes. */
const HAPROXY: LineSyntax = {
  commentAt: (line) => unquotedHash(line),
  roleOf: (code) => (SECTION.test(code) ? 'section' : 'statement'),
  goesOn: (code) => code.endsWith('\\'),
};

/** Caddyfile, "Structure" (Caddy documentation, Caddyfile Concepts): a brace at the end of a line opens, one alone closes. */
const CADDY: LineSyntax = {
  commentAt: (line) => line.search(/(?<=^|\s)#/),
  roleOf: (code) => (code === '}' ? 'closes' : /(?:^|\s)\{$/.test(code) ? 'opens' : 'statement'),
  goesOn: (code) => code.endsWith('\\'),
};

/** Apache HTTP Server, "Configuration Files": comments have lines of their own, a backslash at the end continues. */
const APACHE: LineSyntax = {
  commentAt: (line) => (/^\s*#/.test(line) ? line.indexOf('#') : -1),
  roleOf: (code) => (code.startsWith('</') ? 'closes' : code.startsWith('<') ? 'opens' : 'statement'),
  goesOn: (code) => code.endsWith('\\'),
};

/** The structure of a file of a service, by its syntax alone: no directive is known. A text of another language is outlined by its indentation. */
export function outlineOf(service: string, text: string): Outline {
  if (service === 'haproxy' && text.split('\n').some((line) => SECTION.test(line.trim()))) return lineOutline(text, HAPROXY);
  if (service === 'caddy') return lineOutline(text, CADDY);
  if (service === 'apache') return lineOutline(text, APACHE);
  return (service === 'nginx' ? braceOutline(text) : null) ?? indentOutline(text);
}

function unquotedHash(line: string): number {
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (character === '\\' && quote !== "'") at += 1;
    else if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === '#') return at;
  }
  return -1;
}
