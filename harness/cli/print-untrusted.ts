import { randomUUID } from 'node:crypto';
import { stoppedCommands } from '../../reports/github/stopped-commands.ts';

/**
 * Prints lines that hold text from outside, by `say` or `tell`. In a GitHub job nothing in them is a command to the runner: the pause ends by a token that nobody
 * else knows.
 */
export function printUntrusted(print: (line: string) => void, ...lines: readonly string[]): void {
  const text = lines.join('\n');
  print(process.env['GITHUB_ACTIONS'] === 'true' ? stoppedCommands(text, randomUUID()).trimEnd() : text);
}
