import { execFile } from 'node:child_process';
import type { Socket } from 'node:net';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How long the connection stays cut off after its play: longer than anybody watches, shorter than a port takes to be used again. */
const LIFT_AFTER_MS = 5000;

/**
 * Cuts one connection off from the network without a word, as when its host loses power: packets of just this connection are dropped in
 * this host in both directions. Lifted some seconds later, so that nothing is left. Rejects where packets cannot be filtered.
 */
export async function vanish(socket: Socket): Promise<void> {
  const { localPort, remotePort, remoteAddress = '' } = socket;
  const peer = remoteAddress.replace(/^::ffff:(?=\d+\.)/, '');
  const program = peer.includes(':') ? 'ip6tables' : 'iptables';
  const rule = (chain: 'INPUT' | 'OUTPUT'): readonly string[] => {
    const [peerSide, own, other] = chain === 'OUTPUT' ? ['-d', '--sport', '--dport'] : ['-s', '--dport', '--sport'];
    return [chain, '-p', 'tcp', peerSide, peer, own, String(localPort), other, String(remotePort), '-j', 'DROP'];
  };
  const change = async (how: '-I' | '-D'): Promise<void> => {
    for (const chain of ['OUTPUT', 'INPUT'] as const) await run(program, ['-w', how, ...rule(chain)]);
  };
  await change('-I');
  setTimeout(() => void change('-D').catch(() => undefined), LIFT_AFTER_MS).unref();
}
