import { access, constants } from 'node:fs/promises';
import { type Command, runCommand } from '../command.ts';
import type { LinkCapabilities } from '../impair/link-capabilities.ts';
import { CONNTRACK_PROBE, COPY_PROBE, FLOW_COUNT_PROBE, TEXT_PROBE } from '../impair/packet-filter.ts';
import { enter, type Holder } from './namespace.ts';

/** Finds out what the kernel offers a link, in the network stack of the lab's root, which carries no traffic. */
export async function linkCapabilities(root: Holder, singleUser: boolean): Promise<LinkCapabilities> {
  const works = (...argv: Command): Promise<boolean> =>
    runCommand(argv).then(
      ({ code }) => code === 0,
      () => false,
    );
  const inside = enter(root.pid, singleUser, false);
  const device = access('/dev/net/tun', constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  const [netem, conntrack, copies, flowCount, textMatch, socat, canOpen] = await Promise.all([
    works(...inside, 'tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'netem', 'delay', '1ms'),
    works(...inside, 'sh', '-c', CONNTRACK_PROBE),
    works(...inside, 'sh', '-c', COPY_PROBE),
    works(...inside, 'sh', '-c', FLOW_COUNT_PROBE),
    works(...inside, 'sh', '-c', TEXT_PROBE),
    works('socat', '-V'),
    device,
  ]);
  return { netem, tun: socat && canOpen, copies, conntrack, flowCount, textMatch };
}
