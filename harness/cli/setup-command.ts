import { createInterface } from 'node:readline/promises';
import { EXIT } from '../errors.ts';
import { aptInstaller, applySetup } from '../setup/apply.ts';
import { canRunSomething, diagnose, type Diagnosis } from '../setup/diagnose.ts';
import { isDebian, thisMachine } from '../setup/machine.ts';
import { installCommand, planSetup, type SetupPlan } from '../setup/plan.ts';
import { terminalText } from '../../reports/terminal/escape.ts';
import { buildImages } from './build-images.ts';
import { makeVersions } from './make-versions.ts';
import { say, tell } from './output.ts';
import { planChecks } from './plan-checks.ts';
import { loadMeantSpec } from './resolve-run.ts';
import { services } from './services.ts';

/** What the command line of `hopscope setup` says. */
export interface SetupFlags {
  readonly yes?: true;
  readonly docker?: true;
  readonly images?: 'debian';
  readonly imageList?: readonly string[];
  readonly versions?: true;
  readonly versionList?: readonly string[];
  readonly spec?: string;
  readonly allProxies?: true;
  readonly quiet?: true;
}

const planLines = ({ packages, beyond }: SetupPlan): readonly string[] => [
  ...packages.flatMap(({ name, reasons }) => reasons.map((reason) => `missing: ${name} (${terminalText(reason)})`)),
  ...beyond.map((what) => `missing, and no package brings it: ${terminalText(what)}`),
];

const worksLines = ({ labs }: Diagnosis): readonly string[] => [
  `netns lab: ${labs.netns.canRun ? 'can run' : `cannot run; ${terminalText(labs.netns.because)}`}`,
  `docker lab: ${labs.docker.canRun ? 'can run' : `cannot run; ${terminalText(labs.docker.because)}`}`,
];

async function isAgreed(packages: readonly string[]): Promise<boolean> {
  const question = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await question.question(`Install ${packages.join(' ')}? [y/N] `)).trim());
  } finally {
    question.close();
  }
}

/** Why packages cannot be installed from here, and what the user can do; null when they can. */
async function whyNot(packages: readonly string[], { yes }: SetupFlags): Promise<string | null> {
  if (!(await isDebian()))
    return `This system has no apt. The packages are called on Debian: ${packages.join(' ')}; install the like with your package manager.`;
  if (process.getuid?.() !== 0) return `Installing needs root. Run: sudo ${installCommand(packages)}`;
  if (yes === true) return null;
  if (!process.stdin.isTTY) return `Nothing was installed: run again with --yes, or run: ${installCommand(packages)}`;
  return (await isAgreed(packages)) ? null : `Nothing was installed. The command would be: ${installCommand(packages)}`;
}

async function install(packages: readonly string[], quiet: boolean): Promise<number> {
  const onProgress = (what: string): void => tell(`setup: ${terminalText(what)}`);
  const { installed, unavailable, disabled, interrupted } = await applySetup(packages, aptInstaller(onProgress));
  if (unavailable.length > 0) tell(`not in the package sources of this system: ${unavailable.join(' ')}`);
  if (!quiet && installed.length > 0) say(`installed: ${installed.join(' ')}`);
  if (!quiet && disabled.length > 0) say(`not started, and disabled as system services: ${disabled.join(' ')}`);
  return interrupted ? EXIT.interrupted : EXIT.pass;
}

const wantsImages = ({ docker, images }: SetupFlags): boolean => docker === true || images !== undefined;

/** Names of the services whose programs are wanted: those that the spec at hand uses. Throws what loadSpec throws. */
async function wantedServices({ spec, allProxies }: SetupFlags): Promise<readonly string[]> {
  if (allProxies === true) return services.map(({ name }) => name);
  const written = await loadMeantSpec(spec ?? null, process.cwd());
  const checked = (await planChecks(written, process.cwd())).map(({ service }) => service.name);
  return [...new Set([...written.paths.flatMap(({ proxies }) => proxies.map(({ service }) => service)), ...checked])];
}

/** `hopscope setup`. */
export async function setupCommandLine(flags: SetupFlags): Promise<number> {
  const { docker = false, quiet = false } = flags;
  let diagnosis = await diagnose(thisMachine());
  const plan = planSetup(diagnosis.capabilities, { docker, services: await wantedServices(flags) });
  const packages = plan.packages.map(({ name }) => name);
  if (!quiet || packages.length > 0) say(...planLines(plan), ...(packages.length === 0 ? ['No package is missing.'] : []));
  if (packages.length > 0) {
    const obstacle = await whyNot(packages, flags);
    if (obstacle === null) {
      const exitCode = await install(packages, quiet);
      if (exitCode !== EXIT.pass) return exitCode;
      diagnosis = await diagnose(thisMachine());
    } else {
      tell(obstacle);
    }
  }
  if (flags.versions === true) await makeVersions(flags.versionList ?? null, (what) => tell(`setup: ${terminalText(what)}`));
  const engine = diagnosis.labs.docker;
  if (wantsImages(flags) && engine.canRun)
    await buildImages(flags.images ?? 'tools', flags.imageList ?? null, (what) => tell(`setup: ${terminalText(what)}`));
  if (!quiet) say(...worksLines(diagnosis));
  if (wantsImages(flags)) return engine.canRun ? EXIT.pass : EXIT.labBroke;
  return canRunSomething(diagnosis) ? EXIT.pass : EXIT.labBroke;
}
