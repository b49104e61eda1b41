/** Writes lines to standard output: what a command is asked for. The lines are ready to print (escaped where needed). */
export function say(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Writes lines to standard error: progress, questions and complaints. */
export function tell(...lines: readonly string[]): void {
  process.stderr.write(`${lines.join('\n')}\n`);
}

export const sayJson = (value: unknown): void => say(JSON.stringify(value, null, 2));

/** Long enough that a part costs no system call of its own. */
const BATCH = 256 * 1024;

/** Writes what is too long for one string, as fast as it is taken. A reader that left (`| head`) ends it. */
export async function sayParts(parts: Iterable<string>): Promise<void> {
  const out = process.stdout;
  let batch = '';
  for (const part of parts) {
    batch += part;
    if (batch.length < BATCH) continue;
    if (!out.write(batch)) await whenTaken(out);
    batch = '';
    if (out.errored !== null) return;
  }
  out.write(batch);
}

/** A pipe keeps in memory what its reader has not taken yet. */
function whenTaken(out: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    const events = ['drain', 'error', 'close'] as const;
    const done = (): void => {
      for (const event of events) out.off(event, done);
      resolve();
    };
    for (const event of events) out.on(event, done);
  });
}
