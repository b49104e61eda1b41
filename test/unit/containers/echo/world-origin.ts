import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveConnection } from '../../../../containers/echo/connection.ts';
import { OriginState } from '../../../../containers/echo/origin-state.ts';
import { WorldFront } from '../../../../containers/echo/world-front.ts';
import { makeTlsFiles } from '../../../../harness/lab/tls.ts';

/** An echo origin that stands for every origin, on a port of loopback. */
export async function worldOrigin(authTargets: readonly string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'origin-'));
  const files = await makeTlsFiles(folder);
  const front = new WorldFront({ tls: { certs: [files.cert], keys: [files.key] }, authTargets });
  let state = new OriginState(null, front);
  const server = createServer({ allowHalfOpen: true }, (socket) => serveConnection(socket, state));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const stop = (): void => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    port: (server.address() as AddressInfo).port,
    get state() {
      return state;
    },
    /** Forgets all there was. */
    renew: () => void (state = new OriginState(null, front)),
    stop,
  };
}
