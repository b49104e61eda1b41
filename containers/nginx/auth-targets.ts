import type { Directive } from './config-tree.ts';
import { locationFor, locationsOf } from './location-choice.ts';
import { everyPlaced } from './placed.ts';
import { type Server, serversOf } from './server-choice.ts';

/**
 * Targets of the subrequests of `auth_request` as the next host sees them
 * (https://nginx.org/en/docs/http/ngx_http_auth_request_module.html): through the location that they reach and its `proxy_pass`.
 */
export const authTargetsOf = (main: readonly Directive[]): readonly string[] => [
  ...new Set(
    serversOf(main)
      .filter(({ protocol }) => protocol === 'http')
      .flatMap(targetsOfServer),
  ),
];

function targetsOfServer({ blocks }: Server): readonly string[] {
  const inServer = everyPlaced(blocks.at(-1)?.block ?? []).map(({ directive }) => directive);
  const outside = (blocks[0]?.block ?? []).filter(({ block }) => block === null);
  const asked = [...outside, ...inServer].filter(({ name, args }) => name === 'auth_request' && args[0] !== undefined && args[0] !== 'off');
  const locations = asked.length === 0 ? [] : locationsOf(blocks);
  return asked
    .map(({ args }) => args[0] ?? '')
    .flatMap((uri) => {
      const [path = ''] = uri.split('?');
      const location = locationFor(locations, path);
      const level = location?.blocks.at(-1)?.block ?? [];
      const address = level.find(({ name }) => name === 'proxy_pass')?.args[0];
      if (location === null || address === undefined) return [];
      // With a path in its address the matched part is replaced by it.
      const by = /^[a-z]+:\/\/(?:unix:[^:]*:|[^/]+)(\/.*)$/.exec(address)?.[1];
      if (by === undefined) return [uri];
      const target = location.kind === 'expression' || by.includes('$') ? (by.split('$')[0] ?? by) : by + path.slice(location.text.length);
      return [target];
    });
}
