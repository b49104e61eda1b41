import type { ConfigLine } from '../../harness/model/service.ts';
import { readStatements } from './config-sections.ts';

/**
 * Lines that decide what goes out beneath HTTP: `h2-workaround-bogus-websocket-clients` takes extended CONNECT back where `alpn` offers h2
 * (configuration manual, section 3.2; HAProxy offers it from 2.4 on without being told), and `send-proxy` puts a PROXY header before
 * everything (section 5.2).
 */
export function transportLines(text: string, file: string): readonly ConfigLine[] {
  const statements = readStatements(text);
  const offersH2 = statements.some(({ words }) => words[0] === 'bind' && alpnOf(words).includes('h2'));
  return statements.flatMap(({ words, line, column, text: said }): readonly ConfigLine[] => {
    if (words[0] === 'h2-workaround-bogus-websocket-clients' && offersH2) {
      const explanation = '`h2-workaround-bogus-websocket-clients` takes extended CONNECT back, while `alpn` still offers h2';
      return [{ symptom: 'offers-h2', file, line, column, text: said, explanation }];
    }
    const sends =
      words[0] === 'server' || words[0] === 'default-server'
        ? words.find((word) => /^send-proxy(?:-v2(?:-ssl(?:-cn)?)?)?$/.test(word))
        : undefined;
    if (sends === undefined) return [];
    const explanation = `\`${sends}\` begins every connection to this server with a PROXY header, which it must expect`;
    return [{ symptom: 'sends-proxy-header', file, line, column, text: said, explanation }];
  });
}

const alpnOf = (words: readonly string[]): readonly string[] => (words[words.indexOf('alpn') + 1] ?? '').split(',');
