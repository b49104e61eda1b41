import type { ConfigLine } from '../../harness/model/service.ts';
import { readTimeMs, timeInWords } from './config-idle.ts';
import { OTHER_KINDS, PROXY_KINDS, readStatements, type Statement } from './config-sections.ts';

/**
 * The line that ends what an old worker still serves after a reload or a soft stop: `hard-stop-after` in the global section
 * (configuration manual, section 3.1). Without it an old worker stays as long as its last tunnel.
 */
export function reloadLines(text: string, file: string): readonly ConfigLine[] {
  let isGlobal = false;
  let last: Statement | null = null;
  for (const statement of readStatements(text)) {
    const name = statement.words[0] ?? '';
    if (PROXY_KINDS.has(name) || OTHER_KINDS.has(name)) isGlobal = name === 'global';
    if (isGlobal && name === 'hard-stop-after') last = statement;
  }
  const limitMs = readTimeMs(last?.words[1]);
  // Zero means no limit.
  if (last === null || limitMs === null || limitMs === 0) return [];
  const explanation = `\`hard-stop-after\` cuts the sockets of an old worker ${timeInWords(limitMs)} after a reload or a soft stop`;
  const { line, column, text: words } = last;
  return [{ symptom: 'cuts-on-reload', file, line, column, text: words, explanation, limitMs }];
}
