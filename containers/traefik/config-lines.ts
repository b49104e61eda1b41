import type { ConfigLine } from '../../harness/model/service.ts';
import { inSeconds, lineOf, readDurationMs, type Claim } from '../config-statements.ts';
import { readYamlLines, type YamlLine } from '../yaml-lines.ts';

/** The lines of a Traefik config in YAML that matter to a WebSocket; routes may be in the same file. Never throws. */
export function readConfig(text: string, file: string): readonly ConfigLine[] {
  return readYamlLines(text).flatMap((line) => claimsOf(line).map((claim) => lineOf(line.statement, file, claim)));
}

/** https://doc.traefik.io/traefik/routing/entrypoints/ and .../middlewares/http/overview/ */
function claimsOf({ key, value, above, statement }: YamlLine): readonly Claim[] {
  const limitMs = readDurationMs(value, 1000);
  if (key === 'graceTimeOut' && limitMs !== null)
    return [{ symptom: 'cuts-on-reload', limitMs, explanation: `at its end Traefik waits ${inSeconds(limitMs)} for what is open` }];
  if (!above.includes('middlewares') && key !== 'middlewares')
    return key === 'file' && above.includes('providers')
      ? [{ symptom: 'changes-header', explanation: 'Traefik adds X-Forwarded-* and X-Real-Ip' }]
      : [];
  if (/^(?:redirectScheme|redirectRegex|ipAllowList|ipWhiteList|basicAuth|forwardAuth|errors)$/.test(key))
    return [{ symptom: 'answers-itself', explanation: `the middleware \`${key}\` may answer without the origin` }];
  if (/^(?:stripPrefix|addPrefix|replacePath)(?:Regex)?$/.test(key))
    return [{ symptom: 'rewrites-target', explanation: `the middleware \`${key}\` changes the request target` }];
  return key === 'customRequestHeaders' || key === 'customResponseHeaders'
    ? [{ symptom: 'changes-header', explanation: `\`${statement.text}\` changes headers` }]
    : [];
}
