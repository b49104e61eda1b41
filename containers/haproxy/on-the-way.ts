import type { Entry } from '../../harness/model/surroundings.ts';
import { allBinds, bindsOf } from './binds.ts';
import { isFront, type Section } from './config-sections.ts';
import { reaches, rulesIn } from './front-routes.ts';
import type { TriedRequest } from './request-tests.ts';
import { ownBindOf, readServers } from './servers.ts';
import type { WholeConfig } from './whole-config.ts';

/** Front sections that hand on to front sections. */
const MAX_DEPTH = 4;

/**
 * The front and back sections that a WebSocket of an entry comes through, for all that the config says. Null: it does not say, as where a backend is named at
 * run time, or where no front section listens there.
 */
export function sectionsOnTheWay(config: WholeConfig, { host, target, port, scheme }: Entry): ReadonlySet<Section> | null {
  const request: TriedRequest = { host: host.toLowerCase(), target, port, tls: scheme === 'wss' };
  const found = new Set<Section>();
  let fronts: readonly Section[] = config.sections.filter(
    (section) => isFront(section) && bindsOf(section).some((bind) => bind.port === port),
  );
  if (fronts.length === 0) return null;
  for (let depth = 0; depth < MAX_DEPTH && fronts.length > 0; depth += 1) {
    const next: Section[] = [];
    for (const front of fronts) {
      if (found.has(front)) continue;
      found.add(front);
      const backs = backsOf(config, front, request);
      if (backs === null) return null;
      for (const back of backs) {
        found.add(back);
        next.push(...innerFrontsOf(config, back));
      }
    }
    fronts = next;
  }
  return found;
}

function backsOf(config: WholeConfig, front: Section, request: TriedRequest): readonly Section[] | null {
  const rules = rulesIn(config)(front);
  const taken = rules.routes.filter((route) => reaches(rules, route, request) !== false);
  const sections = taken.flatMap(({ section }) => section ?? []);
  return sections.length === taken.length ? sections : null;
}

function innerFrontsOf(config: WholeConfig, back: Section): readonly Section[] {
  const binds = allBinds(config);
  const inner = readServers(back).flatMap((server) => ownBindOf(server, binds) ?? []);
  const lines = new Set(inner.map(({ statement }) => statement.line));
  return config.sections.filter(
    (section) => isFront(section) && section !== back && bindsOf(section).some(({ statement }) => lines.has(statement.line)),
  );
}
