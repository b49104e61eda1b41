import type { CommandResult, ConfigRejection } from '../../harness/model/service.ts';

const PROBLEM = /^\S+ \d+ \d+ \w+ (?:ERROR|FATAL) \([\w.]+:\d+\) (?<message>.*)$/;
/** `Unknown option: nonsense`, or the name of a known option first: `backend: proto: unknown protocol foo`. */
const OPTION = /^(?:Unknown option: (?<unknown>[\w-]+)|(?<known>[a-z0-9-]+): )/;
const MAX_MESSAGE = 1000;

/**
 * Why nghttpx does not take a config. It names an option and no line; the check prints the config with its line numbers to stdout, and
 * the line is the one with that option. With several of them it is the one that has the last word of the message.
 */
export function parseRejection({ code, stdout, stderr }: CommandResult): ConfigRejection {
  const problems = stderr
    .slice(0, 64 * 1024)
    .split('\n')
    .flatMap((line) => PROBLEM.exec(line.trim())?.groups?.['message'] ?? []);
  const message = (problems[0] ?? `exit code ${code} without a word`).slice(0, MAX_MESSAGE);
  const { unknown, known } = OPTION.exec(message)?.groups ?? {};
  const option = unknown ?? known ?? '';
  const lines = stdout.split('\n').flatMap((numbered) => {
    const [, line, name, value = ''] = /^(\d{1,9}):\s*([\w-]+)\s*=(.*)$/.exec(numbered.slice(0, 4096)) ?? [];
    return name === option && line !== undefined ? [{ line: Number(line), value }] : [];
  });
  const said = message.split(/\s+/).at(-1) ?? '';
  const found = lines.length === 1 ? lines[0] : lines.find(({ value }) => said !== '' && value.includes(said));
  return { line: found?.line ?? null, column: null, message };
}
