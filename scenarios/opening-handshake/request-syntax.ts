import { CONNECTION, EITHER, HOST, KEY, PLAIN, REFUSED, UPGRADE, VERSION, type HandshakeCase } from './handshake-case.ts';

const FOLD_RULE = 'A folded line is obsolete: a server answers 400 or replaces the fold by spaces before it reads or forwards the value.';
const CONTROL_RULE = 'CR, LF and NUL in a value are dangerous: a recipient refuses the message or replaces each by a space.';

type Row = readonly [id: string, title: string, ...lines: readonly string[]];
const broken = ([id, title, ...lines]: Row, cite: string, requirement: string, acceptable: readonly string[]): HandshakeCase => ({
  id,
  title,
  cite,
  requirement,
  lines,
  acceptable,
});

/** Requests that are not well formed: 400 or a close is right everywhere, repair only where the RFC allows it. */
export const syntaxCases: readonly HandshakeCase[] = [
  {
    id: 'lone-lf',
    title: 'lines that end with LF alone',
    cite: 'RFC 9112 section 2.2',
    requirement: 'A recipient may take a single LF for the end of a line.',
    lines: PLAIN,
    lineEnd: '\n',
    acceptable: EITHER,
  },
  broken(
    ['folded-field', 'a folded header of the application', ...PLAIN, 'X-Folded: one', '\ttwo'],
    'RFC 9112 section 5.2',
    FOLD_RULE,
    EITHER,
  ),
  broken(
    ['folded-upgrade', 'a folded Upgrade header', HOST, 'Upgrade:', ' websocket', CONNECTION, KEY, VERSION],
    'RFC 9112 section 5.2',
    FOLD_RULE,
    EITHER,
  ),
  broken(
    ['folded-first-line', 'white space before the first header', ` ${HOST}`, UPGRADE, CONNECTION, KEY, VERSION],
    'RFC 9112 section 2.2',
    'White space between the start line and the first header is refused, or the line is left out.',
    REFUSED,
  ),
  broken(
    ['space-before-colon', 'a space before the colon of Upgrade', HOST, 'Upgrade : websocket', CONNECTION, KEY, VERSION],
    'RFC 9112 section 5.1',
    'A server answers 400 to a request with white space between a field name and its colon.',
    REFUSED,
  ),
  broken(['nul-in-value', 'a NUL byte in a value', ...PLAIN, 'X-Nul: a\u0000b'], 'RFC 9110 section 5.5', CONTROL_RULE, EITHER),
  broken(['bare-cr-in-value', 'a CR without LF in a value', ...PLAIN, 'X-Cr: a\rb'], 'RFC 9112 section 2.2', CONTROL_RULE, EITHER),
  broken(
    ['nul-in-name', 'a NUL byte in a header name', ...PLAIN, 'X-N\u0000ul: a'],
    'RFC 9110 section 5.1',
    'A field name is a token; a message with another is malformed.',
    REFUSED,
  ),
  broken(
    ['space-in-name', 'a space in a header name', ...PLAIN, 'X Application: a'],
    'RFC 9110 section 5.1',
    'A field name is a token; a message with another is malformed.',
    REFUSED,
  ),
  broken(
    ['no-colon', 'a header line without a colon', ...PLAIN, 'X-Application'],
    'RFC 9112 section 5',
    'A field line is a name, a colon and a value; a message with another is malformed.',
    REFUSED,
  ),
  broken(
    ['no-name', 'a header line without a name', ...PLAIN, ': value'],
    'RFC 9110 section 5.1',
    'A field name has at least one character; a message with an empty one is malformed.',
    REFUSED,
  ),
];
