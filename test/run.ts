/*
 * `npm test`: sets up what the tests need, runs them all with vitest, and ends with one line that counts. As root on Debian or
 * Ubuntu it installs missing packages and builds the container images; without root it says what is missing and runs the unit
 * tests, unless this is CI: there, what is missing is a failure.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aptInstaller, applySetup } from '../harness/setup/apply.ts';
import { pathWithSbin } from '../harness/setup/path-with-sbin.ts';

const root = join(import.meta.dirname, '..');
const isRoot = process.getuid?.() === 0;
const isCi = process.env['CI'] === 'true';
const CHROMIUM = process.env['HOPSCOPE_CHROMIUM'] ?? '/usr/bin/chromium';
/** Programs that only the tests need, and the packages that bring them: pages are looked at in Chromium, and our TCP labels are held against tshark's. */
const TEST_PROGRAMS: readonly (readonly [file: string, packages: readonly string[]])[] = [
  [CHROMIUM, ['chromium', 'util-linux']],
  ['/usr/bin/tshark', ['tshark']],
];

/** What the tests run in containers, and which other versions in namespaces. */
const TESTED_IMAGES = 'haproxy:2.6,haproxy:3.0,nginx:1.22,nginx:1.26';
const TESTED_VERSIONS = 'haproxy:3.0,nginx:1.26';

// ip, tc, iptables and haproxy live in sbin, which not every PATH has.
process.env['PATH'] = pathWithSbin(process.env['PATH']);

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Runs a program with our own input and output; its exit code, or 130 when a signal ended it. */
function run(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 130));
  });
}

async function setUp(): Promise<boolean> {
  const docker = ['--docker', '--images', 'debian', '--image-list', TESTED_IMAGES];
  const versions = isRoot ? ['--versions', '--version-list', TESTED_VERSIONS] : [];
  const hopscope = [join(root, 'bin/hopscope.js'), 'setup', '--yes', '--all-proxies', ...docker, ...versions];
  const labs = await run(process.execPath, hopscope);
  const missing = TEST_PROGRAMS.filter(([file]) => !existsSync(file)).flatMap(([, packages]) => packages);
  if (isRoot && missing.length > 0)
    await applySetup(
      missing,
      aptInstaller((what) => print(`setup: ${what}`)),
    );
  return labs === 0 && TEST_PROGRAMS.every(([file]) => existsSync(file));
}

const isReady = await setUp().catch((error: unknown) => {
  print(`setup: ${error instanceof Error ? error.message : String(error)}`);
  return false;
});
const everything = isRoot && isReady;
if (!everything)
  print('Not everything that the tests need is here (see above). The lab and e2e tests need root, both labs, Chromium and tshark.');
if (!everything && !isCi) print('Running the unit tests only.');

const scratch = mkdtempSync(join(tmpdir(), 'hopscope-tests-'));
const results = join(scratch, 'results.json');
const projects = everything || isCi ? [] : ['--project', 'unit'];
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const args = [
  vitest,
  'run',
  ...projects,
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${results}`,
  ...process.argv.slice(2),
];
const exitCode = await run(process.execPath, args);

interface Counts {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}

const counts: Counts = existsSync(results)
  ? (JSON.parse(readFileSync(results, 'utf8')) as Counts)
  : { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0 };
rmSync(scratch, { recursive: true, force: true });
const skipped = counts.numPendingTests > 0 ? `, ${counts.numPendingTests} skipped` : '';
print(`${counts.numPassedTests} passed, ${counts.numFailedTests} failed${skipped}`);
process.exitCode = exitCode;
