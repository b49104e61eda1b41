import { terminalText } from '../../reports/terminal/escape.ts';

/** Between two plain lines of the same scenario. */
const PLAIN_INTERVAL_MS = 5000;

/** Shows what is being done, how far it is and what is next: one line that is rewritten on a terminal, plain lines elsewhere. */
export interface Progress {
  /** A part of the work begins. `index` counts from 0. */
  phase(title: string, index: number, of: number, next: string | null): void;
  what(text: string): void;
  end(): void;
}

export const silentProgress: Progress = { phase: () => undefined, what: () => undefined, end: () => undefined };

/** `out` is standard error, so that standard output stays the result. */
export function makeProgress(out: NodeJS.WriteStream): Progress {
  const startedAt = performance.now();
  const elapsed = (): string => `${Math.floor((performance.now() - startedAt) / 1000)} s`;
  let heading = '';
  let after = '';
  let lastPlainAt = 0;
  const live = (text: string): void => {
    const line = terminalText(`${heading}${text}${after} (${elapsed()})`);
    out.write(`\r\u001b[K${line.slice(0, Math.max(20, (out.columns || 80) - 1))}`);
  };
  const plain = (text: string, always: boolean): void => {
    if (!always && performance.now() - lastPlainAt < PLAIN_INTERVAL_MS) return;
    lastPlainAt = performance.now();
    out.write(`${terminalText(`${heading}${text} (${elapsed()})`)}\n`);
  };
  return {
    phase(title, index, of, next) {
      heading = `[${index + 1}/${of}] ${title}: `;
      after = next === null ? '' : `, next: ${next}`;
      if (!out.isTTY) plain('begins', true);
    },
    what(text) {
      if (out.isTTY) live(text);
      else plain(text, false);
    },
    end() {
      if (out.isTTY) out.write('\r\u001b[K');
    },
  };
}
