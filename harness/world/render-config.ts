import { HarnessError } from '../errors.ts';
import { runCommand } from '../lab/command.ts';

const TIMEOUT_MS = 10_000;
const SLACK_MS = 2000;
const MAX_TEXT = 4 << 20;

/**
 * What the user's own command makes of a template: it runs in the template's folder, has its text on stdin, and prints the config.
 * Throws CONFIG_ERR_UNREADABLE when it fails, takes longer than 10 s or prints nothing, or more than 4 MiB.
 */
export async function renderConfig(command: string, folder: string, text: string, label: string): Promise<string> {
  // In a process group of its own, of which nothing is left when the time is over.
  const argv = ['timeout', '--signal=KILL', String(TIMEOUT_MS / 1000), 'sh', '-c', 'cd -- "$1" && eval "$2"', 'render', folder, command];
  const startedAt = performance.now();
  const { code, stdout, stderr } = await runCommand(argv, { input: text, timeoutMs: TIMEOUT_MS + SLACK_MS });
  if (code === 0 && stdout.trim() !== '' && stdout.length <= MAX_TEXT) return stdout;
  const said = stderr.trim().split('\n')[0]?.slice(0, 300) ?? '';
  const isLate = code !== 0 && performance.now() - startedAt >= TIMEOUT_MS;
  const seen = isLate
    ? `nothing within ${String(TIMEOUT_MS / 1000)} s`
    : code !== 0
      ? `exit code ${String(code)}${said === '' ? '' : `: ${said}`}`
      : stdout.trim() === ''
        ? 'nothing'
        : `${String(stdout.length)} characters, more than ${String(MAX_TEXT >> 20)} MiB`;
  throw new HarnessError('CONFIG_ERR_UNREADABLE', `expected --render '${command.slice(0, 200)}' to print the config, got ${seen}`, {
    place: { file: label },
  });
}
