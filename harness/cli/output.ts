/** Writes lines to standard output: what a command is asked for. The lines are ready to print (escaped where needed). */
export function say(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Writes lines to standard error: progress, questions and complaints. */
export function tell(...lines: readonly string[]): void {
  process.stderr.write(`${lines.join('\n')}\n`);
}

export const sayJson = (value: unknown): void => say(JSON.stringify(value, null, 2));
