/** A sign that a file is not a config yet but what one is made from. 1-based place. */
export interface TemplateSign {
  /** `Jinja`, `Helm`, `ERB`, `envsubst` ... */
  readonly kind: string;
  /** What was seen there, at most 60 characters. Untrusted. */
  readonly seen: string;
  readonly line: number;
  readonly column: number;
}

interface Dialect {
  readonly kind: (seen: string) => string;
  readonly pattern: RegExp;
}

const STATEMENT =
  'if|for|endif|endfor|set|else|elif|elsif|unless|case|include|block|endblock|extends|macro|import|from|raw|with|call|filter|do';

/** Nobody writes longer lines by hand. */
const MAX_LINE = 2000;

/** Marks that none of the proxies has: a log format such as `%{+Q}o` or `<%>s` is not one of them. */
const DIALECTS: readonly Dialect[] = [
  { kind: kindOfBraces, pattern: /\{\{[-~]?\s*[\w.$"'(/|\\#^][^{}\n]*\}\}/ },
  { kind: () => 'Jinja', pattern: new RegExp(String.raw`\{%[-+]?\s*(?:${STATEMENT})\b[^\n]{0,60}`) },
  { kind: () => 'ERB', pattern: /<%(?:[=\-#]|\s)[^\n]{0,200}?%>/ },
];

function kindOfBraces(seen: string): string {
  if (/^\{\{-?\s*(?:include\s|template\s|tpl\s|\.(?:Values|Release|Chart|Files)\b|toYaml\b)/.test(seen)) return 'Helm';
  if (/^\{\{-?\s*(?:getv|getvs|gets|exists|key|keyOrDefault|service|services|range|end|with|else|if|define|\.|\$)/.test(seen))
    return 'Go template';
  return 'Jinja';
}

/**
 * The first sign in a config that something else fills it in before the proxy reads it; null: there is none. `around` is the text of the
 * other files of the config, where variables may be defined. A script is a program and has none. Pure.
 */
export function findTemplate(service: string, text: string, around = ''): TemplateSign | null {
  if (service === 'node-proxy') return null;
  const unknown = unfilledVariables(service, `${text}\n${around}`);
  for (const [index, whole] of text.split('\n').entries()) {
    const line = whole.slice(0, MAX_LINE);
    if (/^\s*#/.test(line)) continue;
    const sign = signIn(line, service, unknown);
    if (sign !== null) return { ...sign, line: index + 1 };
  }
  return null;
}

function signIn(line: string, service: string, unknown: (name: string) => boolean): Omit<TemplateSign, 'line'> | null {
  for (const { kind, pattern } of DIALECTS) {
    const match = pattern.exec(line);
    if (match !== null && !isInComment(line, match.index))
      return { kind: kind(match[0]), seen: match[0].slice(0, 60), column: match.index + 1 };
  }
  for (const match of line.matchAll(/\$\{([A-Z][A-Z0-9_]*)(?::?[-=?+][^}]*)?\}|(?<=^|[\s"'/:=@.,;])\$([A-Z][A-Z0-9_]{2,})\b/g)) {
    const isBraced = match[1] !== undefined;
    const name = match[1] ?? match[2] ?? '';
    if (isInComment(line, match.index) || !unknown(name)) continue;
    if (isReadByProxy(service, line, match.index, isBraced)) continue;
    return { kind: 'envsubst', seen: match[0].slice(0, 60), column: match.index + 1 };
  }
  return null;
}

/** A `#` that begins a word outside quotes begins a comment, in all of these languages. */
function isInComment(line: string, column: number): boolean {
  const before = line.slice(0, column).replace(/\\.|"(?:\\.|[^"\\])*"|'[^']*'/g, (part) => '_'.repeat(part.length));
  const quote = /["']/.exec(before);
  const hash = /(?:^|\s)#/.exec(before);
  return hash !== null && (quote === null || hash.index < quote.index);
}

/** Lines whose addresses HAProxy expands without quotes (measured with 2.6); elsewhere it expands within double quotes only. */
const HAPROXY_ADDRESS =
  /^\s*(?:bind|server|server-template|nameserver|log|source|peer|default-server|stats\s+socket|(?:tcp|http)-check\s+connect)\b/;

/** Whether the proxy fills in such a variable by itself when it reads its config. */
function isReadByProxy(service: string, line: string, column: number, isBraced: boolean): boolean {
  switch (service) {
    case 'nginx':
      return false;
    case 'haproxy':
      return !isBraced || HAPROXY_ADDRESS.test(line) || (line.slice(0, column).replace(/\\./g, '').match(/"/g)?.length ?? 0) % 2 === 1;
    case 'caddy':
      return !isBraced || line[column - 1] === '{';
    default:
      return true;
  }
}

/**
 * nginx has variables of that form of its own, and a config may define them in upper case: `set`, `map`, `geo`, `js_set`, groups of
 * expressions. Whatever is defined anywhere is nobody else's.
 */
function unfilledVariables(service: string, text: string): (name: string) => boolean {
  if (service !== 'nginx') return () => true;
  const defined = new Set<string>();
  const definition =
    /^[ \t]*(?:set|perl_set|js_set|js_var|auth_request_set|set_by_lua\w*|encrypted_session_\w+|set_\w+)\s+\$\{?(\w+)|^[ \t]*(?:map|split_clients|geo|geoip2|auth_jwt_claim_set)\b[^\n]*\$\{?(\w+)\}?\s*\{|\(\?P?<(\w+)>/gm;
  for (const match of text.matchAll(definition)) defined.add(match[1] ?? match[2] ?? match[3] ?? '');
  return (name) => !defined.has(name);
}
