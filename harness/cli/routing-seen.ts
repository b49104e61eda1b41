import type { ProxyLogEvidence } from '../model/evidence.ts';
import type { Path } from '../model/path.ts';

/**
 * Where a proxy says that it sent the handshakes of an entry: `be_ws`, `198.18.0.1:3000`. In a world one origin answers for all, so this alone tells one
 * route from another. Null where no log line says it.
 */
export function routingSeen({ id, target }: Path, logs: readonly ProxyLogEvidence[]): string | null {
  const route = /^[^?]*/.exec(target)?.[0] ?? target;
  const servers = logs.flatMap(({ path, scenario, entry }) =>
    path === id &&
    scenario === 'opening-handshake' &&
    entry.kind === 'access' &&
    entry.server !== null &&
    (entry.target ?? '').startsWith(route)
      ? [routeOf(entry.server)]
      : [],
  );
  return servers.length === 0 ? null : [...new Set(servers)].toSorted().join(', ');
}

/** HAProxy says `backend/server`, and which server is chance; nginx says every server that it tried. */
const routeOf = (server: string): string => server.split(/[/,]/)[0]?.trim() ?? server;
