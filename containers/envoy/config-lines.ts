import type { ConfigLine } from '../../harness/model/service.ts';
import { inSeconds, lineOf, readDurationMs, type Claim } from '../config-statements.ts';
import { readYamlLines, type YamlLine } from '../yaml-lines.ts';

/** Default of `stream_idle_timeout`, in milliseconds. */
const STREAM_IDLE_MS = 300_000;

/** The lines of an Envoy config in YAML that matter to a WebSocket. Never throws. Routes in flow style are read as one line. */
export function readConfig(text: string, file: string): readonly ConfigLine[] {
  const lines = readYamlLines(text);
  return lines.flatMap((line) => claimsOf(line, lines).map((claim) => lineOf(line.statement, file, claim)));
}

const isManager = ({ key, value }: YamlLine): boolean => key === '@type' && value.endsWith('HttpConnectionManager');

/** https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts and .../arch_overview/http/upgrades */
function claimsOf(line: YamlLine, lines: readonly YamlLine[]): readonly Claim[] {
  const { key, value, statement } = line;
  if (isManager(line)) return managerClaims(lines);
  const limitMs = readDurationMs(value, 1000);
  if ((key === 'stream_idle_timeout' || key === 'idle_timeout') && limitMs !== null && limitMs > 0)
    return [
      { symptom: 'cuts-idle', limitMs, explanation: `\`${key}\` cuts a tunnel in which nothing has moved for ${inSeconds(limitMs)}` },
    ];
  if (key === 'direct_response' || key === 'redirect' || /\b(?:direct_response|redirect):/.test(value))
    return [{ symptom: 'answers-itself', explanation: `\`${statement.text}\` answers without the origin` }];
  if (key.endsWith('_rewrite') || /\b(?:prefix|regex|path)_rewrite:/.test(value))
    return [{ symptom: 'rewrites-target', explanation: `\`${statement.text}\` changes the request target` }];
  return /^(?:request|response)_headers_to_(?:add|remove)$/.test(key)
    ? [{ symptom: 'changes-header', explanation: `\`${key}\` changes headers` }]
    : [];
}

function managerClaims(lines: readonly YamlLine[]): readonly Claim[] {
  const claims: Claim[] = [
    { symptom: 'changes-header', explanation: 'Envoy adds X-Forwarded-Proto and X-Request-Id and writes names in lower case' },
  ];
  if (!lines.some(({ key, value }) => (key === 'upgrade_type' && /^websocket$/i.test(value)) || /upgrade_type:\s*"?websocket/i.test(value)))
    claims.push({ symptom: 'drops-upgrade', explanation: 'no `upgrade_configs` with `upgrade_type: websocket` lets an upgrade pass' });
  if (!lines.some(({ key }) => key === 'stream_idle_timeout'))
    claims.push({
      symptom: 'cuts-idle',
      limitMs: STREAM_IDLE_MS,
      explanation: 'no `stream_idle_timeout` is set, so a tunnel that is idle for the default of 5 minutes is cut',
    });
  return claims;
}
