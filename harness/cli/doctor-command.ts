import { EXIT } from '../errors.ts';
import { canRunSomething, diagnose, type Diagnosis, type LabState } from '../setup/diagnose.ts';
import { thisMachine } from '../setup/machine.ts';
import { terminalText } from '../../reports/terminal/escape.ts';
import { say, sayJson, tell } from './output.ts';
import { reapEverything } from './reap.ts';
import { table } from './table.ts';

export interface DoctorOptions {
  /** Remove what killed runs left behind. */
  readonly clean: boolean;
  readonly json: boolean;
}

const labLine = (name: string, { canRun, because }: LabState): string =>
  `${name} lab: ${canRun ? 'can run' : `cannot run; ${terminalText(because)}`}`;

/** The table that is printed. */
function diagnosisLines({ capabilities, labs }: Diagnosis): readonly string[] {
  const rows = capabilities.map(({ title, present, version, because, enables }) => [
    title,
    present ? (version ?? 'yes') : 'no',
    present ? enables : `${enables} (${because ?? 'absent'})`,
  ]);
  return [...table(['capability', 'present', 'what it enables'], rows), '', labLine('netns', labs.netns), labLine('docker', labs.docker)];
}

/** `hopscope doctor`. */
export async function doctorCommandLine({ clean, json }: DoctorOptions): Promise<number> {
  const removed = clean ? await reapEverything() : [];
  const diagnosis = await diagnose(thisMachine());
  if (json) sayJson({ ...diagnosis, removed });
  else say(...diagnosisLines(diagnosis));
  if (clean && !json)
    tell(...(removed.length === 0 ? ['nothing was left behind'] : removed.map((what) => `removed ${terminalText(what)}`)));
  return canRunSomething(diagnosis) ? EXIT.pass : EXIT.labBroke;
}
