import { entryUrl, isOwed } from '../model/entry.ts';
import type { Entry } from '../model/surroundings.ts';
import type { Expectation, Path, ProxyHost } from '../model/path.ts';
import type { Subject } from '../model/subject.ts';
import { sourceOf } from './plan-files.ts';
import type { PlannedWorld } from './plan-world.ts';

export { entryUrl };

const MAX_ID = 60;
/** Where the echo origin listens for those who come to it without a proxy. */
const ORIGIN_PORT = 9000;

/** Names that paths and hosts of one run have taken: subjects of the same run share one. */
export class RunNames {
  readonly #taken: Set<string>;
  #proxies = 0;
  /** Id of the control path, which all paths of checked configs share; null: none of them is made yet. */
  control: string | null = null;

  /** `others`: names that whatever else is in the run has. */
  constructor(others: Iterable<string> = []) {
    this.#taken = new Set(others);
  }

  nextProxy(): string {
    do this.#proxies += 1;
    while (this.#taken.has(`proxy-${String(this.#proxies)}`));
    return `proxy-${String(this.#proxies)}`;
  }

  /** The first of these names that is free, else the first with a number behind it; at most 60 characters. */
  take(wanted: readonly string[]): string {
    const names = wanted.map((name) => name.slice(0, MAX_ID).replace(/-+$/, ''));
    const [base = 'entry'] = names;
    let name = names.find((one) => !this.#taken.has(one));
    for (let count = 2; name === undefined; count += 1) {
      const numbered = `${base.slice(0, MAX_ID - 1 - String(count).length)}-${String(count)}`;
      if (!this.#taken.has(numbered)) name = numbered;
    }
    this.#taken.add(name);
    return name;
  }
}

/**
 * A path for each entry of a subject, each with a copy of the proxy of its own in the same planned world, and behind the first of the run
 * the control path of all. `names` are those of the run.
 */
export function subjectPaths(
  subject: Subject,
  planned: Pick<PlannedWorld, 'world'>,
  entries: readonly Entry[],
  names: RunNames,
): readonly Path[] {
  const { path, label } = namedConfig(subject);
  return entries.flatMap((entry): readonly Path[] => {
    const proxy: ProxyHost = {
      name: names.nextProxy(),
      service: subject.service,
      config: path,
      configLabel: label,
      port: entry.port,
      version: subject.version,
      binary: null,
      world: planned.world,
    };
    const id = names.take(pathIds(entry).map((name) => (subject.pathPrefix === undefined ? name : `${subject.pathPrefix}-${name}`)));
    const isFirst = names.control === null;
    names.control ??= `${id}.control`;
    const made: Path = {
      id,
      title: entryUrl(entry),
      about: entry.because,
      proxies: [proxy],
      links: ['link-1', 'link-2'].map((name) => ({ name, impairments: [] })),
      origin: 'echo',
      target: entry.target,
      httpBase: '',
      tls: entry.scheme === 'wss',
      entry,
      foreign: true,
      port: entry.port,
      ...(isOwed(entry, entries) ? { expect: [] } : { noSocketOwed: true, expect: NOT_OWED.map((audit) => refusalOf(audit, proxy.name)) }),
      control: names.control,
      incident: null,
    };
    return isFirst ? [made, controlOf(made, names.control)] : [made];
  });
}

/** What becomes of a handshake where none is owed: it is refused, or passed on as any other request. */
const NOT_OWED = ['refused-upgrade', 'altered-handshake-header'] as const;

/** That is no fault; where the handshake opens after all, that is none either. */
const refusalOf = (audit: string, host: string): Expectation => ({
  audit,
  scenario: null,
  host,
  measures: {},
  because: 'nothing in the config says that WebSockets come in here',
  quirk: true,
});

function controlOf({ entry: _, noSocketOwed: __, ...path }: Path, id: string): Path {
  return {
    ...path,
    id,
    title: 'The same links and origin (control path)',
    about: 'The links and the origin without the proxy: what goes wrong here is not the fault of the config.',
    proxies: [],
    tls: false,
    port: ORIGIN_PORT,
    expect: [],
    control: id,
  };
}

/** The file that findings are about: the main config, or where that is ours the first fragment. */
function namedConfig(subject: Subject): { readonly path: string; readonly label: string } {
  const { tree, given, label } = subject;
  const main = tree.files.get(tree.main);
  const named = main !== undefined && main.isWrapper !== true ? main : [...tree.files.values()].find(({ path }) => path === given[0]?.path);
  return { path: sourceOf(subject, named?.path ?? '') ?? tree.main, label: named?.label ?? label };
}

/** `chat-example-com-socket`, and with the scheme: lower-case letters, digits and dashes. Which port is said where it is not the usual one. */
function pathIds({ host, port, scheme, target }: Entry): readonly string[] {
  const route = /^[^?#]*/.exec(target)?.[0] ?? '';
  const plain = [host, port === 443 || port === 80 ? '' : String(port), route]
    .join('-')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain === '' ? ['entry'] : [plain, `${scheme}-${plain}`];
}
