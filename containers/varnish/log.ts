import { NOTHING_LOGGED, type ProxyLogEntry } from '../../harness/model/service.ts';
import { readLogFields, toMs, type LogFields } from '../log-fields.ts';

/** What varnishncsa(1) is told to write; parseLog reads it. `link` names the request to the next host, `pipe` the bytes of a pipe. */
export const LOG_FORMAT =
  '{"start":"%{VSL:Timestamp:Start[1]}x","client_port":"%{VSL:ReqStart[2]}x","method":"%m","target":"%U%q","status":"%s",' +
  '"duration_us":"%D","handling":"%{Varnish:handling}x","link":"%{VSL:Link}x","piped":"%{VSL:Timestamp:Pipe[1]}x","pipe":"%{VSL:PipeAcct}x"}';

/** Handlings that ask a next host. */
const ASKING = new Set(['pipe', 'pass', 'miss', 'hitmiss', 'hitpass']);
const OWN_WORDS = /^(?:(?<level>Error|Warning|Info|Debug): |Child |varnishd)/;

/** Decodes a line of varnishncsa in our format, or of varnishd's own words; null for anything else. */
export function parseLog(line: string): ProxyLogEntry | null {
  const fields = readLogFields(line);
  if (fields !== null) return accessEntry(fields);
  const own = OWN_WORDS.exec(line);
  if (own === null) return null;
  return { ...NOTHING_LOGGED, raw: line.slice(0, 16_384), kind: own.groups?.['level'] === 'Error' ? 'error' : 'notice' };
}

/** Written at the end. Varnish does not read what comes through a pipe, so the status of a piped request is unknown (it logs 0). */
function accessEntry(fields: LogFields): ProxyLogEntry | null {
  const start = fields.number('start');
  if (start === null) return null;
  const handling = fields.text('handling') ?? '';
  const durationMs = toMs(fields.number('duration_us'), 1000);
  const isPipe = handling === 'pipe';
  const status = isPipe ? null : fields.number('status');
  const hasAsked = fields.text('link') !== null && ASKING.has(handling);
  // A pipe that never moved has no time of its own: there was no connection to move it on (measured).
  const isPiped = isPipe && fields.number('piped') !== null;
  const reachedServer = isPipe ? isPiped : hasAsked ? null : false;
  return {
    ...NOTHING_LOGGED,
    raw: fields.raw,
    kind: 'access',
    atMs: start * 1000 + (durationMs ?? 0),
    clientPort: fields.number('client_port'),
    method: fields.text('method'),
    target: fields.text('target'),
    status,
    // 503 is also what Varnish itself answers when the next host did not.
    serverStatus: hasAsked && !isPipe && status !== 503 ? status : null,
    reachedServer: hasAsked && !isPipe && status !== 503 ? true : reachedServer,
    durationMs,
    ...ending(handling, status, isPipe && !isPiped),
  };
}

function ending(
  handling: string,
  status: number | null,
  isDead: boolean,
): Pick<ProxyLogEntry, 'termination' | 'terminationMeaning' | 'endedBy'> {
  if (isDead) return { termination: 'pipe', terminationMeaning: 'Varnish could not connect to the next host', endedBy: 'server' };
  if (handling === 'synth' || handling === 'hit')
    return {
      termination: handling,
      terminationMeaning: `Varnish answered ${status ?? 'nothing'} by itself and asked no next host`,
      endedBy: 'proxy',
    };
  return { termination: null, terminationMeaning: null, endedBy: null };
}
