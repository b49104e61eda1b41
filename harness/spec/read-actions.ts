import { HOST_ACTIONS } from '../model/action-evidence.ts';
import type { ProxyHost } from '../model/path.ts';
import type { TimedAction } from '../model/timed-action.ts';
import { suggestion } from './nearest.ts';
import { quoted } from './problem.ts';
import { SpecMap } from './spec-map.ts';

export const ACTION_KEYS = ['host', 'do', 'atMs'] as const;
const MAX_ACTIONS = 20;
const MAX_AT_MS = 600_000;

/** What is done to hosts of a path while it is driven; the host by name, or by service where the path has only one of that. */
export function readActions(map: SpecMap, proxies: readonly ProxyHost[]): readonly TimedAction[] {
  return map.list('actions', MAX_ACTIONS).map((item) => {
    const action = new SpecMap(map.document, item, ACTION_KEYS);
    return {
      host: hostOf(action, proxies),
      do: action.choice('do', HOST_ACTIONS, true) ?? 'kill',
      atMs: action.number('atMs', { min: 0, max: MAX_AT_MS, whole: true, required: true }) ?? 0,
    };
  });
}

function hostOf(action: SpecMap, proxies: readonly ProxyHost[]): string {
  const written = action.text('host', { required: true });
  const names = ['client', 'origin', ...proxies.map(({ name }) => name)];
  if (written === null || names.includes(written)) return written ?? 'origin';
  const [only, another] = proxies.filter(({ service }) => service === written);
  if (only !== undefined && another === undefined) return only.name;
  const message = `expected ${action.name}.host to be one of ${names.join(', ')}, got ${quoted(written)}${suggestion(written, names)}`;
  action.report('SPEC_ERR_UNKNOWN_NAME', message, 'host');
  return 'origin';
}
