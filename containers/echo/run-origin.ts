import { once } from 'node:events';
import type { Server } from 'node:net';
import { parseArgs } from 'node:util';
import type { OriginFault } from '../../harness/model/origin-fault.ts';
import type { OriginReply } from '../../harness/model/origin-protocol.ts';
import { serveControl } from './control.ts';
import { drainOnTerm } from './drain.ts';
import { OriginState } from './origin-state.ts';
import { createStaticSite } from './static-site.ts';
import { WorldFront } from './world-front.ts';

/** Connections that may wait to be accepted: as many as the kernel allows (net.core.somaxconn of its host). */
const BACKLOG = 65_535;

/** Listens on every address of both families (IPv4 alone where there is no IPv6) and says on which port. */
export async function listen(server: Server, port: number): Promise<number> {
  server.listen({ port, backlog: BACKLOG });
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/**
 * The life of an origin program: `--port 9000 --static-port 8000` (0 lets the kernel choose), `--fault <JSON>` (an OriginFault), the ready line on stdout, the
 * control on stdin, and the end when stdin ends. `--world`: it stands for every origin of somebody's config (WorldFront); `--tls-cert` and `--tls-key` are PEM
 * files in pairs, `--auth-target` the beginning of a path; all three may be given more than once.
 */
export async function runOrigin(argv: readonly string[], createOrigin: (state: OriginState) => Server): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      port: { type: 'string', default: '9000' },
      'static-port': { type: 'string', default: '8000' },
      fault: { type: 'string' },
      world: { type: 'boolean', default: false },
      'tls-cert': { type: 'string', multiple: true, default: [] },
      'tls-key': { type: 'string', multiple: true, default: [] },
      'auth-target': { type: 'string', multiple: true, default: [] },
    },
  });
  const front = { tls: { certs: values['tls-cert'], keys: values['tls-key'] }, authTargets: values['auth-target'] };
  const fault = values.fault === undefined ? null : (JSON.parse(values.fault) as OriginFault);
  const state = new OriginState(fault, values.world ? new WorldFront(front) : null);
  const origin = createOrigin(state);
  drainOnTerm(origin, state);
  const port = await listen(origin, Number(values.port));
  await listen(createStaticSite(), Number(values['static-port']));
  const ready: OriginReply = { ready: true, node: process.version, port };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  await serveControl(process.stdin, process.stdout, state);
  process.exit(0);
}
