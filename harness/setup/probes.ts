import type { Capability, Machine, Sighting } from './capability.ts';

/** One capability, how it is looked for and what it is good for. */
export interface Probe extends Omit<Capability, 'present' | 'version' | 'because'> {
  readonly look: (machine: Machine) => Promise<Sighting>;
}

const absent = (because: string, byPackage = false): Sighting => ({ present: false, because, byPackage });
const noProgram = (name = ''): Sighting => absent(`no program '${name}' on PATH`, true);
const found = (version: string | null = null): Sighting => ({ present: true, version });
const lastLine = (output: string): string => output.trim().split('\n').at(-1)?.trim().slice(0, 160) ?? '';

/** A program that prints its version. */
const program =
  (argv: readonly string[], version: RegExp) =>
  async (machine: Machine): Promise<Sighting> => {
    const result = await machine.run(argv);
    if (result === null) return noProgram(argv[0]);
    return found(version.exec(result.output)?.[1] ?? null);
  };

/** A network namespace that ends with the command run in it: nothing of the machine itself is touched. */
const inNamespace = (machine: Machine, ...argv: readonly string[]): ReturnType<Machine['run']> =>
  machine.run(['unshare', ...(machine.isRoot ? [] : ['--user', '--map-root-user']), '--net', '--mount', ...argv]);

const works =
  (...argv: readonly string[]) =>
  async (machine: Machine): Promise<Sighting> => {
    const result = await inNamespace(machine, ...argv);
    if (result === null) return noProgram('unshare');
    // unshare(1) itself ends with 127 when it does not find the program.
    if (result.code === 127) return noProgram(argv[0]);
    return result.code === 0 ? found() : absent(lastLine(result.output) || `exit code ${String(result.code)}`);
  };

async function lookForIptables(machine: Machine): Promise<Sighting> {
  const version = await program(['iptables', '--version'], /v(\d+\.\d+(?:\.\d+)*)/)(machine);
  if (!version.present) return version;
  const matches = await works(
    'iptables',
    '-A',
    'FORWARD',
    '-m',
    'statistic',
    '--mode',
    'nth',
    '--every',
    '2',
    '--packet',
    '1',
    '-j',
    'DROP',
  )(machine);
  return matches.present ? version : absent(`the statistic match does not work: ${matches.because}`);
}

/** tcpdump gives up root before it writes, which takes more rights than a user namespace of one user has. */
async function lookForTcpdump(machine: Machine): Promise<Sighting> {
  const version = await program(['tcpdump', '--version'], /tcpdump version (\S+)/)(machine);
  if (!version.present || machine.isRoot) return version;
  const listen = 'ip link set lo up && exec timeout --signal=INT 0.3 tcpdump -i lo -Z root -w /dev/null tcp';
  const tried = await inNamespace(machine, 'sh', '-c', listen);
  return tried !== null && /Couldn't change|capng_change_id/.test(tried.output)
    ? absent('tcpdump works in the netns lab as root only; in the docker lab it works for all')
    : version;
}

async function lookForRelay(machine: Machine): Promise<Sighting> {
  const device = await machine.whyNotOpen('/dev/net/tun');
  if (device !== null) return absent(`/dev/net/tun cannot be opened: ${device}`);
  return await program(['socat', '-V'], /socat version (\S+)/)(machine);
}

/** nginx has the stream module built in, or as a file in its modules folder. */
async function lookForStream(machine: Machine): Promise<Sighting> {
  const result = await machine.run(['nginx', '-V']);
  if (result === null) return noProgram('nginx');
  if (/--with-stream(?:\s|$)/.test(result.output)) return found('built in');
  const folder = /--modules-path=(\S+)/.exec(result.output)?.[1];
  if (folder !== undefined && machine.exists(`${folder}/ngx_stream_module.so`)) return found('module');
  return absent('nginx has no stream module', true);
}

async function lookForNode({ nodeVersion }: Machine): Promise<Sighting> {
  return Number(nodeVersion.split('.')[0]) >= 24
    ? found(nodeVersion)
    : absent(`this is Node ${nodeVersion}, which does not run TypeScript as it is`);
}

async function lookForEngine(machine: Machine): Promise<Sighting> {
  const answer = await machine.engine();
  return 'engine' in answer ? found(answer.engine) : absent(answer.because);
}

