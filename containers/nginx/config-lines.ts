import type { ConfigLine } from '../../harness/model/service.ts';
import { answeringLines } from './answering-lines.ts';
import type { Claim } from './claim.ts';
import { reloadLines } from './config-reload.ts';
import { type Directive, parseConfig } from './config-tree.ts';
import { httpTransportLines, streamTransportLines } from './transport-lines.ts';
import { proxyingLines } from './proxying-lines.ts';
import { type Blocks, milliseconds } from './scope.ts';

/** Blocks that requests or connections pass through; `map`, `types`, `upstream`, `geo` and the like are left out. */
const PASSED_THROUGH = new Set(['server', 'location', 'if', 'limit_except']);
const MAX_LINES = 1000;
const MAX_TEXT = 300;

/**
 * The lines of an nginx config that matter to a WebSocket. Never throws. Reads the one file: what an `include` brings in is
 * not followed, so a header set there counts as not set. Which server block answers a request is not decided: the lines of
 * all are given.
 */
export function readConfig(text: string, file: string): readonly ConfigLine[] {
  return claimsToLines(configClaims(parseConfig(text)), text, file);
}

/** What `readConfig` finds, before it has its place. */
export function configClaims(main: readonly Directive[]): readonly Claim[] {
  const claims = main.flatMap((top): readonly Claim[] => {
    if (top.name === 'http')
      return walk([top], (blocks) => [...proxyingLines(blocks), ...answeringLines(blocks), ...httpTransportLines(blocks)]);
    return top.name === 'stream' ? walk([top], (blocks) => [...streamLines(blocks), ...streamTransportLines(blocks)]) : [];
  });
  return [...reloadLines(main), ...claims];
}

/** Claims with their places, each once. A directive that knows its file has its line there, any other in `text`. */
export function claimsToLines(claims: readonly Claim[], text: string, file: string): readonly ConfigLine[] {
  const linesByText = new Map<string, readonly string[]>();
  const linesOf = (whole: string): readonly string[] => {
    const lines = linesByText.get(whole) ?? whole.split('\n');
    linesByText.set(whole, lines);
    return lines;
  };
  const seen = new Set<string>();
  return claims.slice(0, MAX_LINES).flatMap(({ at, ...claim }): readonly ConfigLine[] => {
    const label = at.file?.label ?? file;
    const key = JSON.stringify([label, at.line, at.column, claim]);
    if (seen.has(key)) return [];
    seen.add(key);
    const line = linesOf(at.file?.text ?? text)[at.line - 1] ?? '';
    return [{ ...claim, file: label, line: at.line, column: at.column, text: line.trim().slice(0, MAX_TEXT) }];
  });
}

/** What `read` finds in a block and in every block inside it that requests pass through. */
export function walk(blocks: Blocks, read: (blocks: Blocks) => readonly Claim[]): readonly Claim[] {
  const inner = (blocks.at(-1)?.block ?? []).filter(({ name, block }) => block !== null && PASSED_THROUGH.has(name));
  const found = read(blocks).flatMap((claim) => atUsersOwn(claim, blocks));
  return [...found, ...inner.flatMap((directive) => walk([...blocks, directive], read))];
}

/** A main config that came with Hopscope is not the user's to mend: what it sets is said of the block of the user's in which it applies. */
function atUsersOwn(claim: Claim, blocks: Blocks): readonly Claim[] {
  if (claim.at.file?.isWrapper !== true) return [claim];
  const own = blocks.findLast(({ file }) => file?.isWrapper !== true);
  return own === undefined ? [] : [{ ...claim, at: own }];
}

/** https://nginx.org/en/docs/stream/ngx_stream_proxy_module.html: bytes are relayed, so only the idle limit can hurt. */
function streamLines(blocks: Blocks): readonly Claim[] {
  const level = blocks.at(-1)?.block ?? [];
  return level.flatMap((at): readonly Claim[] => {
    if (at.name === 'deny') {
      return [
        {
          symptom: 'answers-itself',
          at,
          explanation: `\`deny ${at.args.join(' ')}\` closes connections of these clients before anything is relayed`,
        },
      ];
    }
    if (at.name !== 'proxy_pass') return [];
    const declared = blocks.toReversed().flatMap((block) => (block.block ?? []).filter(({ name }) => name === 'proxy_timeout'))[0];
    if (declared === undefined) {
      return [
        {
          symptom: 'cuts-idle',
          at,
          limitMs: 600_000,
          explanation: 'no `proxy_timeout` is set, so a connection that is idle for the default of 10 minutes is cut',
        },
      ];
    }
    const limitMs = milliseconds(declared.args.join(' '));
    if (limitMs === null) return [];
    return [
      {
        symptom: 'cuts-idle',
        at: declared,
        limitMs,
        explanation: `\`proxy_timeout ${declared.args.join(' ')}\` cuts a connection in which neither side sends anything for that long`,
      },
    ];
  });
}
