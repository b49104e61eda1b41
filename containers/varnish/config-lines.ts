import type { ConfigLine } from '../../harness/model/service.ts';
import { inSeconds, lineOf, readDurationMs, readStatements, type Claim, type Statement } from '../config-statements.ts';
import { readParameters } from './parameters.ts';

/** Default of the parameter `pipe_timeout`, in milliseconds. */
const PIPE_TIMEOUT_MS = 60_000;

/** A statement with the name of the `sub` or `backend` that it stands in. */
interface Placed {
  readonly statement: Statement;
  readonly block: string;
}

/** The lines of a VCL that matter to a WebSocket. Never throws. What an `include` brings in is not followed. */
export function readConfig(text: string, file: string): readonly ConfigLine[] {
  const placed = placeAll(readStatements(text.replace(/\/\*[^]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))));
  const claimed = placed.flatMap((one) => claimsOf(one, placed).map((claim) => lineOf(one.statement, file, claim)));
  return [...claimed, ...idleLines(text, file, placed)];
}

function placeAll(statements: readonly Statement[]): readonly Placed[] {
  let block = '';
  let depth = 0;
  return statements
    .filter(({ words }) => words[0]?.startsWith('//') === false)
    .map((statement) => {
      if (depth === 0) block = statement.words.slice(0, 2).join(' ').replace(/\{.*$/, '').trim();
      depth += count(statement.text, '{') - count(statement.text, '}');
      return { statement, block };
    });
}

const count = (text: string, character: string): number => text.split(character).length - 1;
const isPipe = ({ statement, block }: Placed): boolean => block === 'sub vcl_recv' && /\breturn\s*\(\s*pipe\s*\)/.test(statement.text);
const sets = (placed: readonly Placed[], header: string): boolean =>
  placed.some(
    ({ statement, block }) => block === 'sub vcl_pipe' && new RegExp(`^set\\s+bereq\\.http\\.${header}\\s*=`, 'i').test(statement.text),
  );

function claimsOf(one: Placed, all: readonly Placed[]): readonly Claim[] {
  const { text } = one.statement;
  if (one.block !== 'sub vcl_recv' && one.block !== 'sub vcl_pipe') return [];
  const synth = /\breturn\s*\(\s*synth\s*\(\s*(\d{3})/.exec(text)?.[1];
  if (synth !== undefined)
    return [{ symptom: 'answers-itself', explanation: `Varnish answers ${synth} by itself here`, scope: { status: Number(synth) } }];
  if (isPipe(one)) return pipeClaims(all);
  if (/\breturn\s*\(\s*(?:pass|hash)\s*\)/.test(text) && !all.some(isPipe)) return [passClaim()];
  if (/^set\s+(?:req|bereq)\.url\s*=/.test(text))
    return [{ symptom: 'rewrites-target', explanation: `\`${text}\` changes the request target` }];
  const header = /^(?:set|unset)\s+(?:req|bereq)\.http\.([\w-]+)/.exec(text)?.[1];
  if (header === undefined || (one.block === 'sub vcl_pipe' && /^(?:upgrade|connection)$/i.test(header))) return [];
  const isDropped = /^unset\b/.test(text) && /^(?:upgrade|connection)$/i.test(header);
  return [
    isDropped
      ? { symptom: 'drops-upgrade', explanation: `\`${header}\` is taken off the request, so the origin sees no upgrade` }
      : { symptom: 'changes-header', explanation: `\`${text}\` changes \`${header}\` in the request` },
  ];
}

/** https://varnish-cache.org/docs/7.1/users-guide/vcl-example-websockets.html */
function pipeClaims(all: readonly Placed[]): readonly Claim[] {
  const added: Claim = { symptom: 'changes-header', explanation: 'Varnish adds X-Forwarded-For and X-Varnish to what it pipes' };
  const missing = ['upgrade', 'connection'].filter((header) => !sets(all, header));
  if (missing.length === 0) return [added];
  const explanation = `the request is piped, but vcl_pipe does not set ${missing.map((name) => `\`bereq.http.${name}\``).join(' and ')}, which Varnish takes off`;
  return [added, { symptom: 'drops-upgrade', explanation }];
}

const passClaim = (): Claim => ({
  symptom: 'drops-upgrade',
  explanation: 'no `return (pipe)` takes handshakes out of the way, and Varnish does not pass Upgrade and Connection on by itself',
});

/** The limit is a parameter of the program, so that the line to mend is the comment that sets it, else that of the pipe. */
function idleLines(text: string, file: string, placed: readonly Placed[]): readonly ConfigLine[] {
  const parameter = readParameters(text).findLast(({ name }) => name === 'pipe_timeout');
  const pipe = placed.find(isPipe);
  if (pipe === undefined) return [];
  const limitMs = readDurationMs(parameter?.value, 1000) ?? PIPE_TIMEOUT_MS;
  const which = parameter === undefined ? 'the default of the parameter `pipe_timeout`' : 'the parameter `pipe_timeout`';
  const explanation = `a pipe in which nothing has moved for ${inSeconds(limitMs)} is cut: ${which}`;
  const claim: Claim = { symptom: 'cuts-idle', limitMs, explanation };
  if (parameter === undefined) return [lineOf(pipe.statement, file, claim)];
  const written = text.split('\n')[parameter.line - 1] ?? '';
  return [lineOf({ words: [], line: parameter.line, column: written.search(/\S/) + 1, text: written.trim() }, file, claim)];
}
