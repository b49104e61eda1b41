import type { HostEvidence, ProxyLogEvidence } from '../../../harness/model/evidence.ts';
import type { Path, ProxyHost } from '../../../harness/model/path.ts';
import type { ConfigLine, ProxyLogEntry } from '../../../harness/model/service.ts';

/** 2026-11-23; not a whole second, because those are taken for cut-down times. */
export const T0 = 1_795_392_000_123;

export const proxyHost = (name: string): ProxyHost => ({
  name,
  service: name.startsWith('nginx') ? 'nginx' : 'haproxy',
  config: `/configs/${name}.cfg`,
  configLabel: `${name}.cfg`,
  port: 8080,
  version: null,
  binary: null,
});

/** A path through the proxies given; its control is `direct`. */
export const pathWith = (proxies: readonly string[], more: Partial<Path> = {}): Path => ({
  id: 'subject',
  title: 'Subject',
  about: '',
  proxies: proxies.map(proxyHost),
  links: Array.from({ length: proxies.length + 1 }, (_, index) => ({ name: index === 0 ? 'firewall' : `rack${index}`, impairments: [] })),
  origin: 'echo',
  target: '/socket',
  httpBase: '',
  tls: false,
  port: 8080,
  expect: [],
  control: 'direct',
  incident: null,
  ...more,
});

export const control = (of: Path): Path => ({
  ...of,
  id: 'direct',
  title: 'Control',
  proxies: [],
  control: 'direct',
  incident: null,
  expect: [],
});

export const hostOf = (name: string, configLines: readonly ConfigLine[] = [], more: Partial<HostEvidence> = {}): HostEvidence => ({
  host: name,
  paths: ['subject'],
  role: 'proxy',
  service: name.startsWith('nginx') ? 'nginx' : 'haproxy',
  version: name.startsWith('nginx') ? '1.22.1' : '2.6.12',
  addresses: [],
  config: { file: `configs/${name}.cfg`, label: `${name}.cfg` },
  configLines,
  log: `hosts/${name}.log`,
  congestionControl: 'bbr',
  ...more,
});

export const configLine = (symptom: ConfigLine['symptom'], more: Partial<ConfigLine> = {}): ConfigLine => ({
  symptom,
  file: 'haproxy.cfg',
  line: 31,
  column: 5,
  text: 'http-request deny if { hdr(upgrade) -m found }',
  explanation: 'because',
  ...more,
});

export const logEntry = (more: Partial<ProxyLogEntry> = {}): ProxyLogEntry => ({
  raw: 'raw line',
  kind: 'access',
  atMs: T0 + 5,
  clientPort: 40_001,
  method: 'GET',
  target: '/socket',
  status: 101,
  serverStatus: 101,
  server: 'be_origin/origin1',
  reachedServer: true,
  durationMs: 1,
  termination: '----',
  terminationMeaning: 'normal end',
  endedBy: null,
  ...more,
});

/** What HAProxy writes of a request that it denied. */
export const DENIED: Partial<ProxyLogEntry> = {
  status: 403,
  serverStatus: null,
  server: 'fe_main/<NOSRV>',
  reachedServer: false,
  termination: 'PR--',
  terminationMeaning: 'the proxy itself refused the request',
  endedBy: 'proxy',
};

export const proxyLog = (host: string, more: Partial<ProxyLogEntry> = {}, scenario = 'opening-handshake'): ProxyLogEvidence => ({
  path: 'subject',
  scenario,
  host,
  entry: logEntry(more),
});
