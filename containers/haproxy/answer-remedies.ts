import type { RemedyCandidate } from '../../harness/model/remedy.ts';
import { type Blamed, rewritten } from './blamed-line.ts';
import { backendsOf, isFront, serversOf, settingOf, type Section } from './config-sections.ts';
import { indentOf, withWord } from './line-words.ts';
import { aclStatements, fetchesOf, isAboutPath, isAboutRequest, namedAcls, withException } from './rule-condition.ts';

const RULES = 'HAProxy Configuration Manual, section 4.2, http-request deny, and section 7.1, ACL basics';
const ROUTING = 'HAProxy Configuration Manual, section 4.2, use_backend, and section 7.3.6, req.hdr';
const IS_WEBSOCKET = '{ req.hdr(Upgrade) -i websocket }';

/** Against a rule by which HAProxy answers the handshake itself, or gives it to a backend that is not the origin. */
export function answerRemedies(blamed: Blamed): readonly RemedyCandidate[] {
  const { section, statement } = blamed;
  const [family = ''] = statement.words;
  if (section === undefined) return [];
  if (family === 'use_backend' || family === 'default_backend') return routing(blamed, section);
  return family === 'http-request' || family === 'redirect' ? excepting(blamed, section) : [];
}

/** An ACL takes a path as it stands; blanks, quotes and comments would have to be protected, and a WebSocket's target has none. */
const plainPath = (target: string): string | null => /^\/[\w.~!$&'()*+,;=:@%/-]*/.exec(target.split('?')[0] ?? '')?.[0] ?? null;

/** The path and what is below it; for the root that would be everything. */
const below = (path: string): string => (path === '/' ? 'path /' : `path_beg ${path}`);

function excepting(blamed: Blamed, section: Section): readonly RemedyCandidate[] {
  const { statement, request } = blamed;
  const path = plainPath(request.target);
  const fetches = fetchesOf(statement, section);
  const [, action] = statement.words;
  // A password or a rule about addresses guards something: whoever wrote it decides.
  if (path === null || /['"\\#]/.test(path) || action === 'auth' || fetches === null || !fetches.every(isAboutRequest)) return [];
  const isUnless = statement.words.includes('unless');
  const excepted = {
    title: `Except the path of the socket from the rule: \`${path}\`.`,
    edits: [rewritten(blamed, statement.line, (text) => withException(text, `{ ${below(path)} }`))],
    source: RULES,
  };
  return [...(isUnless ? listed(blamed, section, path) : upgradesOnly(blamed)), excepted];
}

/** An allow-list with a name gets one entry more. */
function listed({ lines, statement }: Blamed, section: Section, path: string): readonly RemedyCandidate[] {
  const lists = namedAcls(statement).filter(({ isNegated }) => !isNegated);
  const [list] = lists.map(({ name }) => ({ name, entries: aclStatements(section, name) }));
  const last = list?.entries.at(-1);
  if (list === undefined || lists.length > 1 || last === undefined || !list.entries.every(({ words }) => isAboutPath(words[2] ?? '')))
    return [];
  const entry = `${indentOf(lines[last.line - 1] ?? '')}acl ${list.name} ${below(path)}`;
  return [
    {
      title: `Add the path of the socket to the ACL that the rule allows: \`${path}\` to \`${list.name}\`.`,
      edits: [{ line: last.line + 1, remove: 0, insert: [entry] }],
      source: RULES,
    },
  ];
}

/** `{ req.hdr(Upgrade) -m found }` refuses WebSockets where h2c smuggling is meant. */
function upgradesOnly(blamed: Blamed): readonly RemedyCandidate[] {
  const { words, line } = blamed.statement;
  const at = words.findIndex(
    (word, index) => /^(?:req\.)?hdr\(upgrade\)$/i.test(word) && words[index + 1] === '-m' && words[index + 2] === 'found',
  );
  if (at < 0 || words[at - 1] !== '{' || words[at + 3] !== '}') return [];
  const named = (text: string): string => withWord(withWord(text, at + 1, '-i'), at + 2, 'h2c');
  return [
    {
      title: 'Refuse upgrades to h2c alone, which is what such a rule is against.',
      edits: [rewritten(blamed, line, named)],
      source: RULES,
    },
    {
      title: 'Except upgrades to websocket from the rule.',
      edits: [rewritten(blamed, line, (text) => withException(text, IS_WEBSOCKET))],
      source: RULES,
    },
  ];
}

function routing(blamed: Blamed, section: Section): readonly RemedyCandidate[] {
  const { lines, statement, sections, request } = blamed;
  const taken = statement.words[1];
  const indent = indentOf(lines[statement.line - 1] ?? '');
  const path = plainPath(request.target);
  const fetches = fetchesOf(statement, section);
  const others = isFront(section) ? otherBackends(section, sections, taken) : [];
  const routed = others.map((name) => ({
    title: `Send WebSocket handshakes to backend \`${name}\` before any other rule routes them.`,
    edits: [{ line: firstRoute(section, statement.line), remove: 0, insert: [`${indent}use_backend ${name} if ${IS_WEBSOCKET}`] }],
    source: ROUTING,
  }));
  const isConditional = statement.words.includes('if') || statement.words.includes('unless');
  if (path === null || !isConditional || fetches === null || !fetches.every(isAboutRequest)) return routed;
  const edits = [rewritten(blamed, statement.line, (text) => withException(text, `{ ${below(path)} }`))];
  // HAProxy takes the Upgrade header off a request with a body, so the path is the surer sign.
  return [{ title: `Except the path of the socket from the rule: \`${path}\`.`, edits, source: ROUTING }, ...routed];
}

/** The blamed rule may stand behind others that route as well; all are tried in the order of the file. */
const firstRoute = (section: Section, line: number): number => section.own.find(({ words }) => words[0] === 'use_backend')?.line ?? line;

/** Backends that have servers and are not the one that took the handshake: the section's own fallback first. */
function otherBackends(front: Section, sections: readonly Section[], taken: string | undefined): readonly string[] {
  const fallback = settingOf(front, 'default_backend')?.words[1];
  const known = backendsOf(front, sections)
    .filter((back) => serversOf(back).length > 0)
    .map(({ name }) => name);
  return [...new Set([...known.filter((name) => name === fallback), ...known])].filter((name) => name !== taken).slice(0, 2);
}
