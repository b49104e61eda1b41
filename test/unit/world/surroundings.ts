import { NO_SURROUNDINGS, type ConfigFile, type Entry, type ExpectedFile, type Surroundings } from '../../../harness/model/surroundings.ts';
import type { Subject } from '../../../harness/model/subject.ts';

export const PLACE = { file: 'edge.cfg', line: 7, column: 3 };

export const entry = (part: Partial<Entry>): Entry => ({
  scheme: 'wss',
  host: 'chat.example.com',
  port: 443,
  target: '/socket',
  address: null,
  kind: 'declared',
  because: 'this location sets Upgrade',
  place: PLACE,
  ...part,
});

export const expected = (path: string, kind: ExpectedFile['kind'], part: Partial<ExpectedFile> = {}): ExpectedFile => ({
  path,
  kind,
  names: [],
  isOptional: false,
  place: PLACE,
  ...part,
});

export const surroundings = (part: Partial<Surroundings>): Surroundings => ({ ...NO_SURROUNDINGS, ...part });

/** A subject without anything on disk. */
export function subject(
  part: Partial<Subject> = {},
  texts: Readonly<Record<string, string>> = { '/etc/haproxy/haproxy.cfg': 'global\n' },
): Subject {
  const files = Object.entries(texts).map(([path, text]): ConfigFile => ({ path, text, label: 'edge.cfg' }));
  return {
    id: 'edge.cfg',
    label: 'edge.cfg',
    service: 'haproxy',
    version: null,
    tree: { main: files[0]?.path ?? '', files: new Map(files.map((file) => [file.path, file])), workingFolder: '/', env: {} },
    given: [],
    urls: [],
    provisions: [],
    ...part,
  };
}
