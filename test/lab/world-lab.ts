import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningHost, RunningTopology, StartedProxy } from '../../harness/lab/lab.ts';
import { NetnsLab } from '../../harness/lab/netns/netns-lab.ts';
import { makeScratchDir, sessionName } from '../../harness/lab/session.ts';
import type { Path, ProxyHost } from '../../harness/model/path.ts';
import type { ProxyService } from '../../harness/model/service.ts';
import type { World, WorldFile } from '../../harness/model/world.ts';
import { only, pathOf, proxyNamed } from '../unit/lab/sample-topology.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Where clients of the lab reach the proxy. */
export const PROXY = '10.100.0.131';

export const text = (path: string, content: string): WorldFile => ({ kind: 'text', path, text: content, mode: 0o644 });

/** A world with one config in it. */
export const worldOf = (main: string, content: string, more: Partial<World> = {}): World => ({
  main,
  workingFolder: '/',
  env: {},
  users: [],
  addresses: [],
  ownPorts: [8080],
  names: {},
  unixOrigins: [],
  authTargets: [],
  ...more,
  files: [text(main, content), ...(more.files ?? [])],
});

/** One proxy host between a client and an origin, in which worlds are tried one after the other. */
export class WorldLab implements AsyncDisposable {
  readonly #lab: NetnsLab;
  readonly #running: RunningTopology;
  readonly scratchDir: string;
  readonly logs: string;

  private constructor(lab: NetnsLab, running: RunningTopology, scratchDir: string, logs: string) {
    this.#lab = lab;
    this.#running = running;
    this.scratchDir = scratchDir;
    this.logs = logs;
  }

  static async start(more: Partial<Path> = {}): Promise<WorldLab> {
    const scratchDir = makeScratchDir();
    const logs = join(scratchDir, 'logs');
    mkdirSync(logs);
    const lab = await NetnsLab.start({
      packageRoot: ROOT,
      scratchDir,
      sessionId: sessionName(),
      congestionControl: 'reno',
      onProgress: () => undefined,
    });
    const running = await lab.bringUp(only([{ ...pathOf('checked', ['edge']), ...more }]));
    const made = new WorldLab(lab, running, scratchDir, logs);
    const origin = await made
      .host('origin')
      .startScript(join(ROOT, 'containers/echo/main.ts'), ['--port', '9000', '--static-port', '8000'], join(logs, 'origin.log'));
    await once(origin.stdout, 'data');
    return made;
  }

  host(name: string): RunningHost {
    const found = this.#running.hosts.get(name);
    if (found === undefined) throw new Error(`no host ${name}`);
    return found;
  }

  get log(): string {
    const file = join(this.logs, 'edge.log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  startProxy(service: ProxyService, world: World, more: Partial<ProxyHost> = {}): Promise<StartedProxy> {
    const proxy: ProxyHost = { ...proxyNamed('edge'), service: service.name, config: '/none', configLabel: 'own', world, ...more };
    return this.host('edge').startProxy(service, proxy, join(this.logs, 'edge.log'));
  }

  /** Runs a line of Node at the client and gives what it printed. */
  async client(code: string): Promise<string> {
    const { stdout, stderr } = await this.host('client').run([process.execPath, '-e', code]);
    return `${stdout}${stderr}`.trim();
  }

  /** `open` when a WebSocket opens, else `error`. */
  opens(url: string): Promise<string> {
    return this.client(
      `const s=new WebSocket('${url}');s.onopen=()=>{console.log('open');process.exit()};s.onerror=()=>{console.log('error');process.exit()};setTimeout(()=>{console.log('late');process.exit()},4000)`,
    );
  }

  /** Status and text of a plain page. */
  get(url: string): Promise<string> {
    return this.client(`fetch('${url}').then(async(r)=>console.log(r.status,await r.text()),(e)=>console.log(e.cause.code))`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lab[Symbol.asyncDispose]();
    rmSync(this.scratchDir, { recursive: true, force: true });
  }
}
