import { HarnessError } from '../errors.ts';
import type { Subject } from '../model/subject.ts';
import { readSubject } from '../world/read-subject.ts';
import type { SubjectOptions } from './check-options.ts';
import { servicesByName } from './drive-subjects.ts';

/** Every config that was named, as a subject of its own. Throws what readSubject throws, and USAGE_ERR_BAD_FLAG. */
export async function readSubjects(
  options: SubjectOptions & { readonly configs: readonly string[] },
  workingFolder: string,
): Promise<readonly Subject[]> {
  const subjects: Subject[] = [];
  for (const config of options.configs) {
    const subject = await readSubject({
      written: [config],
      workingFolder,
      service: options.as,
      version: options.version,
      at: options.at,
      root: options.root,
      provide: options.provide,
      env: Object.fromEntries(options.env.map(pairOf)),
      urls: options.urls,
      render: options.render,
      services: servicesByName,
    });
    // Two configs of the same name are told apart by a number.
    const same = subjects.filter(({ label }) => label === subject.label || subjects.some(({ id }) => id === subject.id)).length;
    subjects.push(same === 0 ? subject : { ...subject, id: `${subject.id}-${same + 1}` });
  }
  return subjects;
}

function pairOf(written: string): readonly [string, string] {
  const at = written.indexOf('=');
  if (at > 0) return [written.slice(0, at), written.slice(at + 1)];
  throw new HarnessError('USAGE_ERR_BAD_FLAG', `expected --env NAME=value, got '${written.slice(0, 80)}'`);
}
