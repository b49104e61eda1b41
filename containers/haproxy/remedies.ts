import type { ConfigSymptom, RemedyRequest } from '../../harness/model/service.ts';
import type { RemedyCandidate } from '../../harness/model/remedy.ts';
import { answerRemedies } from './answer-remedies.ts';
import { type Blamed, rewritten } from './blamed-line.ts';
import { readSections, type Statement } from './config-sections.ts';
import { idleRemedies, reloadRemedies } from './idle-remedies.ts';
import { placedWords, withTail } from './line-words.ts';
import { withException } from './rule-condition.ts';

type Rule = (blamed: Blamed) => readonly RemedyCandidate[];

const MAX_CANDIDATES = 3;
const IS_WEBSOCKET = '{ req.hdr(Upgrade) -i websocket }';

/** What may help against each symptom. A new symptom is a new line here. */
const RULES: Readonly<Partial<Record<ConfigSymptom, Rule>>> = {
  'answers-itself': answerRemedies,
  'drops-upgrade': keepUpgrade,
  'spoils-plain-http': onlyHandshakes,
  'rewrites-target': keepTarget,
  'changes-header': keepResponseHeader,
  'cuts-idle': idleRemedies,
  'limits-time': idleRemedies,
  'cuts-on-reload': reloadRemedies,
};

/** Remedies for a line of an HAProxy config (Configuration Manual, sections 4.2 and 7). Pure; a line that is not there has none. */
export function remedies(request: RemedyRequest): readonly RemedyCandidate[] {
  const { line, text } = request;
  const lines = text.split('\n').map((one) => one.replace(/\r$/, ''));
  const found = lines[line.line - 1];
  const rule = RULES[line.symptom];
  if (found === undefined || rule === undefined) return [];
  const words = placedWords(found).map(({ word }) => word);
  const sections = readSections(text);
  const section = sections.find(({ own }) => own.some((one) => one.line === line.line));
  const statement = { line: line.line, column: line.column, text: found.trim(), words };
  return rule({ request, sections, section, statement, lines }).slice(0, MAX_CANDIDATES);
}

const RULES_SOURCE = 'HAProxy Configuration Manual, sections 4.2 (http-request) and 7.2 (using ACLs to form conditions)';

/** Statements of the same section that do the same to the upgrade, the blamed one included. */
function upgradeRules({ section, statement }: Blamed, isOne: (words: readonly string[]) => boolean): readonly Statement[] {
  const others = section?.own.filter(({ line, words }) => line !== statement.line && isOne(words)) ?? [];
  return [statement, ...others].toSorted((a, b) => a.line - b.line);
}

const touchesUpgrade = ([family, action = '', name = '']: readonly string[]): boolean =>
  family === 'http-request' && /^(?:del|set|replace)-(?:header|value)$/.test(action) && /^(?:upgrade|connection)$/i.test(name);

/** A set-header that asks for an upgrade does no harm to one. */
const takesUpgrade = (words: readonly string[]): boolean => touchesUpgrade(words) && !/websocket|upgrade/i.test(words[3] ?? '');

function keepUpgrade(blamed: Blamed): readonly RemedyCandidate[] {
  const rules = upgradeRules(blamed, takesUpgrade);
  return [
    {
      title: 'Leave Upgrade and Connection to WebSocket handshakes, and go on taking them from every other request.',
      edits: rules.map(({ line }) => rewritten(blamed, line, (text) => withException(text, IS_WEBSOCKET))),
      source: RULES_SOURCE,
    },
    {
      title: 'Remove the rules that take Upgrade and Connection from requests.',
      edits: rules.map(({ line }) => ({ line, remove: 1, insert: [] })),
      source: RULES_SOURCE,
    },
  ];
}

function onlyHandshakes(blamed: Blamed): readonly RemedyCandidate[] {
  const unconditional = (words: readonly string[]): boolean => touchesUpgrade(words) && !words.includes('if') && !words.includes('unless');
  const edits = upgradeRules(blamed, unconditional).map(({ line }) =>
    rewritten(blamed, line, (text) => withTail(text, `if ${IS_WEBSOCKET}`)),
  );
  return [{ title: 'Set the upgrade headers on WebSocket handshakes only.', edits, source: RULES_SOURCE }];
}

function keepTarget(blamed: Blamed): readonly RemedyCandidate[] {
  const { statement } = blamed;
  if (statement.words[0] !== 'http-request') return [];
  const edits = [rewritten(blamed, statement.line, (text) => withException(text, IS_WEBSOCKET))];
  return [{ title: 'Send the target of WebSocket handshakes on as it came.', edits, source: RULES_SOURCE }];
}

/** A 101 without these is no handshake for the client (RFC 6455 section 4.1). */
function keepResponseHeader(blamed: Blamed): readonly RemedyCandidate[] {
  const { statement } = blamed;
  const [family = '', , name = ''] = statement.words;
  if (!/^http-(?:after-)?response$/.test(family) || !/^(?:upgrade|connection|sec-websocket-.+)$/i.test(name)) return [];
  const edits = [rewritten(blamed, statement.line, (text) => withException(text, '{ status 101 }'))];
  return [{ title: `Leave \`${name}\` of a 101 as the origin sent it.`, edits, source: RULES_SOURCE.replace('http-request', family) }];
}
