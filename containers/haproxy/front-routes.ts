import { isBack, routesOf, settingOf, type Section, type Statement } from './config-sections.ts';
import { hostVariables } from './host-names.ts';
import { mappedBackends } from './mapped-backends.ts';
import { remembered } from './remembered.ts';
import { readServers } from './servers.ts';
import type { ReadPatterns, RequestTest, TriedRequest } from './request-tests.ts';
import { applies, readCondition, testsOf, together, type Condition, type ConditionContext } from './route-condition.ts';
import type { WholeConfig } from './whole-config.ts';

/** Where a front section sends what a condition holds for. */
export interface Route {
  readonly statement: Statement;
  /** As the rule says it; of a `listen` section with servers of its own, its name. */
  readonly backend: string;
  /** Null: named at run time. */
  readonly section: Section | null;
  readonly condition: Condition | null;
  /** What it looks at, outside negations. */
  readonly tests: readonly RequestTest[];
  /** Names of ACLs in its condition. */
  readonly names: readonly string[];
  readonly isDefault: boolean;
}

/** The rules of a front section that decide what becomes of a request. */
export interface FrontRules {
  readonly routes: readonly Route[];
  /** Conditions of redirects. */
  readonly redirects: readonly (Condition | null)[];
}

/** Reads `-f` files out of the tree, where they are text that was given. */
const patternReader =
  ({ tree }: WholeConfig): ReadPatterns =>
  (path) => {
    const text = tree.files.get(path.replace(/^(?:file|opt)@/, ''))?.text;
    if (text === undefined) return null;
    const lines = text.split('\n', 2000).map((line) => line.trim());
    return lines.filter((line) => line !== '' && !line.startsWith('#'));
  };

/** The rules of each front section of a config. */
export const rulesIn = remembered((config: WholeConfig) => {
  const backs = new Map(config.sections.filter(isBack).map((section) => [section.name, section]));
  return remembered((front: Section) => frontRules(front, { config, backs }));
});

function frontRules(
  front: Section,
  { config, backs }: { readonly config: WholeConfig; readonly backs: ReadonlyMap<string, Section> },
): FrontRules {
  const context: ConditionContext = { section: front, variables: hostVariables(front), readPatterns: patternReader(config) };
  const route = (statement: Statement, backend: string, isDefault: boolean, mappedBy?: RequestTest): Route => {
    const written = readCondition(statement.words, context);
    const condition = mappedBy === undefined ? written : together(written, mappedBy);
    const section = backs.get(backend) ?? null;
    const names = statement.words.slice(2).filter((word) => /^!?[\w.-]+$/.test(word) && !/^(?:if|unless|or)$/.test(word));
    return {
      statement,
      backend,
      section,
      condition,
      tests: testsOf(condition),
      names: names.filter((name) => !name.startsWith('!')),
      isDefault,
    };
  };
  const routes = routesOf(front).flatMap((statement) => {
    const name = statement.words[1] ?? '';
    const { mapped, fallback } = mappedBackends(name, context.variables, context.readPatterns);
    const isDefault = statement.words[0] === 'default_backend';
    return [
      ...mapped.map(({ test, backend }) => route(statement, backend, isDefault, test)),
      route(statement, fallback ?? name, isDefault),
    ];
  });
  const answersItself = settingOf(front, 'default_backend') === null && isBack(front) && readServers(front).length > 0;
  const own = answersItself ? [{ ...route(front.head, front.name, true), section: front, condition: null, tests: [], names: [] }] : [];
  const redirects = front.own.filter(({ words }) => words[0] === 'redirect' || (words[0] === 'http-request' && words[1] === 'redirect'));
  return { routes: [...routes, ...own], redirects: redirects.map(({ words }) => readCondition(words, context)) };
}

/** Whether a request comes to the route: no rule before it surely takes it. Null: it may. */
export function reaches({ routes }: FrontRules, route: Route, request: TriedRequest): boolean | null {
  let result: boolean | null = true;
  for (const one of routes) {
    const isTaken = applies(one.condition, request);
    // A name made at run time may be that of no backend, and the next rule is asked.
    const isMet = isTaken === true && one.backend.includes('%') ? null : isTaken;
    if (one === route) return isMet === true ? result : isMet;
    if (isMet === true) return false;
    if (isMet === null) result = null;
  }
  return false;
}

export const isRedirected = ({ redirects }: FrontRules, request: TriedRequest): boolean =>
  redirects.some((condition) => applies(condition, request) === true);
