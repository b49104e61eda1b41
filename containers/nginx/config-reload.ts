import type { Claim } from './claim.ts';
import type { Directive } from './config-tree.ts';
import { milliseconds } from './scope.ts';

/**
 * `worker_shutdown_timeout`, which stands in the main block and nowhere else: https://nginx.org/en/docs/ngx_core_module.html. Without it
 * an old worker stays as long as its last tunnel.
 */
export function reloadLines(main: readonly Directive[]): readonly Claim[] {
  return main.flatMap((at): readonly Claim[] => {
    if (at.name !== 'worker_shutdown_timeout') return [];
    const time = at.args.join(' ');
    const limitMs = milliseconds(time);
    if (limitMs === null || limitMs === 0) return [];
    const explanation = `\`worker_shutdown_timeout\` cuts the sockets of an old worker ${time} after a reload, an upgrade or a graceful stop`;
    return [{ symptom: 'cuts-on-reload', at, limitMs, explanation }];
  });
}
