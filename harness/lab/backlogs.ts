import type { Command } from './command.ts';
import type { TopologyHost } from './topology.ts';

/** The most connections that may wait to be accepted, and that origins ask for (listen(2)). */
const LONGEST = '65535';

/**
 * A burst of connections is not to fail at the origin, which is never the subject. Proxies have what their configs ask for and the kernel's own limits give.
 * Where the namespace's owner may not set one (user namespaces of older kernels do not show it), it stays as it is.
 */
export const backlogs = ({ role }: TopologyHost): readonly Command[] =>
  role === 'origin' ? [setIfThere('core/somaxconn'), setIfThere('ipv4/tcp_max_syn_backlog')] : [];

const setIfThere = (key: string): Command => ['sh', '-c', 'if [ -w "$0" ]; then echo "$1" > "$0"; fi', `/proc/sys/net/${key}`, LONGEST];
