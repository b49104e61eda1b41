import type { CapacityEvidence, LivePath } from '../../harness/index.ts';

/** A limit that a path declares, and how many sockets of one client are thought to fit. */
export interface DeclaredLimit {
  readonly resource: CapacityEvidence['resource'];
  readonly configured: NonNullable<CapacityEvidence['configured']>;
}

/** Files that a small proxy has open without any client: its log, its listeners, its event queue and the like. */
const OWN_FILES = 10;
/** Each proxied socket has two ends in the proxy. */
const FILES_A_SOCKET = 2;

/** The limits of number of a path's hosts, the narrowest first. */
export function declaredLimits(live: LivePath): readonly DeclaredLimit[] {
  const lines = live.configured.flatMap(({ host, line }): readonly DeclaredLimit[] => {
    const { resource, limit, scope } = line;
    const applies = scope?.pathPrefix === undefined || live.path.target.startsWith(scope.pathPrefix);
    return resource === undefined || limit === undefined || !applies ? [] : [{ resource, configured: { host, limit, line } }];
  });
  const files = live.path.proxies.flatMap(({ name, openFiles }): readonly DeclaredLimit[] => {
    if (openFiles === undefined) return [];
    const limit = Math.max(0, Math.floor((openFiles - OWN_FILES) / FILES_A_SOCKET));
    return [{ resource: 'open-files', configured: { host: name, limit, line: null } }];
  });
  const ports = live.path.proxies.flatMap(({ name }): readonly DeclaredLimit[] => {
    const [low = NaN, high = NaN] = (live.path.sysctls?.[name]?.['net.ipv4.ip_local_port_range'] ?? '').split(' ').map(Number);
    return Number.isInteger(low) && high >= low
      ? [{ resource: 'ports', configured: { host: name, limit: high - low + 1, line: null } }]
      : [];
  });
  return [...lines, ...files, ...ports].toSorted((a, b) => a.configured.limit - b.configured.limit);
}

/** What a case of this scenario does to one path. */
export interface PlannedCase {
  readonly id: string;
  readonly title: string;
  readonly cite: string;
  readonly resource: CapacityEvidence['resource'];
  readonly configured: CapacityEvidence['configured'];
  /** Sockets that are held at the most, and how many are tried above what was accepted. */
  readonly most: number;
  readonly above: number;
}

const CITES: Readonly<Record<CapacityEvidence['resource'], string>> = {
  connections: 'HAProxy configuration manual, maxconn; nginx documentation, worker_connections',
  'connections-per-address': 'nginx documentation, limit_conn; HAProxy configuration manual, conn_cur',
  queue: 'HAProxy configuration manual, server maxconn and timeout queue',
  backlog: 'listen(2)',
  'open-files': 'getrlimit(2), RLIMIT_NOFILE',
  ports: 'ip(7), ip_local_port_range',
};

interface Bounds {
  /** Sockets that a case may hold at the most. */
  readonly mostSockets: number;
  /** How many are held where no limit in reach is declared. */
  readonly probeSockets: number;
}

const ABOVE = 3;
/** A measured limit may be some above the estimate, where the program's own needs are not known. */
const MORE = 8;

/**
 * The narrowest limit in reach, at it and above it; and where a backlog in reach is declared behind it, that too. A path that declares none
 * in reach is only driven up to a small number.
 */
export function casesOf(live: LivePath, { mostSockets, probeSockets }: Bounds): readonly PlannedCase[] {
  const limits = declaredLimits(live);
  const narrowest = limits.find(({ resource }) => resource !== 'backlog');
  if (narrowest === undefined || narrowest.configured.limit + MORE > mostSockets) {
    const title = 'A small number of sockets at once, where no limit in reach is declared';
    const resource = 'connections' as const;
    return [{ id: 'no-limit-in-reach', title, cite: CITES[resource], resource, configured: null, most: probeSockets, above: ABOVE }];
  }
  const { resource, configured } = narrowest;
  const most = configured.limit + MORE;
  const atLimit = {
    id: `at-limit-${resource}`,
    title: `At the limit of ${resource}, above it, and after`,
    cite: CITES[resource],
    resource,
    configured,
    most,
    above: ABOVE,
  };
  const waiting = limits.find((one) => one.resource === 'backlog' && one.configured.host === configured.host);
  if (waiting === undefined || resource !== 'connections' || most + waiting.configured.limit + ABOVE > mostSockets) return [atLimit];
  const backlog = { resource: 'backlog' as const, configured: waiting.configured, cite: CITES.backlog };
  return [
    atLimit,
    {
      ...backlog,
      id: 'at-limit-backlog',
      title: 'Above the limit of connections and the backlog behind it, and after',
      most,
      above: waiting.configured.limit + ABOVE,
    },
  ];
}
