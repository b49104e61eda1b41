import type { Section } from './config-sections.ts';
import { aclStatements } from './rule-condition.ts';
import { holds, readTest, type ReadPatterns, type RequestTest, type TriedRequest } from './request-tests.ts';

/** A term of a condition: it holds when one of its tests does, or none where it is negated. `null`: an ACL that is not known. */
interface Term {
  readonly isNegated: boolean;
  readonly tests: readonly RequestTest[] | boolean | null;
}

/** What stands behind `if` or `unless`: alternatives of terms that hold together. */
export interface Condition {
  readonly isUnless: boolean;
  readonly alternatives: readonly (readonly Term[])[];
}

/** Predefined ACLs (configuration manual, section 7.4) that are known for a WebSocket's request. */
const PREDEFINED: Readonly<Record<string, boolean>> = {
  TRUE: true,
  FALSE: false,
  HTTP: true,
  'HTTP_1.1': true,
  'HTTP_1.0': false,
  'HTTP_2.0': false,
  METH_GET: true,
  METH_POST: false,
  METH_PUT: false,
  METH_DELETE: false,
  METH_OPTIONS: false,
  METH_CONNECT: false,
  METH_HEAD: false,
  HTTP_CONTENT: false,
  HTTP_URL_ABS: false,
  HTTP_URL_SLASH: true,
  WAIT_END: true,
};
const MAX_TERMS = 100;

/** What a condition is read with. */
export interface ConditionContext {
  readonly section: Section;
  /** Variables that rules before it set from something readable: `txn.host` -> `req.hdr(host),lower`. */
  readonly variables: ReadonlyMap<string, string>;
  readonly readPatterns: ReadPatterns;
}

/** The condition of a rule; null when it has none, so that the rule always applies. */
export function readCondition(words: readonly string[], context: ConditionContext): Condition | null {
  const at = words.findIndex((word) => word === 'if' || word === 'unless');
  if (at < 0) return null;
  const alternatives: Term[][] = [[]];
  let isNegated = false;
  for (let index = at + 1, terms = 0; index < words.length && terms < MAX_TERMS; index += 1) {
    const word = words[index] ?? '';
    if (word === '||' || word.toLowerCase() === 'or') {
      alternatives.push([]);
      continue;
    }
    if (word === '!') {
      isNegated = !isNegated;
      continue;
    }
    if (word.startsWith('!')) isNegated = !isNegated;
    const name = word.replace(/^!/, '');
    let tests: Term['tests'];
    if (name === '{') {
      const end = words.indexOf('}', index);
      const inside = words.slice(index + 1, end < 0 ? undefined : end);
      tests = alwaysOf(inside) ?? [readTest(inside, context.variables, context.readPatterns)];
      index += inside.length + 1;
    } else tests = namedTests(name, context);
    alternatives.at(-1)?.push({ isNegated, tests });
    isNegated = false;
    terms += 1;
  }
  return { isUnless: words[at] === 'unless', alternatives };
}

const alwaysOf = ([fetch]: readonly string[]): boolean | null => (fetch === 'always_true' ? true : fetch === 'always_false' ? false : null);

function namedTests(name: string, { section, variables, readPatterns }: ConditionContext): Term['tests'] {
  const statements = aclStatements(section, name);
  if (statements.length === 0) return PREDEFINED[name] ?? null;
  return statements.map(({ words }) => readTest(words.slice(2), variables, readPatterns));
}

/** All tests that a condition has outside a negation. */
export const testsOf = (condition: Condition | null): readonly RequestTest[] =>
  (condition?.alternatives ?? []).flatMap((terms) =>
    terms.flatMap(({ tests, isNegated }) =>
      Array.isArray(tests) && isNegated === condition?.isUnless ? (tests as readonly RequestTest[]) : [],
    ),
  );

/** The condition, and a test that must hold besides. */
export function together(condition: Condition | null, test: RequestTest): Condition {
  const term: Term = { isNegated: false, tests: [test] };
  if (condition === null) return { isUnless: false, alternatives: [[term]] };
  if (!condition.isUnless) return { isUnless: false, alternatives: condition.alternatives.map((terms) => [...terms, term]) };
  return { isUnless: true, alternatives: [...condition.alternatives, [{ ...term, isNegated: true }]] };
}

/** Whether a rule with this condition applies to a request; null where that depends on more than the request. */
export function applies(condition: Condition | null, request: TriedRequest): boolean | null {
  if (condition === null) return true;
  const found = anyOf(condition.alternatives.map((terms) => allOf(terms.map((term) => termHolds(term, request)))));
  return condition.isUnless ? negated(found) : found;
}

function termHolds({ tests, isNegated }: Term, request: TriedRequest): boolean | null {
  const found = tests === null || typeof tests === 'boolean' ? tests : anyOf(tests.map((test) => holds(test, request)));
  return isNegated ? negated(found) : found;
}

const negated = (value: boolean | null): boolean | null => (value === null ? null : !value);
const anyOf = (values: readonly (boolean | null)[]): boolean | null =>
  values.includes(true) ? true : values.includes(null) ? null : false;
const allOf = (values: readonly (boolean | null)[]): boolean | null =>
  values.includes(false) ? false : values.includes(null) ? null : true;
