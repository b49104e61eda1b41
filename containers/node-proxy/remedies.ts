import type { ConfigEdit, RemedyCandidate } from '../../harness/model/remedy.ts';
import type { ConfigSymptom, RemedyRequest } from '../../harness/model/service.ts';

/*
 * A program is not a config: only the wiring that each package's own documentation has, in programs written like those in configs/, is
 * mended here, by its text. Everything else has no remedy.
 */

type Rule = (request: RemedyRequest, lines: readonly string[]) => readonly RemedyCandidate[];

const RULES: Readonly<Partial<Record<ConfigSymptom, Rule>>> = {
  'drops-upgrade': listenForUpgrades,
  'loses-first-frame': headInItsPlace,
  'rewrites-target': keepTarget,
};

/** Remedies for a line of a proxy program. Pure; never throws. */
export function remedies(request: RemedyRequest): readonly RemedyCandidate[] {
  const lines = request.text.split('\n').map((line) => line.replace(/\r$/, ''));
  return RULES[request.line.symptom]?.(request, lines) ?? [];
}

const isHttpxy = (text: string): boolean => /\bfrom\s*['"]httpxy['"]|require\(\s*['"]httpxy['"]/.test(text);

/** A server of one's own hands handshakes to its `upgrade` listeners, and `proxy.ws` is what they are for. */
function listenForUpgrades({ text, line }: RemedyRequest, lines: readonly string[]): readonly RemedyCandidate[] {
  const server = /\b(?:const|let|var)\s+(\w+)\s*=\s*(?:\w+\.)?createServer\s*\(/.exec(lines[line.line - 1] ?? '')?.[1];
  const web = /\b(\w+)\.web\(\s*\w+\s*,\s*\w+\s*(?:,\s*(\{[^{}\n]*\}))?\s*\)/.exec(text);
  if (server === undefined || web?.[1] === undefined) return [];
  const at = lines.findIndex((one, index) => index >= line.line && one.startsWith(`${server}.listen(`));
  if (at < 0) return [];
  const [, proxy, options] = web;
  const httpxy = isHttpxy(text);
  const args = httpxy ? `${options ?? '{}'}, head` : options === undefined ? 'head' : `head, ${options}`;
  const insert = [
    `${server}.on('upgrade', (request, socket, head) => {`,
    "  socket.on('error', () => socket.destroy());",
    `  ${httpxy ? 'void ' : ''}${proxy}.ws(request, socket, ${args});`,
    '});',
    '',
  ];
  const source = `${httpxy ? 'httpxy' : 'http-proxy'} README, proxying WebSockets, and Node.js, class http.Server, event 'upgrade'`;
  return [
    {
      title: "Hand WebSocket handshakes to the proxy: listen for the server's `upgrade` event.",
      edits: [{ line: at + 1, remove: 0, insert }],
      source,
    },
  ];
}

/** httpxy takes `ws(request, socket, options, head)`. */
function headInItsPlace({ line }: RemedyRequest, lines: readonly string[]): readonly RemedyCandidate[] {
  const wrong = lines[line.line - 1] ?? '';
  const right = wrong.replace(/(\.ws\(\s*[\w.]+\s*,\s*[\w.]+\s*,\s*)(\w*[hH]ead\w*\s*\))/, '$1{}, $2');
  if (right === wrong) return [];
  // The compiler had objected to the mistake and been told not to.
  const isSilenced = /^\s*\/\/ @ts-(?:expect-error|ignore)\b/.test(lines[line.line - 2] ?? '');
  const edit: ConfigEdit = isSilenced
    ? { line: line.line - 1, remove: 2, insert: [right] }
    : { line: line.line, remove: 1, insert: [right] };
  return [
    {
      title: 'Give httpxy its options third and `head` fourth.',
      edits: [edit],
      source: 'httpxy README, ProxyServer.ws(req, socket, opts, head)',
    },
  ];
}

function keepTarget({ line }: RemedyRequest, lines: readonly string[]): readonly RemedyCandidate[] {
  const wrong = lines[line.line - 1] ?? '';
  const right = wrong.replace(/\bignorePath\s*:\s*true/, 'ignorePath: false');
  if (right === wrong) return [];
  const edits = [{ line: line.line, remove: 1, insert: [right] }];
  return [{ title: 'Send the request target on as it came: no `ignorePath`.', edits, source: 'http-proxy README, options, ignorePath' }];
}
