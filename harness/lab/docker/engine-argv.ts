import { join } from 'node:path';

export interface EngineFolders {
  /** Images and containers; survives the engine. */
  readonly stateDir: string;
  /** Sockets and the pid file; removed with the engine. */
  readonly runDir: string;
}

/**
 * The command of a private engine that leaves the machine alone: it makes no default bridge, no packet filter rule and does not
 * switch forwarding on. Topologies need none of that: bridges carry their legs at layer 2 and links forward in namespaces of
 * their own. https://docs.docker.com/reference/cli/dockerd/
 */
export const engineArgv = ({ stateDir, runDir }: EngineFolders): readonly string[] => [
  'dockerd',
  ...['--data-root', join(stateDir, 'docker')],
  ...['--exec-root', join(runDir, 'exec')],
  ...['--pidfile', join(runDir, 'dockerd.pid')],
  ...['--host', `unix://${join(runDir, 'docker.sock')}`],
  '--bridge=none',
  '--iptables=false',
  '--ip6tables=false',
  '--ip-forward=false',
  '--ip-masq=false',
  '--userland-proxy=false',
  ...['--cgroup-parent', '/hopscope'],
  // A config file of the machine's own engine would be read in place of this empty one, and a key said twice is an error.
  ...['--config-file', join(runDir, 'daemon.json')],
  ...['--log-level', 'warn'],
];
