import { planTopologies, type Topology } from '../../../harness/lab/topology.ts';
import type { Impairment } from '../../../harness/model/impairment.ts';
import type { Path, ProxyHost } from '../../../harness/model/path.ts';

export const proxyNamed = (name: string): ProxyHost => ({
  name,
  service: 'haproxy',
  config: '/none/haproxy.cfg',
  configLabel: 'haproxy.cfg',
  port: 8080,
  version: null,
  binary: null,
});

/** A path over as many links as it has proxies, and one more. */
export function pathOf(id: string, proxies: readonly string[], impairments: readonly Impairment[] = [], links = proxies.length + 1): Path {
  return {
    id,
    title: id,
    about: '',
    proxies: proxies.map(proxyNamed),
    links: Array.from({ length: links }, (_, index) => ({ name: `link-${index + 1}`, impairments: index === 0 ? impairments : [] })),
    origin: 'echo',
    target: '/socket',
    httpBase: '',
    tls: false,
    port: proxies.length === 0 ? 9000 : 8080,
    expect: [],
    control: proxies.length === 0 ? id : 'direct',
    incident: null,
  };
}

export function only(paths: readonly Path[]): Topology {
  const [topology, ...rest] = planTopologies(paths);
  if (topology === undefined || rest.length > 0) throw new Error('expected paths of one topology');
  return topology;
}