/** Everything that doctor shows and setup can install, in the order of the table. */
export const PROBES: readonly Probe[] = [
  {
    id: 'namespaces',
    title: 'root or user namespaces',
    enables: 'the netns lab',
    need: 'netns',
    packages: ['util-linux'],
    look: works('true'),
  },
  { id: 'node', title: 'Node 24 or newer', enables: 'everything', need: 'netns', packages: [], look: lookForNode },
  {
    id: 'iproute2',
    title: 'ip (iproute2)',
    enables: 'hosts and links of the netns lab, samples of sockets',
    need: 'netns',
    packages: ['iproute2'],
    look: program(['ip', '-V'], /iproute2-(\S+?),?(?:\s|$)/),
  },
  {
    id: 'iptables',
    title: 'iptables with statistic',
    enables: 'loss on links and packet counts',
    need: 'netns',
    packages: ['iptables'],
    look: lookForIptables,
  },
  {
    id: 'ethtool',
    title: 'ethtool',
    enables: 'offloads off, so that captured frames are segments',
    need: 'netns',
    packages: ['ethtool'],
    look: program(['ethtool', '--version'], /version (\S+)/),
  },
  {
    id: 'openssl',
    title: 'openssl',
    enables: 'certificates for TLS paths',
    need: 'netns',
    packages: ['openssl'],
    look: program(['openssl', 'version'], /OpenSSL (\S+)/),
  },
  {
    id: 'htb',
    title: 'tc with htb',
    enables: 'rate limits on links',
    need: 'impairment',
    packages: ['iproute2'],
    look: works('tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'handle', '1:', 'htb'),
  },
  {
    id: 'netem',
    title: 'tc with netem',
    enables: 'delay in the kernel (else the relay does it)',
    need: 'impairment',
    packages: [],
    look: works('tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'netem', 'delay', '1ms'),
  },
  {
    id: 'tun-relay',
    title: '/dev/net/tun and socat',
    enables: 'delay and held resets without netem',
    need: 'impairment',
    packages: ['socat'],
    look: lookForRelay,
  },
  {
    id: 'haproxy',
    title: 'haproxy',
    enables: 'HAProxy paths in the netns lab',
    need: 'proxy',
    packages: ['haproxy'],
    look: program(['haproxy', '-v'], /version (\d[\w.]*)/),
  },
  {
    id: 'nginx',
    title: 'nginx',
    enables: 'nginx paths in the netns lab',
    need: 'proxy',
    packages: ['nginx'],
    look: program(['nginx', '-v'], /nginx\/(\S+)/),
  },
  {
    id: 'nginx-stream',
    title: 'nginx stream module',
    enables: 'nginx at layer 4',
    need: 'proxy',
    packages: ['libnginx-mod-stream'],
    look: lookForStream,
  },
  {
    id: 'apache',
    title: 'apache2',
    enables: 'Apache httpd paths in the netns lab',
    need: 'proxy',
    packages: ['apache2'],
    look: program(['apache2', '-v'], /Apache\/(\S+)/),
  },
  {
    id: 'caddy',
    title: 'caddy',
    enables: 'Caddy paths in the netns lab',
    need: 'proxy',
    packages: ['caddy'],
    look: program(['caddy', 'version'], /^v?(\d+\.\d+\.\d+)/m),
  },
  {
    id: 'varnish',
    title: 'varnishd',
    enables: 'Varnish paths in the netns lab',
    need: 'proxy',
    packages: ['varnish'],
    look: program(['varnishd', '-V'], /varnish-(\d[\d.]*)/),
  },
  {
    id: 'nghttpx',
    title: 'nghttpx',
    enables: 'nghttpx paths in the netns lab',
    need: 'proxy',
    packages: ['nghttp2-proxy'],
    look: program(['nghttpx', '--version'], /nghttp2\/(\S+)/),
  },
  {
    id: 'lighttpd',
    title: 'lighttpd',
    enables: 'lighttpd paths in the netns lab',
    need: 'proxy',
    packages: ['lighttpd'],
    look: program(['lighttpd', '-v'], /lighttpd\/(\S+)/),
  },
  {
    id: 'h2o',
    title: 'h2o',
    enables: 'H2O paths in the netns lab',
    need: 'proxy',
    packages: ['h2o'],
    look: program(['h2o', '--version'], /h2o version (\S+)/),
  },
  {
    id: 'tcpdump',
    title: 'tcpdump',
    enables: 'packet captures at both ends of every leg',
    need: 'look',
    packages: ['tcpdump'],
    look: lookForTcpdump,
  },
  {
    id: 'ps',
    title: 'ps (procps)',
    enables: 'a look inside with --keep',
    need: 'look',
    packages: ['procps'],
    look: program(['ps', '--version'], /(\d+\.\d+(?:\.\d+)*)/),
  },
  {
    id: 'docker-engine',
    title: 'a Docker Engine',
    enables: 'the docker lab',
    need: 'docker',
    packages: [],
    look: lookForEngine,
  },
  {
    id: 'dockerd',
    title: 'dockerd',
    enables: 'an engine of this machine',
    need: 'image',
    packages: ['docker.io'],
    look: program(['dockerd', '--version'], /version ([^\s,]+)/),
  },
  {
    id: 'mmdebstrap',
    title: 'mmdebstrap',
    enables: 'images without a registry (setup --images debian)',
    need: 'image',
    packages: ['mmdebstrap'],
    look: program(['mmdebstrap', '--version'], /mmdebstrap (\S+)/),
  },
  {
    id: 'chromium',
    title: 'chromium',
    enables: "a real browser as a client, and Hopscope's own tests of the HTML report",
    need: 'test',
    packages: ['chromium'],
    look: program(['chromium', '--version'], /Chromium (\S+)/),
  },
];
