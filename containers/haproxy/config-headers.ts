import type { ConfigLine, ConfigSymptom } from '../../harness/model/service.ts';
import { isHttp, type Section, type Statement } from './config-sections.ts';

const HEADER_ACTIONS = new Set(['add-header', 'set-header', 'del-header', 'replace-header', 'replace-value']);
const TARGET_ACTIONS = new Set([
  'set-path',
  'replace-path',
  'set-pathq',
  'replace-pathq',
  'set-uri',
  'replace-uri',
  'set-query',
  'normalize-uri',
]);
const UPGRADE_HEADERS = ['upgrade', 'connection'] as const;

interface Effect {
  readonly symptom: ConfigSymptom;
  readonly explanation: string;
}

const isConditional = ({ words }: Statement): boolean => words.includes('if') || words.includes('unless');

/** The upgrade headers that `del-header` takes away; a regular expression of a config is not evaluated, so it takes none. */
function deleted(name: string, words: readonly string[]): readonly string[] {
  const method = words[words.indexOf('-m') + 1];
  const pattern = name.toLowerCase();
  return UPGRADE_HEADERS.filter((header) => {
    if (!words.includes('-m') || method === 'str') return header === pattern;
    if (method === 'beg') return header.startsWith(pattern);
    if (method === 'end') return header.endsWith(pattern);
    return method === 'sub' && header.includes(pattern);
  });
}

/** RFC 6455 section 4.1 wants `Upgrade: websocket` and a `Connection` with the token `Upgrade`. */
const isRight = (name: string, value: string): boolean =>
  name === 'upgrade' ? /^websocket$/i.test(value) : /(?:^|,)\s*upgrade\s*(?:,|$)/i.test(value);

function requestEffect(statement: Statement): Effect | null {
  const [, action = '', name = '', value = ''] = statement.words;
  if (TARGET_ACTIONS.has(action)) {
    return { symptom: 'rewrites-target', explanation: `\`${action}\` changes the request target on its way to the origin` };
  }
  if (!HEADER_ACTIONS.has(action)) return null;
  const gone = action === 'del-header' ? deleted(name, statement.words) : [];
  if (gone.length > 0) {
    const what = gone.map((header) => `\`${header}\``).join(' and ');
    return { symptom: 'drops-upgrade', explanation: `${what} is removed from the request, so the origin sees no upgrade` };
  }
  const header = name.toLowerCase();
  if (action === 'set-header' && (header === 'upgrade' || header === 'connection')) {
    if (!isRight(header, value)) {
      const explanation = `\`${name}\` is overwritten with \`${value}\`, so the origin sees no upgrade to websocket`;
      return { symptom: 'drops-upgrade', explanation };
    }
    if (!isConditional(statement)) {
      return { symptom: 'spoils-plain-http', explanation: `\`${name}: ${value}\` is set on every request, ordinary ones too` };
    }
  }
  return { symptom: 'changes-header', explanation: `\`${action}\` changes \`${name}\` in the request` };
}

function responseEffect({ words: [, action = '', name = ''] }: Statement): Effect | null {
  if (!HEADER_ACTIONS.has(action)) return null;
  const matters = /^(?:upgrade|connection|sec-websocket-.+)$/i.test(name) ? ', which the client needs in a 101' : '';
  return { symptom: 'changes-header', explanation: `\`${action}\` changes \`${name}\` in the response${matters}` };
}

function effectOf(statement: Statement): Effect | null {
  const [keyword, second] = statement.words;
  if (keyword === 'http-request') return requestEffect(statement);
  if (keyword === 'http-response' || keyword === 'http-after-response') return responseEffect(statement);
  if (keyword !== 'option' || second !== 'forwardfor') return null;
  return { symptom: 'changes-header', explanation: '`option forwardfor` adds `X-Forwarded-For` to the request' };
}

/**
 * Every line that changes the headers or the target of a request. `option httpclose` and `option http-server-close` are not
 * among them: an upgrade passes both unchanged (measured with 2.6 and 3.0).
 */
export function headerLines(sections: readonly Section[], file: string): readonly ConfigLine[] {
  return sections.filter(isHttp).flatMap((section) =>
    section.own.flatMap((statement) => {
      const effect = effectOf(statement);
      if (effect === null) return [];
      const { line, column, text } = statement;
      const found = { symptom: effect.symptom, file, line, column, text, explanation: effect.explanation };
      return [section.kind === 'backend' ? { ...found, scope: { logName: section.name } } : found];
    }),
  );
}
