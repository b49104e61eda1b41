import type { ConfigLine, ConfigScope } from '../../harness/model/service.ts';

/*
 * The "config" of a Node proxy is a program, and this does not understand programs: it looks for the few lines that are known
 * to matter, by their text. Each rule is a heuristic for programs written like those in configs/; wiring that is spread over
 * several files, or done under other names, is not seen.
 */

/** A program's text, ready to be searched. */
export interface Source {
  readonly lines: readonly string[];
  /** The text with comments blanked out, so that offsets and line numbers stay what they are. */
  readonly code: string;
}

interface Hit {
  readonly symptom: ConfigLine['symptom'];
  readonly offset: number;
  readonly explanation: string;
  readonly scope?: ConfigScope;
}

const MAX_CHARACTERS = 256 * 1024;
const MAX_TEXT = 300;
const MAX_HITS = 200;

/** The lines of a proxy program that matter to a WebSocket, found by searching its text. Never throws. */
export function readConfig(text: string, file: string): readonly ConfigLine[] {
  const source = readSource(text);
  return [missingUpgrade, oldArgumentOrder, targetRewrites, changedHeaders, ownAnswers]
    .flatMap((rule) => rule(source))
    .slice(0, MAX_HITS)
    .map(({ offset, ...hit }) => ({ ...hit, file, ...placeOf(source, offset) }));
}

export const readSource = (text: string): Source => ({
  lines: text.split('\n'),
  code: withoutComments(text.slice(0, MAX_CHARACTERS)),
});

/** A server of its own that nobody listens to for `upgrade`. A proxy's own `listen` wires it when `ws: true` is set. */
function missingUpgrade({ code }: Source): readonly Hit[] {
  const server = /\b(?:http\.)?createServer\s*\(/.exec(code);
  if (server === null || /\.(?:on|once|addListener)\(\s*['"`]upgrade['"`]/.test(code)) return [];
  const explanation =
    "this server has no `.on('upgrade', ...)`, so Node hands a handshake to the request handler as an ordinary request, " +
    'and a 101 from the next host is never passed on';
  return [{ symptom: 'drops-upgrade', offset: server.index, explanation }];
}

/** httpxy takes ws(request, socket, options, head); with `head` in third place its bytes are lost. */
function oldArgumentOrder({ code }: Source): readonly Hit[] {
  if (!/\bfrom\s*['"]httpxy['"]|require\(\s*['"]httpxy['"]/.test(code)) return [];
  const explanation =
    'httpxy takes `ws(request, socket, options, head)`; here `head` stands in the place of the options, ' +
    'so what the client sent right behind its handshake is lost';
  return matches(code, /\.ws\(\s*[\w.]+\s*,\s*[\w.]+\s*,\s*\w*[hH]ead\w*\s*\)/g).map(({ index }) => ({
    symptom: 'loses-first-frame',
    offset: index,
    explanation,
  }));
}

function targetRewrites({ code }: Source): readonly Hit[] {
  const assigned = matches(code, /\breq(?:uest)?\.url\s*=(?![=>])/g).map(({ index }): Hit => {
    return { symptom: 'rewrites-target', offset: index, explanation: 'the program changes the request target before it is sent on' };
  });
  const ignored = matches(code, /\bignorePath\s*:\s*true/g).map(({ index }): Hit => {
    return {
      symptom: 'rewrites-target',
      offset: index,
      explanation: '`ignorePath: true` sends every request to the path of the target, whatever the client asked for',
    };
  });
  const prepended = matches(code, /\btarget\s*:\s*['"`](?:https?|wss?):\/\/[^/'"`]+\/[^'"`]+['"`]/g).map(({ index }): Hit => {
    return {
      symptom: 'rewrites-target',
      offset: index,
      explanation: 'the address of the target has a path, which is put before the path the client asked for',
    };
  });
  return [...assigned, ...ignored, ...prepended];
}

function changedHeaders({ code }: Source): readonly Hit[] {
  const rules: readonly (readonly [RegExp, string])[] = [
    [/\bchangeOrigin\s*:\s*true/g, '`changeOrigin: true` sends the name of the next host as Host instead of the one the client sent'],
    [/\bxfwd\s*:\s*true/g, '`xfwd: true` adds X-Forwarded-For, -Port and -Proto'],
    [/\bproxyReq(?:uest)?\.(?:setHeader|removeHeader)\(/g, 'the program sets or removes a header before the request is sent on'],
  ];
  return rules.flatMap(([pattern, explanation]) =>
    matches(code, pattern).map(({ index }): Hit => ({ symptom: 'changes-header', offset: index, explanation })),
  );
}

function ownAnswers({ code }: Source): readonly Hit[] {
  return matches(code, /\.writeHead\(\s*(\d{3})\b|['"`]HTTP\/1\.1 (\d{3})\b/g).map(({ index, 1: head, 2: raw }): Hit => {
    const status = Number(head ?? raw);
    return { symptom: 'answers-itself', offset: index, explanation: `the program answers ${status} here by itself`, scope: { status } };
  });
}

const matches = (code: string, pattern: RegExp): readonly RegExpExecArray[] => [...code.matchAll(pattern)];

/** Strings are kept, so that the `//` of an address does not hide the rest of its line. */
const withoutComments = (text: string): string =>
  text.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\\n]|\\.)*`|\/\*(?:[^]*?\*\/|[^]*$)|\/\/[^\n]*/g, (found) =>
    found.startsWith('/') ? found.replace(/[^\n]/g, ' ') : found,
  );

export function placeOf({ lines, code }: Source, offset: number): Pick<ConfigLine, 'line' | 'column' | 'text'> {
  const before = code.slice(0, offset).split('\n');
  return {
    line: before.length,
    column: (before.at(-1) ?? '').length + 1,
    text: (lines[before.length - 1] ?? '').trim().slice(0, MAX_TEXT),
  };
}
